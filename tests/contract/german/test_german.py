"""German is a folder: with it the shop answers in German, and nothing else was added."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.dialogues import ROOT

FIXTURE = Path(__file__).parent / "de"
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
    """The conversation, in a copy of the project without Chinese and without English examples.

    `kit` finds the languages beside itself, so it is copied; all else is linked.
    """
    root = tmp_path_factory.mktemp("german")
    for path in ROOT.iterdir():
        if path.name not in {"kit", "nlu_data", "var"} and not path.name.startswith("."):
            (root / path.name).symlink_to(path)
    shutil.copytree(ROOT / "kit", root / "kit")
    for path in (ROOT / "nlu_data").iterdir():
        if path.name not in {"en", "zh"}:
            (root / "nlu_data").mkdir(exist_ok=True)
            (root / "nlu_data" / path.name).symlink_to(path)
    (root / "nlu_data" / "en").mkdir()
    for name in ("language.yml", "responses", "texts", "words"):
        (root / "nlu_data" / "en" / name).symlink_to(ROOT / "nlu_data" / "en" / name)
    (root / "nlu_data" / "de").symlink_to(FIXTURE)
    done = subprocess.run(
        [sys.executable, "-m", "tests.contract.german.talk", str(root / "var"), *SAID],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


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
