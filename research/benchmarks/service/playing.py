"""Plays agendas against the assistant: in one process, or through the chat API of a running one."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from conversations import as_lines
from kit.database import Database, open_database
from research.benchmarks.service.agendas import Agenda
from research.benchmarks.service.chat_api import ApiTalk
from research.benchmarks.service.reading import Heard, Known, heard_from
from research.benchmarks.service.reference import (
    Reference,
    State,
    actions_of,
    strings_of,
    were_said,
)
from research.benchmarks.service.restoring import restore
from research.benchmarks.service.shopper import Shopper
from research.benchmarks.service.watching import Watch
from research.player import Player, as_guest


class Talk(Protocol):
    """A conversation with the assistant."""

    def say(self, text: str) -> Heard:
        """Say something; what the assistant answers."""
        ...


class Stage(Protocol):
    """Where talks are played: a shop that is as it was at the start of each."""

    def open(self, agenda: Agenda) -> tuple[Talk, Database]:
        """A new conversation in a fresh shop."""
        ...


@dataclass(frozen=True)
class Line:
    """One turn: what the shopper said, whether it was a yes, what came back, what changed."""

    said: str
    is_yes: bool
    heard: str
    asks: str
    changed: bool


@dataclass(frozen=True)
class Played:
    """A talk that was played and what came of it."""

    agenda: str
    seed: int
    right_state: bool
    right_words: bool
    violations: tuple[str, ...]
    seconds: float
    lines: tuple[Line, ...]
    gave_up: tuple[str, ...] = ()
    differs: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""

    @property
    def passed(self) -> bool:
        """Whether the task counts as done."""
        return self.right_state and self.right_words and not self.error


class InProcess:
    """Talks in this process, each on a copy of the shop's database file."""

    def __init__(self, player: Player, shop: Path, copy: Path) -> None:
        self._player = player
        self._shop = shop
        self._copy = copy
        self._database: Database | None = None

    def open(self, agenda: Agenda) -> tuple[Talk, Database]:
        """A new conversation in a fresh shop."""
        if self._database is not None:
            self._database.close()
        for ending in ("", "-wal", "-shm"):
            self._copy.with_name(self._copy.name + ending).unlink(missing_ok=True)
        shutil.copy(self._shop, self._copy)
        rules = self._player.services.policy
        database = open_database(f"sqlite:///{self._copy}").with_info(policy=rules)
        self._database = database
        services = replace(self._player.services, database=database)
        guest = as_guest(self._player, services=services, who=None, language=agenda.language)
        return _InProcessTalk(guest), database


class _InProcessTalk:
    def __init__(self, player: Player) -> None:
        self._player = player

    def say(self, text: str) -> Heard:
        """Say it to the dialogue itself."""
        replies = self._player.say(text)
        asking = next((one for one in reversed(replies) if one.asks), None)
        shown = [as_lines(card) for one in replies for card in one.cards]
        cards = [f"- {' · '.join(lines)}" for lines in shown if lines]
        texts = [one.text for one in replies] + cards
        if asking is None:
            return heard_from(texts, {})
        return heard_from(texts, asking.asks or {}, question=asking.text)


class Running:
    """Talks with a running system through its chat API; `live` is the database it works on.

    What belongs to the shopper is put back as it is in `shop` before each talk.
    """

    def __init__(self, url: str, shop: Database, live: Database) -> None:
        self._url = url
        self._shop = shop
        self._live = live

    def open(self, agenda: Agenda) -> tuple[Talk, Database]:
        """A new conversation with the shop as it was."""
        restore(self._live, self._shop, agenda.user)
        return ApiTalk(self._url, agenda.language), self._live


def known_to(db: Mapping[str, Any], user: str) -> Known:
    """What a shopper knows of their own orders and payment methods."""
    person = db["users"][user]
    goods = {
        number.lstrip("#"): [one["name"] for one in db["orders"][number]["items"]]
        for number in person["orders"]
    }
    return Known(goods, person["payment_methods"])


def play(
    stage: Stage,
    agenda: Agenda,
    task: Mapping[str, Any],
    db: Mapping[str, Any],
    *,
    seed: int,
) -> Played:
    """Play one agenda to its end and judge what it leaves."""
    began = time.perf_counter()
    reference = Reference(db, [agenda.user])
    for name, arguments in actions_of(task):
        reference.do(name, arguments)
    wanted = reference.state()
    shopper = Shopper(agenda, known_to(db, agenda.user), seed=seed)
    talk, database = stage.open(agenda)
    watch = Watch(database, agenda.user)
    lines: list[Line] = []
    error = ""
    said = shopper.opening()
    while True:
        try:
            heard = talk.say(said.text)
        except Exception as problem:  # the assistant failed: the talk counts as lost, and says why
            error = f"{type(problem).__name__}: {problem}"
            heard = Heard("")
        changed = watch.turn(agreed=said.is_yes)
        asks = f"{heard.kind} {heard.slot}".strip()
        lines.append(Line(said.text, said.is_yes, heard.text, asks, changed))
        if error:
            break
        follows = shopper.answer(heard)
        if follows is None:
            break
        said = follows
    state = watch.end()
    told = "\n".join(one.heard for one in lines)
    return Played(
        agenda.id,
        seed,
        state == wanted,
        were_said(strings_of(task), told),
        tuple(watch.violations),
        time.perf_counter() - began,
        tuple(lines),
        tuple(shopper.gave_up),
        difference(wanted, state),
        error,
    )


def difference(wanted: State, found: State) -> dict[str, Any]:
    """Where two states differ: place → (wanted, found), as text."""
    return {
        f"{key} {part}": (str(wanted.get(key, {}).get(part)), str(found.get(key, {}).get(part)))
        for key in sorted({*wanted, *found})
        for part in sorted({*wanted.get(key, {}), *found.get(key, {})})
        if wanted.get(key, {}).get(part) != found.get(key, {}).get(part)
    }
