"""The benchmark's generated tasks as agendas: their one-template instructions, read strictly."""

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from research.benchmarks.service.agendas import Agenda, BadAgenda, Deed, Item, Wish

_PERSON: Final = re.compile(
    r"Your name is (?P<name>[^.]+?) and your (?:email is (?P<email>\S+)|zip code is (?P<zip>\d+))"
    r"\. You are (?P<manner>[a-z, ]+)\. "
)
_CANCEL: Final = re.compile(r"Cancel order #(?P<order>\w+) because (?P<reason>[a-z ]+)\. ")
_RETURN: Final = re.compile(r"Return #(?P<order>\w+) via (?P<method>\w+): ")
_SWAP: Final = re.compile(r"For #(?P<order>\w+), (?P<do>exchange|modify) ")
_PAYMENT: Final = re.compile(r"For #(?P<order>\w+), change payment to (?P<method>\w+)\. ")
_ADDRESS: Final = re.compile(
    r"For #(?P<order>\w+), change address to (?P<address>\{[^}]*\}) \(same as #(?P<other>\w+)\)\. "
)
_ITEM: Final = re.compile(r"(?P<product>[^;{}.#]+?) (?P<has>\{[^}]*\}) to (?P<wants>\{[^}]*\}); ")
_THING: Final = re.compile(r"(?P<product>[^;:#{}.]+?)(?: (?P<has>\{[^}]*\}))?; ")
_VIA: Final = re.compile(r"via (?P<method>\w+)\. ")
# Words of a character that show in how somebody writes.
_MANNERS: Final = {
    "brief": {"busy", "direct", "impatient", "shy"},
    "polite": {"polite", "happy", "patient", "outgoing"},
    "piecewise": {"messy", "dependent"},
}


def generated_agendas(name: str, tasks: Sequence[Mapping[str, Any]]) -> list[Agenda]:
    """An agenda for each task of the file `name`. Raises BadAgenda with task and field."""
    return [_agenda(f"{name}: [{place}]", place, task) for place, task in enumerate(tasks)]


def _agenda(where: str, place: int, task: Mapping[str, Any]) -> Agenda:
    for known in ("user_id", "instruction"):
        if not isinstance(task.get(known), str):
            raise BadAgenda(f"{where}.{known} is missing or no text")
    text = task["instruction"]
    person = _PERSON.match(text)
    if person is None:
        raise BadAgenda(f"{where}.instruction does not begin with a name and what they know")
    rest = text[person.end() :]
    wishes: list[Wish] = []
    while rest.strip():
        wish, rest = _next(where, len(wishes), rest)
        wishes.append(wish)
    facts = {key: (person[key],) for key in ("name", "email", "zip") if person[key]}
    words = {one.strip() for one in person["manner"].split(",")}
    return Agenda(
        id=f"generated-{place}",
        task=str(place),
        user=task["user_id"],
        wishes=tuple(wishes),
        facts=facts,
        manner=frozenset(manner for manner, of in _MANNERS.items() if of & words),
    )


def _next(where: str, place: int, rest: str) -> tuple[Wish, str]:
    """(the first wish of `rest`, what follows it)."""
    name = f"wish {place}"
    if found := _CANCEL.match(rest):
        return Wish(name, "cancel", found["order"], reason=found["reason"]), rest[found.end() :]
    if found := _PAYMENT.match(rest):
        return Wish(name, "payment", found["order"], method=found["method"]), rest[found.end() :]
    if found := _ADDRESS.match(rest):
        address = _literal(where, found["address"])
        address.pop("order_id", None)
        wish = Wish(name, "address", found["order"], address=address, address_of=found["other"])
        return wish, rest[found.end() :]
    if found := _RETURN.match(rest):
        items, rest = _items(where, rest[found.end() :])
        return Wish(name, "return", found["order"], items=items, method=found["method"]), rest
    if found := _SWAP.match(rest):
        items, rest = _swaps(where, rest[found.end() :])
        via = _VIA.match(rest)
        if via is None or not items:
            raise BadAgenda(f"{where}.instruction has no items or no method at {rest[:60]!r}")
        do: Deed = "exchange" if found["do"] == "exchange" else "change"
        return Wish(name, do, found["order"], items=items, method=via["method"]), rest[via.end() :]
    raise BadAgenda(f"{where}.instruction is not understood at {rest[:60]!r}")


def _items(where: str, rest: str) -> tuple[tuple[Item, ...], str]:
    items = []
    while found := _THING.match(rest):
        has = _literal(where, found["has"]) if found["has"] else {}
        items.append(Item(found["product"], has, {}, has))
        rest = rest[found.end() :]
    return tuple(items), rest


def _swaps(where: str, rest: str) -> tuple[tuple[Item, ...], str]:
    items = []
    while found := _ITEM.match(rest):
        has, wants = _literal(where, found["has"]), _literal(where, found["wants"])
        items.append(Item(found["product"], has, wants, {**has, **wants}))
        rest = rest[found.end() :]
    return tuple(items), rest


def _literal(where: str, text: str) -> dict[str, str]:
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError) as error:
        raise BadAgenda(f"{where}.instruction: {text[:60]!r} are no options") from error
    return {str(name): str(one) for name, one in value.items()}
