"""Intents and entities: masking, names, numbers, and what doubt means."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding.entities.denied import without_denied
from understanding.entities.patterns import EntityModel, collect_names, masked
from understanding.intents.linear import Foreign, train_intents
from understanding.language import detect_language

NAMES = EntityModel(
    {
        "trail boot": ("product", "trail-boot"),
        "登山鞋": ("category", "hiking-boots"),
        "karst": ("brand", "Karst"),
        "backpacks": ("category", "backpacks"),
    }
)


def found(text: str) -> list[tuple[str, str]]:
    return [(one.entity, one.value) for one in NAMES.extract(text)]


def test_names_are_masked_by_what_they_are() -> None:
    text = "is the Trail Boot of Karst better than other backpacks?"
    assert masked(text, NAMES.extract(text), "en") == (
        "is the product of brand better than other product?"
    )
    assert masked("登山鞋有42码吗", NAMES.extract("登山鞋有42码吗"), "zh") == "商品有42码吗"


def test_one_order_number_reads_like_another() -> None:
    texts = ["can i still return 90044?", "can i still return 10391?"]
    first, second = (masked(text, NAMES.extract(text), "en") for text in texts)
    assert first == second


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("cancel 10482", "10482"),
        ("cancel #10482 please", "10482"),
        ("where is order 178501012021526", "178501012021526"),
        ("订单10433到哪了", "10433"),
        ("订单号 178501012021526", "178501012021526"),
    ],
)
def test_order_numbers(text: str, number: str) -> None:
    assert ("order_number", number) in found(text)


@pytest.mark.parametrize(
    ("text", "sizes"),
    [
        ("can I swap it for large?", ["L"]),
        ("change the shirt to medium please", ["M"]),
        ("show me the large backpacks", []),
        ("I am looking for small tents", []),
    ],
)
def test_a_size_in_words_ends_what_is_said(text: str, sizes: list[str]) -> None:
    assert [value for entity, value in found(text) if entity == "size"] == sizes


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("not 10482, 10391", ["10391"]),
        ("不是10482，是10391", ["10391"]),
        ("it's 10391, not order #10482", ["10391"]),
        ("not 10482", ["10482"]),
        ("10391 and 10482 have not come", ["10391", "10482"]),
    ],
)
def test_an_order_that_is_denied_beside_another_is_not_meant(text: str, numbers: list[str]) -> None:
    meant = without_denied(text, NAMES.extract(text))
    assert [one.value.lstrip("#") for one in meant if one.entity == "order_number"] == numbers


def test_ordinals_are_not_lost_to_quantities() -> None:
    model = collect_names(
        [("two", "quantity", "2"), ("second", "ordinal", "2")],
        {"second": "2", "2nd one": "2"},
        {},
        {},
    )
    assert [(e.entity, e.value) for e in model.extract("the 2nd one")] == [("ordinal", "2")]


def test_the_name_of_what_pays_is_of_no_language() -> None:
    assert [detect_language(one) for one in ("PayPal", "Visa", "用PayPal", "with PayPal")] == [
        None,
        None,
        "zh",
        "en",
    ]


@given(st.text(max_size=120))
def test_any_text_has_entities_within_it_that_do_not_overlap(text: str) -> None:
    last = 0
    for entity in NAMES.extract(text):
        assert last <= entity.start < entity.end <= len(text)
        last = entity.end
    assert detect_language(text) in {"en", "zh", None}


def test_another_language_helps_where_examples_are_few() -> None:
    random = np.random.default_rng(3)
    intents = [f"intent{number}" for number in range(6)]
    centres = random.normal(size=(6, 32))

    def sample(count: int, shift: float) -> tuple[list[str], np.ndarray]:
        labels = [intents[place % 6] for place in range(count)]
        noise = random.normal(size=(count, 32)) * 1.6
        vectors = np.array([centres[intents.index(label)] for label in labels]) + noise + shift
        return labels, vectors.astype(np.float32)

    labels, vectors = sample(36, shift=2.0)
    texts = [f"word{place}" for place in range(36)]
    alone = train_intents(texts, labels, vectors)
    helped = train_intents(texts, labels, vectors, Foreign(*sample(900, shift=-1.0)))
    name = "cross_validated_accuracy"
    assert helped.metrics[name] > alone.metrics[name]
