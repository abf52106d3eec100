"""Publish: what has changed, training in the worker, the judgement, going live and going back."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from aiohttp import web

from connectors import keys
from connectors.assistant import AssistantUnavailable, CannotServe
from desk.web.access import current_agent
from desk.web.desk import DESK
from desk.web.forms import go
from desk.web.rendering import page, render
from studio.content.history import NoHistory
from studio.content.since import EntryChange, changes_since, commit_at
from studio.content.store import Content
from studio.training.candidates import (
    Candidate,
    Facts,
    Kept,
    Review,
    add_review,
    candidate_in,
    expected_seconds,
    kept_models,
    published,
    reviews_of,
)
from studio.training.judging import Gate, gates
from studio.training.status import (
    USUAL_SECONDS,
    Status,
    ask_to_stop,
    forget_stop,
    read_status,
    write_status,
)
from studio.web.studio import FRONT, STUDIO, Told, note, reading, words_of

ROWS: Final = 60
PATIENCE: Final = 90  # seconds after which a training that nobody begins is explained
DONE: Final = ("published", "back", "wanted", "stopped", "reviewed")


@dataclass(frozen=True)
class Changes:
    """What has changed since a model was trained; None where nobody knows."""

    entries: tuple[EntryChange, ...] | None
    count: int = 0


async def publishing(request: web.Request) -> web.Response:
    """The page."""
    done = request.query.get("done", "")
    told = Told(f"publish.done.{done}", is_problem=False) if done in DONE else None
    return await _page(request, told)


async def live(request: web.Request) -> web.Response:
    """How far the training is; the page asks for it again and again."""
    values = await reading(lambda: _training(request))
    status: Status = values["training"]
    return web.json_response(
        {"html": render(request, "_training.html", **values), "state": status.state}
    )


async def train(request: web.Request) -> web.StreamResponse:
    """Ask the worker to train what stands in the files now."""
    studio, desk = request.app[STUDIO], request.app[DESK]
    settings, agent = desk.settings, current_agent(request)
    if studio.content.broken():
        return await _page(request, Told("publish.broken"), status=422)

    def work() -> bool:
        if read_status(settings.data_dir).is_open:
            return False
        forget_stop(settings.data_dir)
        usual = expected_seconds(settings.models_dir, USUAL_SECONDS)
        wanted = Status("wanted", by=agent.name, began=desk.clock.now(), expected_seconds=usual)
        write_status(settings.data_dir, wanted)
        try:
            studio.train()
        except Exception:
            write_status(settings.data_dir, replace(wanted, state="failed", problem="queue"))
            raise
        return True

    try:
        is_new = await reading(work)
    except Exception as error:  # the queue's own: a full disk, or Redis that is away
        return await _page(request, Told("publish.not_asked", str(error)[:200]), status=503)
    if not is_new:
        return await _page(request, Told("publish.trains_already"), status=409)
    await note(request, "model.train", "assistant")
    return go("/studio/publish?done=wanted")


async def stop(request: web.Request) -> web.StreamResponse:
    """Stop the training; what serves goes on."""
    data_dir = request.app[DESK].settings.data_dir

    def work() -> None:
        status = read_status(data_dir)
        if status.state == "wanted":  # nobody has begun: there is nobody to stop
            ended = request.app[DESK].clock.now()
            write_status(data_dir, replace(status, state="stopped", ended=ended))
        elif status.state == "running":
            ask_to_stop(data_dir)

    await reading(work)
    await note(request, "model.stop", "assistant")
    return go("/studio/publish?done=stopped")


async def review(request: web.Request) -> web.StreamResponse:
    """Say what one thinks of the candidate; a "not yet" must be answered with a reason."""
    form, agent = await words_of(request), current_agent(request)
    data_dir = request.app[DESK].settings.data_dir
    is_good, words = form.get("good") == "yes", form.get("note", "")[:300]
    candidate = await reading(lambda: candidate_in(data_dir))
    if candidate is None or candidate.facts.model != form.get("model"):
        return await _page(request, Told("publish.other"), status=409)
    await reading(lambda: add_review(data_dir, Review(agent.name, is_good, words)))
    await note(request, "model.review", candidate.facts.model, good=is_good, note=words)
    return go("/studio/publish?done=reviewed")


async def publish(request: web.Request) -> web.StreamResponse:
    """Let the candidate serve where its gates hold, or a reason is given for those that do not."""
    form, settings = await words_of(request), request.app[DESK].settings
    reason = form.get("reason", "")[:300]

    def work() -> tuple[Candidate | None, list[Gate]]:
        found = candidate_in(settings.data_dir)
        return found, _gates(found, reviews_of(settings.data_dir))

    candidate, conditions = await reading(work)
    if candidate is None or candidate.facts.model != form.get("model"):
        return await _page(request, Told("publish.other"), status=409)
    shut = [one for one in conditions if not one.holds]
    if any(one.is_hard for one in shut):
        return await _page(request, Told("publish.hard"), status=422)
    if shut and not reason:
        return await _page(request, Told("publish.reason_first"), status=422)
    told = await _serve(request, candidate.facts.model, candidate.facts)
    if told is not None:
        return await _page(request, told, status=503)
    codes = [one.code for one in shut]
    await note(request, "model.publish", candidate.facts.model, reason=reason, gates=codes)
    return go("/studio/publish?done=published")


async def back(request: web.Request) -> web.StreamResponse:
    """Let an earlier model serve again."""
    form, settings = await words_of(request), request.app[DESK].settings
    kept = await reading(lambda: kept_models(settings.models_dir))
    model = form.get("model", "")
    if model not in [one.model for one in kept[1:]]:
        return await _page(request, Told("publish.other"), status=409)
    told = await _serve(request, model, None)
    if told is not None:
        return await _page(request, told, status=503)
    await note(request, "model.back", model, before=kept[0].model)
    return go("/studio/publish?done=back")


async def _serve(request: web.Request, model: str, facts: Facts | None) -> Told | None:
    """Have a model serve; what stands in the way is told, and the one before serves on."""
    settings = request.app[DESK].settings
    try:
        await request.app[FRONT][keys.ASSISTANT].serve(model)
        await reading(lambda: published(settings.data_dir, settings.models_dir, model, facts))
    except CannotServe as error:
        return Told("publish.cannot_load", str(error))
    except AssistantUnavailable as error:
        return Told("publish.no_assistant", str(error))
    except OSError as error:
        return Told("publish.not_noted", error.strerror or str(error))
    return None


async def _page(
    request: web.Request, told: Told | None = None, *, status: int = 200
) -> web.Response:
    content, settings = request.app[STUDIO].content, request.app[DESK].settings

    def work() -> dict[str, Any]:
        kept = kept_models(settings.models_dir)
        candidate = candidate_in(settings.data_dir)
        since = _since(content, kept[0] if kept else None)
        reviews = reviews_of(settings.data_dir) if candidate else []
        missed = 0
        if candidate and candidate.facts.commit:
            missed = _count(content.folder, candidate.facts.commit)
        return {
            "kept": content.has_history(),
            "broken": content.broken(),
            "live": kept[0] if kept else None,
            "earlier": kept[1:],
            "since": since,
            "candidate": candidate,
            "missed": missed,
            "reviews": reviews,
            "gates": _gates(candidate, reviews),
            **_training(request),
        }

    values = await reading(work)
    return page(request, "publish.html", status=status, told=told, rows=ROWS, **values)


def _training(request: web.Request) -> dict[str, Any]:
    desk = request.app[DESK]
    status, now = read_status(desk.settings.data_dir), desk.clock.now()
    began = status.began if status.state == "wanted" else None
    late = began is not None and (now - began).total_seconds() > PATIENCE
    return {"training": status, "share": status.share(now), "is_late": late}


def _gates(candidate: Candidate | None, reviews: list[Review]) -> list[Gate]:
    """What must hold before it serves, what colleagues think among it; shut ones come first."""
    if candidate is None:
        return []
    against = [one.by for one in reviews if not one.is_good]
    found = gates(candidate.judgement)
    if reviews:
        found.append(Gate("review", not against, ", ".join(against or (o.by for o in reviews))))
    return sorted(found, key=lambda one: one.holds)


def _since(content: Content, live: Kept | None) -> Changes:
    if live is None or not content.has_history():
        return Changes(None)
    commit = live.commit or commit_at(content.folder, live.trained_at)
    try:
        found = tuple(changes_since(content.folder, commit)) if commit else None
    except NoHistory:
        found = None
    return Changes(found[:ROWS] if found is not None else None, len(found or ()))


def _count(folder: Path, commit: str) -> int:
    try:
        return len(changes_since(folder, commit))
    except NoHistory:
        return 0
