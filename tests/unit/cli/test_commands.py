"""The command line: help everywhere, clear refusals with exit code 2, models that are checked."""

import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from bot.models import is_readable_model
from concierge.app.preparation import current_model, source_hash
from concierge.cli.main import COMMANDS
from kit.settings import load_settings

ROOT = Path(__file__).resolve().parents[3]


def concierge(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    return subprocess.run(
        [sys.executable, "-m", "concierge.cli.main", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command() -> None:
    done = concierge("--help")
    assert done.returncode == 0
    assert [name for name in COMMANDS if name not in done.stdout] == []


@pytest.mark.parametrize("name", list(COMMANDS))
def test_every_command_has_help(name: str) -> None:
    done = concierge(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_wrong_setting_is_one_clear_line(tmp_path: Path) -> None:
    done = concierge("up", CONCIERGE_PORT="eighty", CONCIERGE_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert (
        done.stderr.strip()
        == "concierge: CONCIERGE_PORT must be a port from 0 to 65535, got 'eighty'"
    )


def test_unknown_benchmark_is_refused(tmp_path: Path) -> None:
    done = concierge("bench", "speed", CONCIERGE_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert "NAME must be one of" in done.stderr


def test_the_service_benchmark_names_what_it_lacks(tmp_path: Path) -> None:
    tasks, shop = tmp_path / "tasks.json", tmp_path / "db.json"
    tasks.write_text('[{"user_id": "ada", "instruction": "Hello.", "actions": []}]', "utf-8")
    shop.write_text('{"users": {}, "orders": {}}', "utf-8")
    data = {"CONCIERGE_DATA_DIR": str(tmp_path)}
    told = {
        ("--tasks", str(tasks)): "bench service: --db FILE is missing",
        (
            "--db",
            str(shop),
            "--tasks",
            str(tmp_path / "none.json"),
        ): "bench service: none.json cannot be read: No such file or directory",
        (
            "--db",
            str(shop),
            "--tasks",
            str(tasks),
        ): "bench service: tasks.json: [0].instruction does not begin with a name and what they "
        "know",
    }
    for arguments, message in told.items():
        done = concierge("bench", "service", *arguments, **data)
        assert (done.returncode, done.stderr.strip()) == (2, message)


def test_no_running_system_is_said_so(tmp_path: Path) -> None:
    done = concierge("check", "--url", "http://127.0.0.1:9", CONCIERGE_DATA_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "is `make run` up?" in done.stderr


def make_model(path: Path) -> None:
    metadata = path.parent / "metadata.json"
    metadata.write_text("{}")
    with tarfile.open(path, "w:gz") as archive:
        archive.add(metadata, "metadata.json")
    metadata.unlink()


def test_corrupt_model_is_set_aside_and_the_one_before_used(tmp_path: Path) -> None:
    settings = load_settings({}, tmp_path)
    settings.models_dir.mkdir(parents=True)
    good, bad = settings.models_dir / "a.tar.gz", settings.models_dir / "b.tar.gz"
    make_model(good)
    bad.write_bytes(good.read_bytes()[:40])
    assert is_readable_model(good)
    assert not is_readable_model(bad)
    assert current_model(settings) == good
    assert not bad.exists()


def test_source_hash_follows_the_training_data(tmp_path: Path) -> None:
    (tmp_path / "nlu_data").mkdir()
    (tmp_path / "domain.yml").write_text("a: 1")
    before = source_hash(tmp_path)
    assert source_hash(tmp_path) == before
    (tmp_path / "nlu_data" / "x.yml").write_text("b: 2")
    assert source_hash(tmp_path) != before
