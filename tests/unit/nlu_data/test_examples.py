"""The training sentences: enough of them, rightly labelled, in names the shop knows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict

import pytest

from tests.unit.nlu_data import facts
from tests.unit.nlu_data.reading import LANGUAGES, NLU_DATA, Example, examples, sections, synonyms

FEWEST = {"en": 30, "zh": 20}
FEWEST_OUT_OF_SCOPE = {"en": 80, "zh": 40}
SHAPES = {
    "order_number": r"\d{5}",
    "code": r"\d{6}",
    "email": r"[^@\s]+@[^@\s]+\.\w+",
    "tracking_number": r"[A-Z0-9]{8,24}",
    "coupon": r"[A-Za-z]+\d+",
    "phone": r"\+?\d[\d ()/-]{6,18}\d",
}
KNOWN_VALUES = {
    "category": facts.CATEGORIES | facts.WIDE_CATEGORIES,
    "colour": facts.COLOURS,
    "reason": facts.REASONS,
    "brand": facts.BRANDS,
}


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    if not (NLU_DATA / request.param / "nlu").is_dir():
        pytest.skip(f"no {request.param} examples yet")
    return str(request.param)


@pytest.fixture(scope="module")
def sentences(language: str) -> list[Example]:
    return examples(language)


def test_every_intent_has_examples_and_no_other_intent_is_named(sentences: list[Example]) -> None:
    assert {sentence.intent for sentence in sentences} == facts.INTENTS


def test_each_intent_has_enough_different_examples(language: str, sentences: list[Example]) -> None:
    different = Counter(
        intent for intent, _ in {(sentence.intent, sentence.key) for sentence in sentences}
    )
    too_few = {intent: n for intent, n in different.items() if n < FEWEST[language]}
    assert too_few == {}
    assert different["out_of_scope"] >= FEWEST_OUT_OF_SCOPE[language]


def test_no_sentence_stands_under_two_intents(sentences: list[Example]) -> None:
    intents = defaultdict(set)
    for sentence in sentences:
        intents[sentence.key].add(sentence.intent)
    assert {key: found for key, found in intents.items() if len(found) > 1} == {}


def test_no_sentence_is_repeated(sentences: list[Example]) -> None:
    repeated = Counter((sentence.intent, sentence.text.casefold()) for sentence in sentences)
    assert {key: n for key, n in repeated.items() if n > 1} == {}


def test_only_known_entities_are_annotated(sentences: list[Example]) -> None:
    foreign = {
        entity.label
        for sentence in sentences
        for entity in sentence.entities
        if entity.label not in facts.ENTITIES
    }
    assert foreign == set()


def test_annotated_spans_are_exact(sentences: list[Example]) -> None:
    loose = [
        sentence.raw
        for sentence in sentences
        for entity in sentence.entities
        if not entity.text or entity.text.strip(" .,!?。，！？") != entity.text
    ]
    assert loose == []


def test_no_annotation_is_left_half_written(sentences: list[Example]) -> None:
    assert [sentence.raw for sentence in sentences if re.search(r"[\[\]{}]", sentence.text)] == []


def test_annotated_numbers_and_addresses_have_their_shape(sentences: list[Example]) -> None:
    odd = [
        (entity.label, entity.text)
        for sentence in sentences
        for entity in sentence.entities
        if entity.label in SHAPES and not re.fullmatch(SHAPES[entity.label], entity.text)
    ]
    assert odd == []


@pytest.mark.parametrize("label", sorted(KNOWN_VALUES))
def test_annotated_words_lead_to_a_value_the_shop_knows(
    language: str, sentences: list[Example], label: str
) -> None:
    known = synonyms(language)
    unknown = {
        entity.text
        for sentence in sentences
        for entity in sentence.entities
        if entity.label == label
        and (entity.value or known.get(entity.text.casefold(), entity.text))
        not in KNOWN_VALUES[label]
    }
    assert unknown == set()


def test_ordinals_lead_to_a_number(language: str, sentences: list[Example]) -> None:
    known = synonyms(language)
    words = {
        entity.text
        for sentence in sentences
        for entity in sentence.entities
        if entity.label == "ordinal"
        and not re.fullmatch(
            r"-?\d", entity.value or known.get(entity.text.casefold(), entity.text)
        )
    }
    assert words == set()


def test_a_wording_is_a_synonym_of_one_value_only(language: str) -> None:
    values = defaultdict(set)
    for value, lines, _ in sections(language, "synonym"):
        for line in lines:
            values[line.casefold()].add(value)
    for sentence in examples(language):
        for entity in sentence.entities:
            if entity.value is not None:
                values[entity.text.casefold()].add(entity.value)
    assert {word: found for word, found in values.items() if len(found) > 1} == {}


def test_patterns_and_lookups_name_known_entities_and_compile(language: str) -> None:
    patterns = list(sections(language, "regex"))
    assert {name for name, _, _ in patterns} <= facts.ENTITIES
    assert {name for name, _, _ in sections(language, "lookup")} <= facts.ENTITIES
    for _, lines, _ in patterns:
        for line in lines:
            re.compile(line)


@pytest.mark.parametrize("label", ["order_number", "code", "email", "tracking_number"])
def test_patterns_find_what_shoppers_write(
    language: str, sentences: list[Example], label: str
) -> None:
    patterns = [
        line for name, lines, _ in sections(language, "regex") if name == label for line in lines
    ]
    if not patterns and language == "zh":
        pytest.skip("the English patterns serve both languages")
    missed = {
        entity.text
        for sentence in sentences
        for entity in sentence.entities
        if entity.label == label
        and not any(re.search(pattern, entity.text) for pattern in patterns)
    }
    assert missed == set()
