"""The real trainer, judge and swap behind the studio's page, on a few intents of ours."""

import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from rasa.core.agent import load_agent
from rasa.core.channels.channel import UserMessage

from bot.models import Loaded, models, put_in_place
from bot.swap import Swap
from concierge.app import candidate_job
from kit.database import open_database, upgrade
from kit.settings import PROJECT_ROOT, Settings, load_settings
from studio.content.history import Author
from studio.content.store import Content, NewIntent
from studio.training.candidates import candidate_in
from studio.training.status import Status, read_status, write_status
from tests.conversations.trained import take_trained

INTENTS = {"track_order", "return_item", "greet", "ask_delivery", "thank", "cancel_order"}
OWN = NewIntent(
    "own_workshops",
    "orders",
    {
        "en": [
            f"{one} a climbing workshop" for one in ("do you run", "book", "when is", "is there")
        ],
        "zh": [f"{one}攀岩课程" for one in ("有没有", "我想报名", "什么时候有", "预约")],
    },
    {"en": "On Saturdays.", "zh": "每周六。"},
)
pytestmark = [pytest.mark.train, pytest.mark.timeout(600)]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A project of six intents in both languages, with nothing trained."""
    for name in ("domain.yml", "config.yml", "policy.yml"):
        shutil.copy(PROJECT_ROOT / name, tmp_path / name)
    shutil.copytree(PROJECT_ROOT / "nlu_data", tmp_path / "nlu_data")
    for path in (tmp_path / "nlu_data").glob("*/nlu/*.yml"):
        head, *entries = re.split(r"(?m)^(?=  - intent: )", path.read_text(encoding="utf-8"))
        kept = [one for one in entries if one.split(maxsplit=3)[2] in INTENTS]
        path.write_text(head + "".join(kept), encoding="utf-8")
        if not kept:
            path.unlink()
    for path in (tmp_path / "nlu_data").glob("*/held_out/intents.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [one for one in lines if json.loads(one)["intent"] in INTENTS]
        path.write_text("\n".join(kept), encoding="utf-8")
    monkeypatch.setenv("CONCIERGE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("PYTHONPATH", str(PROJECT_ROOT))
    monkeypatch.chdir(tmp_path)
    found = load_settings()
    take_trained(found.data_dir)
    shutil.rmtree(found.models_dir, ignore_errors=True)
    upgrade(found.database_url)
    open_database(found.database_url).close()
    return found


async def test_an_own_intent_is_trained_judged_and_swapped_in(settings: Settings) -> None:
    first = train(settings)
    assert candidate_in(settings.data_dir) is not None
    live = put_in_place(settings.data_dir / "studio/candidate" / first, settings.models_dir)
    agent = await load_agent(model_path=str(live))
    assert await heard(agent, "do you run a climbing workshop") != OWN.name

    content = Content(settings.root / "nlu_data", settings.data_dir / "studio")
    content.add_intent(OWN, Author("Ines", "ines@shop.example"))
    second = train(settings)
    found = candidate_in(settings.data_dir)
    assert found is not None
    assert found.judgement.live == first
    assert {one.language for one in found.judgement.totals} == {"en", "zh"}
    assert all(one.candidate > 0.6 * one.asked for one in found.judgement.totals)
    assert found.judgement.uncovered == ()

    loaded = await Swap(settings).to(Loaded(agent, live, ()), second)
    assert await heard(loaded.agent, "do you run a climbing workshop") == OWN.name
    assert f"utter_{OWN.name}" in loaded.agent.nlg.responses
    assert [one.name for one in models(settings.models_dir)] == [second, first]
    back = await Swap(settings).to(loaded, first)
    assert await heard(back.agent, "do you run a climbing workshop") != OWN.name


def train(settings: Settings) -> str:
    write_status(settings.data_dir, replace(Status(), state="wanted", by="Ines"))
    candidate_job.train(settings)
    status = read_status(settings.data_dir)
    assert (status.state, status.problem, status.detail) == ("done", "", "")
    found = candidate_in(settings.data_dir)
    assert found is not None
    return found.facts.model


async def heard(agent: object, text: str) -> str:
    parsed = await agent.processor.parse_message(UserMessage(text))  # type: ignore[attr-defined]
    return str(parsed["intent"]["name"])
