"""Sizes, amounts, dates, counts and names in Chinese messages, and their canonical values."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.unit.bot.annotated_messages import DEVELOPMENT, HELD_OUT, annotated
from understanding.entities.patterns import EntityModel, chinese_number, collect_names
from understanding.entities.units import Span
from understanding.evaluation.spans import entity_metrics

ROOT = Path(__file__).resolve().parents[3]


@cache
def shipped() -> EntityModel:
    """The assistant's patterns and names, without a shop's catalogue."""
    synonyms: dict[str, str] = {}
    lookups: dict[str, list[str]] = {}
    for path in sorted((ROOT / "nlu_data").glob("*/lookups/*.yml")):
        for one in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:].strip() for line in str(one.get("examples", "")).splitlines()]
            if "synonym" in one:
                synonyms |= dict.fromkeys(lines, one["synonym"])
            if "lookup" in one:
                lookups.setdefault(one["lookup"], []).extend(lines)
    return collect_names([], synonyms, lookups, {})


@pytest.mark.parametrize(
    ("messages", "least"), [(DEVELOPMENT, 1.0), (HELD_OUT, 0.95)], ids=["seen", "kept aside"]
)
def test_entities_of_chinese_messages(messages: Sequence[str], least: float) -> None:
    texts = [annotated(message) for message in messages]
    found = [
        [Span(one.entity, one.start, one.end) for one in shipped().extract(text.text)]
        for text in texts
    ]
    assert entity_metrics([text.spans for text in texts], found)["entity_f1"] >= least


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("两千左右的帐篷", "price", "2000"),
        ("一千五以下", "price", "1500"),
        ("两百五十元以内", "price", "250"),
        ("三百块", "price", "300"),
        ("1,299元", "price", "1299"),
        ("€ 1200,50", "price", "1200.50"),
        ("四十二码", "size", "42"),
        ("大号的", "size", "L"),
        ("要m", "size", "M"),
        ("十二件", "quantity", "12"),
        ("第二个", "ordinal", "2"),
    ],
)
def test_values(text: str, entity: str, value: str) -> None:
    assert (entity, value) in [(one.entity, one.value) for one in shipped().extract(text)]


@pytest.mark.parametrize(
    ("text", "not_entity"),
    [
        ("穿多大码合适", "size"),
        ("我们一块去", "price"),
        ("第一次买", "ordinal"),
        ("最大号店", "size"),
    ],
)
def test_what_only_looks_like_one(text: str, not_entity: str) -> None:
    assert not_entity not in [one.entity for one in shipped().extract(text)]


@pytest.mark.parametrize(
    ("text", "number"),
    [("十", 10), ("二十五", 25), ("两百零五", 205), ("三百五", 350), ("一千零五十", 1050)],
)
def test_chinese_numbers(text: str, number: int) -> None:
    assert chinese_number(text) == number
