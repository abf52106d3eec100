"""The how-to "Set your shop's rules", followed step by step: what it shows is what happens."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import update
from typer.testing import CliRunner

from concierge.app import front
from concierge.cli import up
from concierge.cli.policy import app
from shop.models import Order
from shop.policy import Policy
from shop.policy_file import PolicyError, read_policy
from tests.dialogues import MIA, Desk, Talk, changes
from tests.policies import ROOT

PAGE = (ROOT / "docs/how-to/set-your-rules.md").read_text("utf-8")
INTENTS = {"cancel order 20001": "cancel_order", "yes": "affirm"}


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL)


def changed(path: Path, *steps: str) -> Policy:
    """The shipped file with the rules of the page in their places, as an admin saves it."""
    body: dict[str, Any] = yaml.safe_load((ROOT / "policy.yml").read_text("utf-8"))
    for step in steps:
        for part, rules in yaml.safe_load(step).items():
            body[part] |= rules
    path.write_text(yaml.safe_dump(body), "utf-8")
    assert CliRunner().invoke(app, ["check", str(path)]).exit_code == 0
    return read_policy(path)


def play(talk: Talk, script: str) -> None:
    """Say the shopper's lines; the assistant must say the others, word by word."""
    lines = script.strip().splitlines()
    for said, answer in zip(lines[::2], lines[1::2], strict=True):
        text = said.removeprefix("> ")
        talk.say(text, INTENTS.get(text, "inform"))
        assert talk.text == answer.removeprefix("< ")


@pytest.fixture
def packed(desk: Desk) -> Desk:
    with desk.database.session() as session:
        session.execute(update(Order).where(Order.number == "20001").values(state="packed"))
    return desk


def test_the_assistant_obeys_the_changed_rule(packed: Desk, tmp_path: Path) -> None:
    assert packed.talk().say("cancel order 20001", "cancel_order") == [
        "utter_refused_already_packed"
    ]
    policy = changed(tmp_path / "policy.yml", blocks("yaml")[0])
    before = packed.rows()
    play(packed.under(policy).talk(MIA), blocks("chat")[0])
    done = changes(before, packed.rows())
    assert any("packed → cancelled" in one and "→ ordered_by_mistake" in one for one in done)


def test_guests_prove_it_the_way_that_the_file_says(packed: Desk, tmp_path: Path) -> None:
    policy = changed(tmp_path / "policy.yml", *blocks("yaml"))
    before = packed.rows()
    play(packed.under(policy).talk(None), blocks("chat")[1])
    assert changes(before, packed.rows()) == []


def test_what_cannot_be_used_is_told_as_the_page_says(tmp_path: Path) -> None:
    told = blocks("text")[0]
    path = tmp_path / "policy.yml"
    text = (ROOT / "policy.yml").read_text("utf-8")
    path.write_text(text.replace("states: [placed, paid]", "states: [placed, shipped]", 1))
    done = CliRunner().invoke(app, ["check", str(path)])
    assert (done.exit_code, done.stderr) == (2, f"concierge policy: {told}")


@pytest.mark.parametrize("arguments", [[], ["--json"]])
def test_the_rules_are_shown(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["check", str(ROOT / "policy.yml"), *arguments])
    assert done.exit_code == 0
    assert "cancel_order" in done.stdout
    assert "1000" in done.stdout


def test_nothing_starts_with_rules_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("orders: {cancel_order: {states: [shipped]}}", "utf-8")
    monkeypatch.setenv("CONCIERGE_POLICY", str(path))
    monkeypatch.setenv("CONCIERGE_DATA_DIR", str(tmp_path))
    with pytest.raises(PolicyError, match=r"rules\.yml: orders\.cancel_order\.states: must be"):
        up.command(quiet=True)
    assert list(tmp_path.glob("*.db")) == []


def test_the_front_says_which_rule_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rules.yml"
    path.write_text("orders: {cancel_order: {states: [shipped]}}", "utf-8")
    monkeypatch.setenv("CONCIERGE_POLICY", str(path))
    monkeypatch.setenv("CONCIERGE_DATA_DIR", str(tmp_path))
    assert front.main() == 2
    assert capsys.readouterr().err.startswith("front: rules.yml: orders.cancel_order.states: must")
