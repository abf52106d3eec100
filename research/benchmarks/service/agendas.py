"""Agendas: what a scripted shopper wants, knows and is like, as JSON (docs/benchmarks/service.md).

{"version": 1, "agendas": [{
  "id": "keyboard", "task": "0", "user": "yusuf_rossi_9620",
  "facts": {"name": "Yusuf Rossi", "zip": "19122"},
  "manner": {"brief": true},
  "wishes": [{
    "id": "swap", "do": "exchange", "order": "W2378156",
    "items": [{"product": "Mechanical Keyboard", "wants": {"switch type": "clicky"}}],
    "method": "credit_card_9513926",
    "instead": [{"do": "return", "order": "W2378156", "items": [{"product": "Smartwatch"}]}]
  }]
}]}
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from shop.imports.problems import ImportProblem
from shop.imports.tree import Branch

VERSION: Final = 1
LONGEST: Final = 600
Deed = Literal[
    "cancel",
    "cancel_items",
    "address",
    "default_address",
    "payment",
    "change",
    "exchange",
    "return",
    "ask",
    "person",
]
Outcome = Literal["done", "refused"]
DEEDS: Final = get_args(Deed)
WITH_ITEMS: Final = frozenset({"change", "exchange", "return", "cancel_items"})
PLACES: Final = ("address1", "address2", "city", "state", "zip", "country")
MANNERS: Final = ("brief", "piecewise", "polite", "private")


class BadAgenda(ImportProblem):
    """An agenda or a task is wrong; the message names file, path and field."""


@dataclass(frozen=True)
class Item:
    """A thing of an order: how the shopper tells it, what it wants for it.

    `has` are options of the thing as the shopper can tell them, `wants` those of the new one, and
    `gets` all that the shopper looks for in a confirmation. `words` replace how it is called,
    `target` how what is wanted is told ("the cheapest one that you have"). `otherwise` is said when
    that is not to be had; a `dropped` item is then given up.
    """

    product: str
    has: Mapping[str, str] = field(default_factory=dict)
    wants: Mapping[str, str] = field(default_factory=dict)
    gets: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    otherwise: tuple[str, ...] = ()
    dropped: bool = False


@dataclass(frozen=True)
class Condition:
    """When a wish is uttered: after another one that came out so, or after certain words."""

    wish: str
    was: Outcome | None = None
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Wish:
    """One thing the shopper wants.

    `names` is how the order is called where its number is not known. `method` is the key of a
    payment method, `asks_method` says whether the shopper has one in mind or takes what is offered.
    `say` are wordings of its own, `expects` strings that an answer to it must hold. `instead` are
    the wishes that come in its place where it is refused. At its confirmation the shopper may say
    something else first (`on_confirmation`) and then want `then` in its place, or nothing.
    """

    id: str
    do: Deed
    order: str = ""
    knows_order: bool = True
    names: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    reason: str = ""
    method: str = ""
    address: Mapping[str, str] = field(default_factory=dict)
    address_of: str = ""
    say: tuple[str, ...] = ()
    expects: tuple[str, ...] = ()
    answers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    when: Condition | None = None
    instead: "tuple[Wish, ...]" = ()
    on_confirmation: tuple[str, ...] = ()
    then: "Wish | None" = None


@dataclass(frozen=True)
class Agenda:
    """A shopper. A fact with several values is told one after the other when it is not accepted."""

    id: str
    task: str
    user: str
    wishes: tuple[Wish, ...]
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    manner: frozenset[str] = frozenset()
    opening: tuple[str, ...] = ()
    language: str = "en"


def read_json(path: Path) -> Any:
    """What a file holds. Raises BadAgenda with the file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadAgenda(f"{path.name} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise BadAgenda(f"{path.name} is not JSON in UTF-8: {error}") from error


def read_agendas(path: Path) -> list[Agenda]:
    """All agendas of a file. Raises BadAgenda with the file, the path and the field."""
    value = read_json(path)
    if not isinstance(value, dict):
        raise BadAgenda(f"{path.name} must hold an object with version and agendas")
    return agendas_from(path.name, value)


def agendas_from(name: str, value: dict[str, Any]) -> list[Agenda]:
    """The agendas in `value`, which stands in the file `name`. Raises BadAgenda."""
    tree = Branch(name, "", value)
    try:
        _only(tree, ("version", "agendas"))
        if tree.get("version") != VERSION:
            raise tree.problem("version", f"must be {VERSION}, got {tree.get('version')!r:.40}")
        found = [_agenda(one) for one in tree.each("agendas")]
    except ImportProblem as problem:
        raise BadAgenda(str(problem)) from problem
    twice = [one.id for place, one in enumerate(found) if one.id in {o.id for o in found[:place]}]
    if twice:
        raise BadAgenda(f"{name}: the id {twice[0]} stands there twice")
    return found


def _only(branch: Branch, known: Iterable[str]) -> None:
    unknown = sorted(set(branch.value) - set(known))
    if unknown:
        raise branch.problem(unknown[0], f"is not known here; known are {', '.join(known)}")


def _agenda(branch: Branch) -> Agenda:
    _only(branch, ("id", "task", "user", "facts", "manner", "opening", "wishes", "language"))
    facts: dict[str, tuple[str, ...]] = {}
    if "facts" in branch.value:
        held = branch.branch("facts")
        _only(held, ("name", "zip", "email"))
        facts = {name: _texts(held, name) for name in held.value if held.value[name] is not None}
    wishes = tuple(_wish(one, f"wish {place}") for place, one in enumerate(branch.each("wishes")))
    known = {one.id for one in wishes} | {other.id for one in wishes for other in one.instead}
    for place, one in enumerate(wishes):
        if one.when is not None and one.when.wish not in known:
            raise branch.problem(f"wishes[{place}].when.wish", f"names no wish: {one.when.wish}")
    return Agenda(
        id=branch.text("id", 80),
        task=branch.text("task", 80),
        user=branch.text("user", 120),
        wishes=wishes,
        facts=facts,
        manner=_manner(branch),
        opening=_texts(branch, "opening"),
        language=branch.text("language", 2, among=("en", "zh"))
        if "language" in branch.value
        else "en",
    )


def _manner(branch: Branch) -> frozenset[str]:
    if "manner" not in branch.value:
        return frozenset()
    held = branch.branch("manner")
    _only(held, MANNERS)
    return frozenset(name for name in held.value if held.flag(name))


WISH_FIELDS: Final = (
    "id",
    "do",
    "order",
    "knows_order",
    "names",
    "items",
    "reason",
    "method",
    "address",
    "address_of",
    "say",
    "expects",
    "answers",
    "when",
    "instead",
    "on_confirmation",
    "then",
)


def _wish(branch: Branch, name: str) -> Wish:
    _only(branch, WISH_FIELDS)
    do: Any = branch.text("do", 20, among=DEEDS)
    items = tuple(_item(one) for one in branch.each("items")) if "items" in branch.value else ()
    if do in WITH_ITEMS and not items:
        raise branch.problem("items", f"is missing or empty, which {do} needs")
    say = _texts(branch, "say")
    if do == "ask" and not say:
        raise branch.problem("say", "is missing or empty, which ask needs")
    then = branch.value.get("then")
    wish = Wish(
        id=_text(branch, "id") or name,
        do=do,
        order=_text(branch, "order").lstrip("#"),
        knows_order=branch.flag("knows_order") if "knows_order" in branch.value else True,
        names=_texts(branch, "names"),
        items=items,
        reason=_text(branch, "reason"),
        method=_text(branch, "method"),
        address=_options(branch, "address", PLACES),
        address_of=_text(branch, "address_of").lstrip("#"),
        say=say,
        expects=_texts(branch, "expects"),
        answers=_answers(branch),
        when=_condition(branch.branch("when")) if "when" in branch.value else None,
        instead=tuple(
            _wish(one, f"{name}, instead {place}")
            for place, one in enumerate(branch.each("instead"))
        )
        if "instead" in branch.value
        else (),
        on_confirmation=_texts(branch, "on_confirmation"),
        then=_wish(branch.branch("then"), f"{name}, then") if then is not None else None,
    )
    if do in {"address", "default_address"} and not (wish.address or wish.say):
        raise branch.problem("address", f"is missing, which {do} needs")
    return wish


ITEM_FIELDS: Final = (
    "product",
    "has",
    "wants",
    "gets",
    "words",
    "target",
    "otherwise",
    "dropped",
)


def _item(branch: Branch) -> Item:
    _only(branch, ITEM_FIELDS)
    has, wants = _options(branch, "has"), _options(branch, "wants")
    return Item(
        product=branch.text("product", 200),
        has=has,
        wants=wants,
        gets=_options(branch, "gets") or {**has, **wants},
        words=_texts(branch, "words"),
        target=_texts(branch, "target"),
        otherwise=_texts(branch, "otherwise"),
        dropped=branch.flag("dropped") if "dropped" in branch.value else False,
    )


def _condition(branch: Branch) -> Condition:
    _only(branch, ("wish", "was", "said"))
    was: Any = branch.text("was", 10, among=("done", "refused")) if "was" in branch.value else None
    return Condition(branch.text("wish", 80), was, _texts(branch, "said"))


def _answers(branch: Branch) -> dict[str, tuple[str, ...]]:
    if "answers" not in branch.value:
        return {}
    held = branch.branch("answers")
    return {slot: _texts(held, slot) for slot in held.value}


def _text(branch: Branch, name: str) -> str:
    return branch.text(name, LONGEST) if name in branch.value else ""


def _texts(branch: Branch, name: str) -> tuple[str, ...]:
    """A text or a list of texts, none of them empty."""
    if name not in branch.value:
        return ()
    value = branch.value[name]
    found = [value] if isinstance(value, str) else value
    if not isinstance(found, list) or not all(isinstance(one, str) and one for one in found):
        raise branch.problem(name, f"must be a text or a list of texts, got {value!r:.40}")
    return tuple(found)


def _options(branch: Branch, name: str, known: Iterable[str] = ()) -> dict[str, str]:
    if name not in branch.value:
        return {}
    held = branch.branch(name)
    if known:
        _only(held, known)
    for option, value in held.value.items():
        if not isinstance(value, str):
            raise held.problem(option, f"must be text, got {value!r:.40}")
    return dict(held.value)


def to_json(agendas: Iterable[Agenda]) -> dict[str, Any]:
    """The documented form of agendas, which `agendas_from` reads back as the same."""
    return {"version": VERSION, "agendas": [_plain(one) for one in agendas]}


def _plain(one: Any) -> Any:
    if isinstance(one, frozenset):
        return dict.fromkeys(sorted(one), True)
    if isinstance(one, tuple):
        return [_plain(part) for part in one]
    if isinstance(one, Mapping):
        return {name: _plain(value) for name, value in one.items()}
    if hasattr(one, "__dataclass_fields__"):
        held = {name: getattr(one, name) for name in one.__dataclass_fields__}
        default = {name: of.default for name, of in one.__dataclass_fields__.items()}
        return {
            name: _plain(value)
            for name, value in held.items()
            if value != default[name] and value != {}
        }
    return one
