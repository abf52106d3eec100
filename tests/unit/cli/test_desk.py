"""When the desk has something to learn."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from concierge.app.desk_learning import examples, learning_is_due
from kit.settings import Settings, load_settings

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    for language in ("en", "zh"):
        folder = tmp_path / "nlu_data" / language / "nlu"
        folder.mkdir(parents=True)
        (folder / "a.yml").write_text("nlu: []")
        written(folder / "a.yml", NOW - timedelta(days=3))
    found = load_settings({"CONCIERGE_DATA_DIR": str(tmp_path / "data")}, tmp_path)
    return replace(found, root=tmp_path)


def written(path: Path, at: datetime) -> None:
    os.utime(path, (at.timestamp(), at.timestamp()))


def test_it_learns_at_first_after_changes_and_every_day(settings: Settings) -> None:
    assert learning_is_due(settings, now=NOW)
    for language in ("en", "zh"):
        card = settings.data_dir / "desk" / language / "topics.json"
        card.parent.mkdir(parents=True)
        card.write_text("{}")
        written(card, NOW)
    assert not learning_is_due(settings, now=NOW + timedelta(hours=23))
    assert learning_is_due(settings, now=NOW + timedelta(hours=25))
    written(settings.root / "nlu_data" / "zh" / "nlu" / "a.yml", NOW + timedelta(minutes=1))
    assert learning_is_due(settings, now=NOW + timedelta(minutes=2))


def test_a_greeting_is_about_nothing() -> None:
    _, wishes, topics = examples(load_settings().root / "nlu_data", "en")
    assert topics["track_refund"] == "refunds"
    assert topics["greet"] == "general"
    assert {"greet", "track_refund"} <= set(wishes)
