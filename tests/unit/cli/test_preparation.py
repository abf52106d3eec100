"""What is missing is made before the processes start; what fails leaves what was there."""

from pathlib import Path

import numpy as np
import pytest

from bot.trained import Trained, trained_record, write_record
from concierge.app import preparation
from concierge.app.preparation import (
    PreparationError,
    assistant_for_start,
    build_knowledge_if_needed,
    code_hash,
    knowledge_is_usable,
    train_assistant_if_needed,
)
from encoders.hashed import write_hashed
from encoders.shared import Encoders, export_folder
from kit.i18n import LANGUAGES
from kit.settings import Settings, load_settings
from knowledge.ranking import plain_ranking
from knowledge.snapshot import Snapshot, publish
from tests.unit.cli.test_commands import make_model


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({}, tmp_path)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The modules that were run in processes of their own; they do nothing."""
    found: list[tuple[str, ...]] = []

    def run(_settings: Settings, _what: str, *module: str) -> str | None:
        found.append(module)
        return None

    monkeypatch.setattr(preparation, "_run_beside", run)
    return found


def make_index(settings: Settings) -> None:
    for language in LANGUAGES:
        write_hashed(export_folder(settings.data_dir, language), "test")
    encoders = Encoders(settings.data_dir)
    vectors = np.zeros((0, 4), np.float32)
    publish(
        settings.knowledge_dir,
        Snapshot(
            articles={one: [] for one in LANGUAGES},
            vectors=dict.fromkeys(LANGUAGES, vectors),
            rankings={one: plain_ranking(4) for one in LANGUAGES},
            thresholds=dict.fromkeys(LANGUAGES, 0.6),
            encoders={one: encoders.fingerprint(one) for one in LANGUAGES},
        ),
    )


def test_an_index_that_is_there_is_not_built(settings: Settings, runs: list[object]) -> None:
    make_index(settings)
    assert not build_knowledge_if_needed(settings)
    assert runs == []


@pytest.mark.parametrize(
    "lack", ["index", "pointer", "damaged", "encoder", "other encoder", "acts"]
)
def test_a_missing_index_is_built(
    settings: Settings, runs: list[tuple[str, ...]], lack: str
) -> None:
    if lack != "index":
        make_index(settings)
    folder = next(settings.knowledge_dir.glob("index-*"), settings.knowledge_dir)
    if lack == "pointer":
        (settings.knowledge_dir / "current").unlink()
    elif lack == "damaged":
        (folder / "vectors.npz").write_bytes(b"PK")
    elif lack == "encoder":
        (export_folder(settings.data_dir, "zh") / "card.json").unlink()
    elif lack == "acts":
        (settings.root / "nlu_data" / "zh" / "acts").mkdir(parents=True)
        (settings.root / "nlu_data" / "zh" / "acts" / "affirm.yml").write_text("x")
    elif lack == "other encoder":
        write_hashed(export_folder(settings.data_dir, "zh"), "another")
    assert not knowledge_is_usable(settings)
    assert build_knowledge_if_needed(settings)
    assert runs == [("bot.training", "index")]


def test_an_index_that_cannot_be_built_is_said(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparation, "_run_beside", lambda *_: "ArticleError: en/x.md: title")
    with pytest.raises(PreparationError, match="knowledge index failed:\nArticleError"):
        build_knowledge_if_needed(settings)


def test_a_training_that_fails_leaves_the_model_before(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(preparation, "_run_beside", lambda *_: "domain.yml: broken")
    with pytest.raises(PreparationError, match="broken"):
        assistant_for_start(settings)
    settings.models_dir.mkdir(parents=True)
    make_model(settings.models_dir / "a.tar.gz")
    assert assistant_for_start(settings).name == "a.tar.gz"
    assert "going on with the model before" in capsys.readouterr().out


def test_what_was_published_on_the_page_is_kept_until_code_changes(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained: list[str] = []
    monkeypatch.setattr(preparation, "_run_beside", lambda *_: trained.append("trained"))
    settings.models_dir.mkdir(parents=True)
    make_model(settings.models_dir / "a.tar.gz")
    (settings.root / "bot").mkdir()
    (settings.root / "config.yml").write_text("a: 1")
    code = code_hash(settings.root)
    for is_published, count in ((True, 0), (False, 1)):
        record = Trained("as it was", code, "a.tar.gz", is_published=is_published)
        write_record(settings.models_dir, record)
        assert train_assistant_if_needed(settings).name == "a.tar.gz"
        assert len(trained) == count
    write_record(settings.models_dir, Trained("", code, "a.tar.gz", is_published=True))
    (settings.root / "bot" / "new.py").write_text("")
    train_assistant_if_needed(settings)
    assert len(trained) == 2
    assert not trained_record(settings.models_dir).is_published
