"""German is a folder: with it the shop answers in German, and nothing else was added."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.contract.content.copying import CONTENT, copy_project, hold

GOODS = ("Talwind Merino-Hemd", "Alpenrot Wanderschuhe", "Fernweg Fleecejacke", "Karst Rucksack 45")
SHELVES = ("T-Shirts", "Wanderschuhe", "Fleecejacken", "Rucksäcke")
SAID = (
    "Hallo",
    "Wo ist meine Bestellung 20001?",
    "und was ist mit 20002?",
    "Was kostet der Versand?",
    "Bitte storniere die Bestellung 20003",
    "nein, lieber nicht",
    "Bitte storniere die Bestellung 20001",
    "ja bitte",
    "Habt ihr Wanderschuhe?",
    "where is my order 20003?",
)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A conversation in a shop that speaks no Chinese, and English only to fall back on."""
    root = copy_project(tmp_path_factory.mktemp("german"), "en")
    shutil.copytree(Path(__file__).parent / "de", root / CONTENT / "de")
    return hold(root, language="de", said=SAID, goods=GOODS, shelves=SHELVES)


def test_an_order_is_told_in_german_with_german_names(talk: dict[str, Any]) -> None:
    hello, first, second = talk["turns"][:3]
    assert "Hallo Mia" in hello["text"]
    assert first["responses"] == ["utter_status_preparing"]
    assert "Bestellung 20001" in first["text"]
    assert "Dienstag, 1. Dezember" in first["text"]
    assert "Talwind Merino-Hemd und Alpenrot Wanderschuhe" in first["cards"]
    assert second["responses"] == ["utter_status_delivered"]
    assert "Samstag, 21. November" in second["text"]


def test_an_article_answers_in_german(talk: dict[str, Any]) -> None:
    told = talk["turns"][3]
    assert told["responses"] == ["utter_article"]
    assert "4,90 Euro" in told["text"]


def test_a_german_yes_cancels_and_a_german_no_does_not(talk: dict[str, Any]) -> None:
    asked, kept, again, done = talk["turns"][4:8]
    assert asked["responses"] == again["responses"] == ["utter_ask_cancel"]
    assert "279,80 €" in asked["text"]
    assert asked["buttons"][:2] == ["Bestellung stornieren", "Behalten"]
    assert "utter_cancelled" not in kept["responses"]
    assert done["responses"] == ["utter_cancelled"]
    assert (talk["states"]["20001"], talk["states"]["20003"]) == ("cancelled", "paid")


def test_goods_are_found_by_their_german_names(talk: dict[str, Any]) -> None:
    assert "Alpenrot Wanderschuhe" in talk["turns"][8]["cards"]


def test_small_words_tell_languages_of_one_script(talk: dict[str, Any]) -> None:
    assert talk["languages"] == ["de", "en"]
    assert [turn["language"] for turn in talk["turns"]] == ["de"] * 9 + ["en"]
    assert talk["turns"][9]["responses"] == ["utter_status_preparing"]
