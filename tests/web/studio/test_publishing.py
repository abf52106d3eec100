"""Publishing: what has changed, asking the worker, gates, going live and back, who may what."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from aiohttp import web
from sqlalchemy.orm import Session

from bot.models import CANDIDATE, put_in_place
from bot.trained import trained_record
from connectors import keys
from connectors.assistant import AssistantUnavailable, CannotServe
from desk.tickets import change_agent, list_agents, read_audit
from kit.database import Database
from kit.settings import Settings
from studio.training.candidates import Facts, put_up
from studio.training.judging import Asked, Judgement, compare
from studio.training.status import HELD, Status, read_status, write_status
from tests.web.desk.conftest import NOW, Browser
from tests.web.studio.conftest import git

HERE = "/studio/publish"
NEW, OLD = "new-model.tar.gz", "old-model.tar.gz"


@dataclass
class FakeAssistant:
    """Serves what it is told, or says why it cannot."""

    settings: Settings
    served: list[str] = field(default_factory=list)
    trouble: Exception | None = None

    async def serve(self, model: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        path = self.settings.data_dir / CANDIDATE / model
        if path.exists():
            put_in_place(path, self.settings.models_dir)
        else:
            os.utime(self.settings.models_dir / model)
        self.served.append(model)


def make_model(folder: Path, name: str, commit: str = "", at: float | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"model")
    card = {"trained_at": NOW.isoformat(), "seconds": 300.0, "data": {"commit": commit}}
    path.with_name(name.replace(".tar.gz", ".card.json")).write_text(json.dumps(card))
    if at is not None:
        os.utime(path, (at, at))
    return path


def asked(text: str, live: str, candidate: str, truth: str = "track_order") -> Asked:
    return Asked("en", text, truth, live, candidate, live == truth, candidate == truth)


def judgement(*, worse: int = 0, better: int = 0, uncovered: tuple[str, ...] = ()) -> Judgement:
    rows = [asked(f"same {at}", "track_order", "track_order") for at in range(20)]
    rows += [asked(f"lost {at}", "track_order", "cancel_order") for at in range(worse)]
    rows += [asked(f"won {at}", "cancel_order", "track_order") for at in range(better)]
    real = [replace(asked("call [name]", "greet", "track_order", ""), truth="")]
    return compare(OLD, rows, real, "nlu_fallback", uncovered)


def let(session: Session, role: str, permissions: tuple[str, ...]) -> None:
    """Give the one person of a role these permissions alone."""
    (person,) = (one for one in list_agents(session) if one.role == role)
    change_agent(
        session,
        person.id,
        role=role,
        languages=["en"],
        skills=[],
        capacity=1,
        permissions=permissions,
    )


@pytest.fixture
def assistant(desk_settings: Settings) -> FakeAssistant:
    return FakeAssistant(desk_settings)


@pytest.fixture
def app(assistant: FakeAssistant) -> web.Application:
    """A front with an assistant that can be told what to serve."""
    app = web.Application()
    app[keys.ASSISTANT] = assistant  # type: ignore[misc]
    return app


@pytest.fixture
def wait_for_judging(desk_settings: Settings, content: Path) -> Callable[[Judgement], None]:
    """A live model and a candidate with this judgement."""

    def put(found: Judgement) -> None:
        commit = git(content, "rev-parse", "HEAD").strip()
        make_model(desk_settings.models_dir, OLD, commit, at=1.0)
        draft = desk_settings.data_dir / HELD / "draft"
        make_model(draft, NEW)
        (draft / "judgement.json").write_text(json.dumps(found.to_json()))
        put_up(draft, desk_settings.data_dir, Facts(NEW, commit, "sources", "code", "Ines"))

    return put


async def test_what_has_changed_since_the_live_model_stands_by_entry(
    admin: Browser, content: Path, desk_settings: Settings
) -> None:
    commit = git(content, "rev-parse", "HEAD").strip()
    make_model(desk_settings.models_dir, OLD, commit)
    _, page = await admin.open(HERE)
    assert "Nothing. What serves knows" in page
    await admin.send(
        "/studio/intents/track_order/add", script=False, **{"in": "en", "text": "a\nb"}
    )
    path = content / "zh/responses/talk.yml"  # by hand, and not committed
    path.write_text(path.read_text() + '  utter_new:\n    - text: "好"\n')
    (content / "tasks").mkdir()
    (content / "tasks/a.yml").write_text("a: 1\n")
    _, page = await admin.open(HERE)
    rows = [re.sub(r"<[^>]+>|\s+", " ", one) for one in re.findall(r"<li>(.*?)</li>", page, re.S)]
    told = [" ".join(row.split()) for row in rows]
    assert told[:3] == [
        "Intent track_order English +2",
        "Reply utter_new Chinese new +1",
        "File tasks/a.yml",
    ]


async def test_a_training_is_asked_for_once_and_watched(
    admin: Browser, trainings: list[str], desk_settings: Settings
) -> None:
    response = await admin.send(f"{HERE}/train", script=False)
    assert response.headers["Location"] == f"{HERE}?done=wanted"
    assert (await admin.send(f"{HERE}/train", script=False)).status == 409
    assert trainings == ["asked"]
    status, body = await admin.open(f"{HERE}/live")
    assert (status, json.loads(body)["state"]) == (200, "wanted")
    await admin.send(f"{HERE}/stop", script=False)
    assert read_status(desk_settings.data_dir).state == "stopped"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Status("running", "learning", began=NOW), "ended from outside"),
        (Status("failed", problem="disk", detail="300 MB", began=NOW), "the disk is full"),
        (Status("failed", problem="data", detail="a.yml: key", began=NOW), "a.yml: key"),
        (Status("stopped", began=NOW), "was stopped"),
    ],
)
async def test_a_training_that_came_to_nothing_is_explained(
    status: Status, said: str, admin: Browser, desk_settings: Settings
) -> None:
    write_status(desk_settings.data_dir, status)
    _, page = await admin.open(HERE)
    assert said in page
    assert "What serves was not touched" in page
    assert "Train what has changed" in page


async def test_a_candidate_whose_gates_hold_serves(
    admin: Browser,
    wait_for_judging: Callable[[Judgement], None],
    assistant: FakeAssistant,
    desk_settings: Settings,
    desk_database: Database,
) -> None:
    wait_for_judging(judgement(better=5))
    _, page = await admin.open(HERE)
    assert "“track_order” (English) is better by 20.0 points: 25 of 25 right, 20 before" in page
    assert "call [name]" in page
    assert (await admin.send(HERE, script=False, model="other.tar.gz")).status == 409
    response = await admin.send(HERE, script=False, model=NEW)
    assert response.headers["Location"] == f"{HERE}?done=published"
    assert assistant.served == [NEW]
    record = trained_record(desk_settings.models_dir)
    assert (record.model, record.sources, record.is_published) == (NEW, "sources", True)
    assert not (desk_settings.data_dir / CANDIDATE).exists()
    response = await admin.send(f"{HERE}/back", script=False, model=OLD)
    assert response.headers["Location"] == f"{HERE}?done=back"
    assert assistant.served == [NEW, OLD]
    assert trained_record(desk_settings.models_dir).is_published
    with desk_database.reading() as session:
        acts = [(one.act, one.subject) for one in read_audit(session)]
    assert acts[:2] == [("model.back", OLD), ("model.publish", NEW)]


async def test_a_shut_gate_needs_a_reason_that_is_audited(
    admin: Browser,
    wait_for_judging: Callable[[Judgement], None],
    assistant: FakeAssistant,
    desk_database: Database,
) -> None:
    wait_for_judging(judgement(worse=5))
    response = await admin.send(HERE, script=False, model=NEW)
    assert (response.status, assistant.served) == (422, [])
    assert "Say why" in await response.text()
    await admin.send(HERE, script=False, model=NEW, reason="the old ones were labelled wrong")
    assert assistant.served == [NEW]
    with desk_database.reading() as session:
        detail = read_audit(session)[0].detail
    assert detail["reason"] == "the old ones were labelled wrong"
    assert set(detail["gates"]) == {"held_out", "intent"}


async def test_a_missing_reply_cannot_be_published_for_any_reason(
    admin: Browser, wait_for_judging: Callable[[Judgement], None], assistant: FakeAssistant
) -> None:
    wait_for_judging(judgement(uncovered=("utter_own_x (zh)",)))
    response = await admin.send(HERE, script=False, model=NEW, reason="hurry")
    assert (response.status, assistant.served) == (422, [])


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (CannotServe("ValueError: bad weights"), "bad weights"),
        (AssistantUnavailable("ClientConnectorError"), "does not answer at the moment"),
    ],
)
async def test_what_cannot_serve_leaves_the_model_before(
    trouble: Exception,
    said: str,
    admin: Browser,
    wait_for_judging: Callable[[Judgement], None],
    assistant: FakeAssistant,
    desk_settings: Settings,
) -> None:
    wait_for_judging(judgement())
    assistant.trouble = trouble
    response = await admin.send(HERE, script=False, model=NEW)
    assert response.status == 503
    assert said in await response.text()
    assert not trained_record(desk_settings.models_dir).is_published
    assert (desk_settings.data_dir / CANDIDATE / NEW).exists()


async def test_reviewers_look_and_object_editors_train_publishers_publish(
    browser: Browser,
    wait_for_judging: Callable[[Judgement], None],
    assistant: FakeAssistant,
    desk_database: Database,
) -> None:
    wait_for_judging(judgement())
    may: dict[str, tuple[str, ...]] = {
        "agent": ("assistant.see",),
        "supervisor": ("assistant.edit",),
    }
    with desk_database.session() as session:
        for role, permissions in may.items():
            let(session, role, permissions)
    await browser.sign_in("agent")
    assert (await browser.open("/studio"))[0] == 200
    for place in ("/train", "", "/back"):
        assert (await browser.send(f"{HERE}{place}", script=False, model=NEW)).status == 403
    await browser.send(f"{HERE}/review", script=False, model=NEW, good="no", note="too soon")
    await browser.sign_in("supervisor")
    assert (await browser.send(HERE, script=False, model=NEW)).status == 403
    assert (await browser.send(f"{HERE}/train", script=False)).status == 303
    await browser.sign_in("admin")
    assert (await browser.send(HERE, script=False, model=NEW)).status == 422  # "not yet"
    assert assistant.served == []
    assert (await browser.send(HERE, script=False, model=NEW, reason="agreed since")).status == 303
