"""Tasks as data: `nlu_data/tasks/<task>.yml` says what each needs, asks, confirms, does and says.

    task: cancel_order
    intents: [cancel_order]
    topic: orders
    steps:
      - need: customer
      - need: order
        fits: changeable
        none: utter_nothing_to_cancel
      - confirm: utter_ask_cancel
        facts: cancellation
      - do: cancel_order
        say: {done: utter_cancelled, unpaid: utter_cancelled_unpaid}

A step has one of `need` (a slot), `check` (a rule that may end the task), `tell` (an answer from
facts), `confirm`, `do` (an effect) and may have `when: {slot: value}`. Their names are looked up in
`actions.tasks.registry`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Final

import yaml

KINDS: Final = ("need", "check", "tell", "confirm", "do")


class BadTask(ValueError):
    """A task file is wrong; the message names file, step and field, and the fix."""


@dataclass(frozen=True)
class Step:
    """One step: its kind, the name it is about, and what the file says beside."""

    kind: str
    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    when: Mapping[str, Any] = field(default_factory=dict)

    def option(self, name: str, default: str = "") -> str:
        """One of the step's options as text."""
        return str(self.options.get(name, default))


@dataclass(frozen=True)
class Task:
    """A task: the intents that start it, its topic for the desk, its steps in order.

    One without intents starts by its own name, where code reads it from the words.

    `undo` says what is answered when the shopper takes it back afterwards. `answers` is what is
    said to questions while its confirmation is open, filled with the confirmation's values; `any`
    of them to one that no intent was found for, `deadline` to one that asks until when,
    `how_long` to one that asks how long it takes (else `ask_delivery`), `label` to one that asks
    for the label, `photo` to one on photos. `meanwhile` is what is said to them while something
    else is asked: texts that need no values. `later` is said to who asks, when it is done, when
    they will hear of it.
    `own` are intents of other tasks that it answers itself once it is done.
    `starts_with` are slots that an intent sets when it starts the task.
    `act` is what the task does by the shop's rules, where they have a rule for it.
    """

    name: str
    intents: tuple[str, ...]
    topic: str
    steps: tuple[Step, ...]
    starts_with: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    undo: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Mapping[str, str] = field(default_factory=dict)
    later: str = ""
    own: frozenset[str] = frozenset()
    act: str = ""

    def needs(self) -> tuple[str, ...]:
        """The slots of the task, in the order they are asked for."""
        return tuple(dict.fromkeys(step.name for step in self.steps if step.kind == "need"))


# What a task file may hold: the fields of a task, whose name it calls `task`.
KEYS: Final = frozenset({"task", *(one.name for one in fields(Task))} - {"name"})


def load_tasks(folder: Path) -> dict[str, Task]:
    """Every task of a folder by name; raises BadTask."""
    found: dict[str, Task] = {}
    taken: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        task = read_task(path)
        if task.name in found:
            raise BadTask(f"{path.name}: the task {task.name} stands in another file too")
        for intent in task.intents:
            if intent in taken:
                raise BadTask(f"{path.name}: intent {intent} already starts {taken[intent]}")
            taken[intent] = task.name
        found[task.name] = task
    return found


def read_task(path: Path) -> Task:
    """The task of one file; raises BadTask."""
    try:
        body: Any = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise BadTask(f"{path.name}: no valid YAML ({error})") from error
    if not isinstance(body, dict):
        raise BadTask(f"{path.name}: must begin with 'task:'")
    for name in ("task", "intents", "topic", "steps"):
        if name not in body or not (body[name] or name == "intents"):
            raise BadTask(f"{path.name}: '{name}' is missing")
    unknown = set(body) - KEYS
    if unknown:
        raise BadTask(f"{path.name}: '{min(unknown)}' is not known here")
    return Task(
        name=str(body["task"]),
        intents=tuple(map(str, body["intents"] or ())),
        topic=str(body["topic"]),
        steps=tuple(_step(path, number, one) for number, one in enumerate(body["steps"], 1)),
        starts_with=body.get("starts_with") or {},
        undo=str(body.get("undo") or ""),
        answers=body.get("answers") or {},
        meanwhile=body.get("meanwhile") or {},
        later=str(body.get("later") or ""),
        own=frozenset(map(str, body.get("own") or ())),
        act=str(body.get("act") or ""),
    )


def _step(path: Path, number: int, body: Any) -> Step:
    where = f"{path.name}, step {number}"
    if not isinstance(body, dict):
        raise BadTask(f"{where}: must be a mapping such as 'need: order'")
    kinds = [kind for kind in KINDS if kind in body]
    if len(kinds) != 1:
        raise BadTask(f"{where}: needs exactly one of {', '.join(KINDS)}")
    kind = kinds[0]
    rest = {name: value for name, value in body.items() if name not in {kind, "when"}}
    return Step(kind, str(body[kind]), rest, body.get("when") or {})
