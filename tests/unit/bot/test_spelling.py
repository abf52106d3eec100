"""Slips of the finger are put right; what is right or unlike anything known is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding.spelling import REMEMBERED, Speller

TEXTS = ["my card was declined", "where is my card", "transfer money", "a new cord", "top up"]
SPELLER = Speller(TEXTS, {"carp", "declines"})


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("my card was delcined!", "my card was declined!"),  # swapped
        ("Transer mony", "transfer money"),  # lost
        ("trannsfer it", "transfer it"),  # doubled
        ("xard gone", "card gone"),  # a wrong key; card is said more often than cord
        ("it declines a carp", "it declines a carp"),  # right words, though near others
        ("whhere's TRANSFER", "where's TRANSFER"),
        ("toip up, tyo", "top up, tyo"),  # three letters are too few to tell
        ("transfrxx", "transfrxx"),  # two slips away
        ("Klarna 我的card", "Klarna 我的card"),
    ],
)
def test_slips(said: str, meant: str) -> None:
    assert SPELLER.corrected(said) == meant


@given(st.text(max_size=80))
def test_only_letters_ever_change(text: str) -> None:
    kept = "".join(one for one in text if not (one.isascii() and one.isalpha()))
    corrected = SPELLER.corrected(text)
    assert "".join(one for one in corrected if not (one.isascii() and one.isalpha())) == kept
    assert SPELLER.corrected(corrected) == corrected


def test_what_is_remembered_is_bounded() -> None:
    speller = Speller(TEXTS)
    for number in range(REMEMBERED + 10):
        word = "".join("abcdefghij"[int(digit)] for digit in f"{number:05d}")
        speller.corrected(f"zz{word}")
    assert len(speller._found) <= REMEMBERED
    assert speller.corrected("delcined") == "declined"
