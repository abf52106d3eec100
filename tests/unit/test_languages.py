"""A language is a folder: outside of it nothing says which languages there are."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kit.i18n import Catalogue, format_date, format_money, format_short_day, join_words, length
from kit.languages import DEFAULT_LANGUAGE, FACTS, FOLDERS, LANGUAGES, Facts, facts
from kit.money import Money
from kit.phrases import spoken

ROOT = Path(__file__).resolve().parents[2]
ROOMS = sorted(
    path.parent
    for path in ROOT.glob("*/__init__.py")
    if path.parent.name not in {"tests", "research"}
)
_SPOKEN = re.compile(r'\bspoken\(\s*"(\w+)",\s*"([\w.]+)"')
_NAMED = re.compile(r"""["'](?:en|zh)["']|\w_(?:en|zh)\b""")

MAY = {
    "kit/languages.py": "the default",
    "shop/imports/people.py": "names of countries are read in two dozen languages",
    "shop/imports/dates.py": "names of months are read in a dozen languages",
    "shop/imports/columns.py": "a comment with an example",
    "shop/demo/people.py": "the demo's customers, invented one by one",
    "shop/demo/history.py": "the demo's customers, drawn; another draw would be another shop",
}
GERMAN = (ROOT / "tests" / "contract" / "content" / "de" / FACTS).read_text("utf-8")


def named() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in room.rglob("*.py")
        if _NAMED.search(path.read_text("utf-8"))
    }


def test_only_the_default_and_what_is_listed_names_a_language() -> None:
    assert len(ROOMS) == 18
    assert named() - MAY.keys() == set()
    assert MAY.keys() - named() == set()


def test_templates_and_scripts_name_no_language() -> None:
    found = {
        path.name
        for room in ROOMS
        for pattern in ("templates/*.html", "static/**/*.js")
        for path in room.rglob(pattern)
        if _NAMED.search(path.read_text("utf-8"))
    }
    assert found == set()


def test_the_languages_are_the_folders_with_facts() -> None:
    assert LANGUAGES == ("en", "zh")
    assert {path.name for path in FOLDERS.iterdir() if (path / FACTS).exists()} == set(LANGUAGES)


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Facts:
    path = tmp_path / FACTS
    path.write_text(GERMAN, "utf-8")
    found = Facts.load(path)
    monkeypatch.setattr("kit.i18n.facts", {"de": found}.__getitem__)
    return found


def test_another_folder_gives_dates_and_lists_without_code(german: Facts) -> None:
    day = date(2026, 11, 24)
    assert format_date(day, "de") == "Dienstag, 24. November"
    assert format_date(day, "de", date(2027, 1, 1)) == "Dienstag, 24. November 2026"
    assert join_words(["Hut", "Zelt", "Schal"], "de") == "Hut, Zelt und Schal"
    assert length("wo ist mein Paket", "de") == 4
    assert format_money(Money(Decimal("-1299.5"), "EUR"), "de") == "-1.299,50 €"
    assert format_short_day(day, "de") == "24. Nov."


def test_a_language_with_several_plurals_says_those_that_are_written(
    german: Facts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.i18n.facts", {"pl": replace(german, tag="pl")}.__getitem__)
    said = {"day.one": "{count} dzień", "day.few": "{count} dni", "day.other": "{count} dnia"}
    own = Catalogue({"pl": said})
    told = [own.plural("pl", "day", count) for count in (1, 3, 5)]
    assert told == ["1 dzień", "3 dni", "5 dnia"]  # nothing is written for "many"


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("hello: ", "hullo: ", "language.yml: .*'hullo'"),
        ("EEEE, ", "EEEEEEE ", "language.yml: .*EEEEEEE"),
    ],
)
def test_a_wrong_file_of_facts_says_what_it_lacks(
    tmp_path: Path, before: str, after: str, says: str
) -> None:
    path = tmp_path / FACTS
    path.write_text(GERMAN.replace(before, after), "utf-8")
    with pytest.raises(ValueError, match=says):
        Facts.load(path)


def test_every_language_of_ours_says_everything() -> None:
    said = {
        path.name: set(json.loads(path.read_text("utf-8")))
        for path in (FOLDERS / DEFAULT_LANGUAGE / "texts").glob("*.json")
    }
    assert len(said) == 7
    for language in LANGUAGES:
        for name, keys in said.items():
            own = json.loads((FOLDERS / language / "texts" / name).read_text("utf-8"))
            assert own.keys() == keys, (language, name)


def test_patterns_that_code_names_are_written_and_can_be_read() -> None:
    """One that is misspelt would match nothing, silently."""
    named = {
        found
        for room in ROOMS
        for path in room.rglob("*.py")
        for found in _SPOKEN.findall(path.read_text("utf-8"))
    }
    assert len(named) > 60
    assert [one for one in sorted(named) if not spoken(*one).patterns] == []


def test_every_language_tells_the_same_facts() -> None:
    told = [set(facts(one).masks) for one in LANGUAGES]
    assert all(one == told[0] for one in told)
    assert {facts(one).script for one in LANGUAGES} == {"latin", "han"}
