"""When the worker checks the examples, and what becomes of the last check."""

import os
from pathlib import Path

import pytest

from concierge.app import content_check
from kit.settings import Settings, load_settings
from studio.content.health import FILE


def settings_in(folder: Path) -> Settings:
    environment = {"CONCIERGE_SECRET_KEY": "k" * 40, "CONCIERGE_DATA_DIR": str(folder / "var")}
    return load_settings(environment, folder)


def test_a_check_is_due_until_one_is_newer_than_all_examples(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    for language, at in (("en", 100), ("zh", 300)):
        path = tmp_path / "nlu_data" / language / "nlu/a.yml"
        path.parent.mkdir(parents=True)
        path.write_text("nlu: []\n")
        os.utime(path, (at, at))
    report = settings.data_dir / FILE
    assert content_check.check_is_due(settings)
    report.parent.mkdir(parents=True)
    report.write_text("{}")
    for at, is_due in ((200, True), (300, False), (301, False)):
        os.utime(report, (at, at))
        assert content_check.check_is_due(settings) == is_due


@pytest.mark.parametrize("is_done", [True, False])
def test_a_check_replaces_the_last_one_only_when_it_went_well(
    is_done: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_in(tmp_path)
    report = settings.data_dir / FILE
    report.parent.mkdir(parents=True)
    report.write_text('{"en": {}}')

    def run(_: Settings, *command: str) -> bool:
        assert command[:3] == ("nlu", "check-examples", "--folder")
        Path(command[-1]).write_text('{"zh": {}}')
        return is_done

    monkeypatch.setattr(content_check, "run_beside", run)
    assert content_check.check(settings) is is_done
    assert report.read_text() == ('{"zh": {}}' if is_done else '{"en": {}}')
    assert [one.name for one in report.parent.iterdir()] == ["health.json"]
