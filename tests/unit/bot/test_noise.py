"""Noise: every kind changes texts as it says, the same way for the same seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding.evaluation.noise import KINDS, TEST_KINDS, noisy_copies

TEXT = "Can you tell me where my order is, please?"


def noisy(kind: str, text: str = TEXT, seed: int = 3) -> str:
    return KINDS[kind](text, np.random.default_rng(seed))


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_changes_a_text_the_same_way_each_time(kind: str) -> None:
    assert noisy(kind) != TEXT
    assert noisy(kind) == noisy(kind)


def test_slips_leave_most_letters() -> None:
    assert len(noisy("keyboard")) == len(TEXT)
    differing = sum(a != b for a, b in zip(noisy("keyboard"), TEXT, strict=True))
    assert differing == 3  # one in twelve of 32 letters
    assert abs(len(noisy("typos")) - len(TEXT)) <= 3


def test_words_are_lost_whole() -> None:
    words = noisy("dropped").split()
    assert len(words) == 7  # nine without two, one in six rounded
    assert [word for word in TEXT.split() if word in words] == words


def test_languages_are_mixed_both_ways() -> None:
    assert any("\u4e00" <= sign <= "\u9fff" for sign in noisy("mixing"))
    assert "order" in noisy("mixing", "订单呢")


def test_tests_pad_texts_as_training_never_does() -> None:
    rng = np.random.default_rng(0)
    learned = {KINDS["templates"]("X", rng) for _ in range(300)}
    asked = {TEST_KINDS["templates"]("X", rng) for _ in range(300)}
    assert not learned & asked


def test_copies_say_which_text_they_are_of() -> None:
    copies = noisy_copies(["hello there you", "where is it"], ["casing", "typos"], 3, 7)
    assert {place for place, _ in copies} == {0, 1}
    assert copies == noisy_copies(["hello there you", "where is it"], ["casing", "typos"], 3, 7)
    assert noisy_copies(["hello"], [], 3, 7) == []


@given(st.text(max_size=60), st.sampled_from(sorted(TEST_KINDS)), st.integers(0, 99))
def test_any_text_survives_noise(text: str, kind: str, seed: int) -> None:
    assert isinstance(TEST_KINDS[kind](text, np.random.default_rng(seed)), str)
