"""Every response that can be uttered exists in both languages, and every one can be uttered."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from actions.server import import_actions
from actions.tasks.definitions import load_tasks
from shop import rules
from shop.promotions import CouponRefusal

ROOT = Path(__file__).resolve().parents[3]
# Refusals of changing a line have words of their own; a parcel is only asked for once it is sent;
# what a person decides is handed over.
ELSEWHERE = {"no_stock", "same_variant", "price_differs", "not_shipped", "needs_person"}
REFUSED = (
    {f"utter_refused_{code}" for code in set(get_args(rules.Refusal)) - ELSEWHERE}
    | {f"utter_exchange_{code}" for code in set(get_args(rules.ReturnRefusal)) - {"needs_person"}}
    | {f"utter_return_{code}" for code in set(get_args(rules.ReturnRefusal)) - {"needs_person"}}
    | {f"utter_coupon_{code}" for code in get_args(CouponRefusal)}
    | {f"utter_item_{code}" for code in ("no_stock", "same_variant", "price_differs")}
)
# Names put together in code: a known one with a suffix, or a prefix with a state.
SUFFIXES = ("_again", "_undated")
TOGETHER = re.compile(r"utter_(?:status|arrival|order)_[a-z_]+")
# Words of code that only look like responses.
NO_RESPONSES = frozenset({"utter_responses", "utter_action"})


def responses(language: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((ROOT / "nlu_data" / language / "responses").glob("*.yml")):
        for name, texts in yaml.safe_load(path.read_text("utf-8"))["responses"].items():
            assert name not in found, f"{path.name}: {name} stands in another file too"
            found[name] = texts
    return found


def named() -> set[str]:
    """Every response that code or a task names in full."""
    files = [
        p for room in ("actions", "bot", "desk", "concierge") for p in (ROOT / room).rglob("*.py")
    ]
    files += [ROOT / "nlu_data" / "intents.yml", *(ROOT / "nlu_data" / "tasks").glob("*.yml")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    return set(re.findall(r"\b(utter_[a-z_0-9]*[a-z0-9])\b(?!\{)", code)) - NO_RESPONSES


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_response_that_is_named_exists(language: str) -> None:
    assert sorted((named() | REFUSED) - responses(language).keys()) == []


def test_every_response_is_used_somewhere() -> None:
    known, used = responses("en").keys(), named() | REFUSED
    put_together = {f"{name}{suffix}" for name in used for suffix in SUFFIXES}
    unused = known - used - put_together
    assert sorted(name for name in unused if not TOGETHER.fullmatch(name)) == []


def test_both_languages_say_the_same_with_the_same_values() -> None:
    en, zh = responses("en"), responses("zh")
    assert en.keys() == zh.keys()
    for name in en:
        values = [
            {value for one in texts for value in re.findall(r"\{(\w+)\}", one.get("text", ""))}
            for texts in (en[name], zh[name])
        ]
        assert values[0] == values[1], name


def test_intents_that_start_tasks_have_examples_in_both_languages() -> None:
    import_actions()
    tasks = load_tasks(ROOT / "nlu_data" / "tasks")
    starting = {intent for task in tasks.values() for intent in task.intents}
    asked = {intent for task in tasks.values() for intent in (*task.answers, *task.meanwhile)}
    asked -= {"any", "deadline", "how_long", "label", "photo"}  # keys of their own, no intents
    for language in ("en", "zh"):
        text = "\n".join(
            path.read_text("utf-8") for path in (ROOT / "nlu_data" / language / "nlu").glob("*.yml")
        )
        known = set(re.findall(r"^\s*- intent: (\w+)", text, re.MULTILINE))
        assert sorted((starting | asked) - known) == []
