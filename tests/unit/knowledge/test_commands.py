"""`concierge knowledge add | withdraw | restore | list`."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from concierge.cli.knowledge import app
from tests.unit.knowledge.conftest import write_article

runner = CliRunner()


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, nlu_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CONCIERGE_DATA_DIR", "var")
    monkeypatch.setenv("CONCIERGE_DATABASE_URL", f"sqlite:///{tmp_path / 'test.db'}")
    monkeypatch.setenv("COLUMNS", "160")


def run(*arguments: str) -> tuple[int, str]:
    result = runner.invoke(app, list(arguments))
    return result.exit_code, result.output


def test_an_article_is_added_listed_withdrawn_and_restored(tmp_path: Path) -> None:
    path = write_article(tmp_path / "drafts", "gift-cards", "They never expire.")
    assert run("add", str(path)) == (0, "en/gift-cards answers now (change 1).\n")
    assert run("add", str(path), "--slug", "vouchers", "--language", "zh")[0] == 0
    listed = run("list")[1]
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in listed.splitlines()]
    assert ["en", "gift-cards", "gift_cards", "Buying gift cards", "database"] in rows
    assert ["en", "return-policy", "returns", "Our return policy", "file"] in rows
    assert "vouchers" in run("list", "--language", "zh")[1]
    assert "return-policy" not in run("list", "--language", "zh")[1]
    assert run("withdraw", "gift-cards") == (0, "en/gift-cards is withdrawn.\n")
    assert "gift-cards" not in run("list", "--language", "en")[1]
    assert run("restore", "gift-cards") == (0, "en/gift-cards is what its file says.\n")
    assert "gift-cards" in run("list", "--language", "en")[1]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["add", "nowhere.md"], "nowhere.md is not there"),
        (["add", "x.md", "--language", "de"], "--language must be one of en, zh, got 'de'"),
        (["withdraw", "nothing"], "there is no article en/nothing"),
        (["restore", "return-policy"], "its file counts already"),
    ],
)
def test_bad_input_ends_with_two(arguments: list[str], reason: str) -> None:
    code, output = run(*arguments)
    assert code == 2
    assert reason in output
