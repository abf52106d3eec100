"""A training in the worker ends in a whole candidate, or in a reason and nothing else."""

import json
from pathlib import Path

import pytest

from bot.models import CANDIDATE
from concierge.app import candidate_job
from kit.settings import Settings, load_settings
from studio.content.since import changes_since
from studio.training.candidates import candidate_in
from studio.training.judging import compare
from studio.training.status import HELD, Status, ask_to_stop, read_status, write_status
from tests.web.studio.conftest import git

TRAINS = """
import json, pathlib, sys
print("step learning", flush=True)
folder = pathlib.Path(sys.argv[-1])
(folder / "new.tar.gz").write_bytes(b"model")
card = {"trained_at": "2026-11-24T09:00:00+00:00", "seconds": 5.0, "data": {}}
(folder / "new.card.json").write_text(json.dumps(card))
"""
JUDGES = f"""
import pathlib, sys
body = {json.dumps(json.dumps(compare("old", [], [], "nlu_fallback", []).to_json()))}
(pathlib.Path(sys.argv[-1]) / "judgement.json").write_text(body)
"""


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    (tmp_path / "nlu_data").mkdir()
    found = load_settings(
        {"CONCIERGE_SECRET_KEY": "k" * 40, "CONCIERGE_DATA_DIR": str(tmp_path / "var")}, tmp_path
    )
    found.models_dir.mkdir(parents=True)
    (found.models_dir / "old.tar.gz").write_bytes(b"serves")
    monkeypatch.setattr(candidate_job, "TRAIN", ("fake_train",))
    monkeypatch.setattr(candidate_job, "JUDGE", ("fake_judge",))
    monkeypatch.setattr(candidate_job, "LOOK_SECONDS", 0.02)
    write_status(found.data_dir, Status("wanted", by="Ines"))
    return found


def train(settings: Settings, trains: str = TRAINS, judges: str = JUDGES) -> Status:
    (settings.root / "fake_train.py").write_text(trains)
    (settings.root / "fake_judge.py").write_text(judges)
    candidate_job.train(settings)
    assert [one.name for one in settings.models_dir.iterdir()] == ["old.tar.gz"]
    assert not (settings.data_dir / HELD / "draft").exists()
    return read_status(settings.data_dir)


def test_a_training_puts_up_a_whole_candidate(settings: Settings) -> None:
    status = train(settings)
    assert (status.state, status.by) == ("done", "Ines")
    found = candidate_in(settings.data_dir)
    assert found is not None
    assert (found.facts.model, found.facts.by, found.seconds) == ("new.tar.gz", "Ines", 5.0)
    assert found.judgement.live == "old"


DIES = TRAINS + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
FULL = TRAINS + "sys.exit('OSError: [Errno 28] No space left on device')"
WRONG = TRAINS + "sys.exit('TrainingFilesError: orders.yml: a mapping is expected')"
CANNOT = "raise SystemExit('concierge.app.judging.CannotLoad: bad weights')"
_case = pytest.mark.parametrize(
    ("trains", "judges", "problem", "detail"),
    [
        (DIES, JUDGES, "memory", ""),
        (FULL, JUDGES, "disk", "No space left"),
        (WRONG, JUDGES, "data", "orders.yml"),
        (TRAINS, CANNOT, "load", "bad weights"),
        ("print('nothing')", JUDGES, "other", "no model"),
    ],
)


@_case
def test_a_training_that_fails_says_why_and_leaves_the_candidate_before(
    trains: str, judges: str, problem: str, detail: str, settings: Settings
) -> None:
    train(settings)
    write_status(settings.data_dir, Status("wanted", by="Max"))
    status = train(settings, trains, judges)
    assert (status.state, status.problem) == ("failed", problem)
    assert detail in status.detail
    found = candidate_in(settings.data_dir)
    assert found is not None
    assert found.facts.by == "Ines"


def test_a_full_disk_is_told_before_anything_is_learned(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidate_job, "LEAST_ROOM", 1 << 60)
    status = train(settings)
    assert (status.state, status.problem) == ("failed", "disk")
    assert not (settings.data_dir / CANDIDATE).exists()


def test_a_training_is_stopped_and_asked_for_only_once(settings: Settings) -> None:
    ask_to_stop(settings.data_dir)
    assert train(settings, "import time; time.sleep(60)").state == "stopped"
    assert train(settings).state == "stopped"  # nobody has asked again
    assert candidate_in(settings.data_dir) is None


def test_half_a_candidate_is_none(settings: Settings) -> None:
    train(settings)
    (settings.data_dir / CANDIDATE / "judgement.json").unlink()
    assert candidate_in(settings.data_dir) is None


def test_what_was_edited_by_hand_is_in_the_commit_that_is_trained(settings: Settings) -> None:
    content = settings.root / "nlu_data"
    (content / "a.yml").write_text("a: 1\n")
    git(content, "init", "-q", "-b", "main")
    git(content, "add", "-A")
    git(content, "commit", "-qm", "first")
    (content / "a.yml").write_text("a: 2\n")
    (content / "b.yml").write_text("b: 1\n")
    assert train(settings).state == "done"
    found = candidate_in(settings.data_dir)
    assert found is not None
    assert found.facts.commit == git(content, "rev-parse", "HEAD").strip()
    assert git(content, "status", "--porcelain") == ""
    assert changes_since(content, found.facts.commit) == []
    (content / "b.yml").write_text("b: 2\n")
    assert [one.name for one in changes_since(content, found.facts.commit)] == ["b.yml"]
