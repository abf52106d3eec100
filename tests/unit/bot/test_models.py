"""The newest model that loads serves; a new one appears whole or not at all."""

import logging
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from bot.models import NotTrained, load_newest, models, put_in_place, unpack_trained
from bot.training import DRAFT, draft_folder


class FakeAgent:
    """Rasa's agent: ready only when it could load its model."""

    def __init__(self, path: Path, *, is_ready: bool) -> None:
        self.path = path
        self._is_ready = is_ready

    def is_ready(self) -> bool:
        return self._is_ready


def make_model(folder: Path, name: str, at: int) -> Path:
    """An archive of that time; Rasa would not load those called "broken"."""
    folder.mkdir(parents=True, exist_ok=True)
    metadata = folder / "metadata.json"
    metadata.write_text("{}")
    path = folder / f"{name}.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        archive.add(metadata, "metadata.json")
    metadata.unlink()
    os.utime(path, (at, at))
    return path


async def load(path: Path) -> Any:
    return FakeAgent(path, is_ready="broken" not in path.name)


async def test_a_broken_newest_model_leaves_the_one_before_it(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    make_model(tmp_path, "oldest", 1)
    make_model(tmp_path, "old", 2)
    make_model(tmp_path, "broken-inside", 3)
    cut = make_model(tmp_path, "cut-off", 4)
    cut.write_bytes(cut.read_bytes()[:40])
    os.utime(cut, (4, 4))
    with caplog.at_level(logging.ERROR):
        found = await load_newest(models(tmp_path), load)
    assert found is not None
    assert (found.model.name, found.agent.path.name) == ("old.tar.gz", "old.tar.gz")
    assert found.broken == ("cut-off.tar.gz", "broken-inside.tar.gz")
    assert "a newer model is broken; the one before it serves" in caplog.text


async def test_without_a_model_that_loads_there_is_none(tmp_path: Path) -> None:
    make_model(tmp_path, "broken", 1)
    assert await load_newest(models(tmp_path), load) is None
    assert await load_newest([], load) is None


def test_a_model_that_is_being_made_is_not_among_the_others(tmp_path: Path) -> None:
    left_over = tmp_path / DRAFT / "of-a-killed-training"
    left_over.mkdir(parents=True)
    old = make_model(tmp_path, "old", 1)
    with draft_folder(tmp_path) as folder:
        assert not left_over.exists()
        draft = make_model(folder, "new", 2)
        draft.with_name("new.card.json").write_text("{}")
        assert models(tmp_path) == [old]
        new = put_in_place(draft, tmp_path)
        assert models(tmp_path) == [new, old]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".lock",
        "new.card.json",
        "new.tar.gz",
        "old.tar.gz",
    ]


def test_three_models_are_kept_with_their_cards(tmp_path: Path) -> None:
    for at in (1, 2, 3):
        make_model(tmp_path, f"m{at}", at).with_name(f"m{at}.card.md").write_text("x")
    put_in_place(make_model(tmp_path / "draft", "m4", 4), tmp_path)
    assert [path.name for path in models(tmp_path)] == ["m4.tar.gz", "m3.tar.gz", "m2.tar.gz"]
    assert not (tmp_path / "m1.card.md").exists()
    assert (tmp_path / "m2.card.md").exists()


def test_the_newest_archive_gives_what_it_keeps_of_a_component(tmp_path: Path) -> None:
    into = tmp_path / "unpacked"
    make_model(tmp_path / "models", "plain", 1)
    with pytest.raises(NotTrained, match="concierge train"):
        unpack_trained(tmp_path / "models", "Heard", into)
    for name, at in (("old", 2), ("new", 3)):
        path = make_model(tmp_path / "models", name, at)
        card = tmp_path / "card.json"
        card.write_text(name)
        with tarfile.open(path, "w:gz") as archive:
            archive.add(card, "metadata.json")
            archive.add(card, "components/train_bot.heard.Heard0/card.json")
            archive.add(card, "components/train_bot.heard.Other1/card.json")
        os.utime(path, (at, at))
    folder = unpack_trained(tmp_path / "models", "Heard", into)
    assert [one.name for one in folder.iterdir()] == ["card.json"]
    assert (folder / "card.json").read_text() == "new"
    assert not list(into.rglob("*Other1"))
