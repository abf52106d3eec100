"""Reading `policy.yml`: every value is checked; what is wrong is told by file, field and fix."""

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from sqlalchemy.orm import Session

from kit.i18n import LANGUAGES, Texts
from kit.settings import policy_path
from shop.policy import (
    ACTS,
    BY,
    DESTINATIONS,
    PRICES,
    PROOF_WAYS,
    Act,
    Faults,
    Points,
    Policy,
    Promises,
    Proof,
    ProofWay,
    Reason,
    Rule,
)
from shop.views import OrderState

BEFORE_SENDING: Final[tuple[OrderState, ...]] = ("placed", "paid", "packed")
AFTERWARDS: Final[tuple[OrderState, ...]] = ("delivered",)
# What may stand in a rule beside `states` and `by`. Only of some acts the shop remembers that
# they were done: those can be done once or put an end to others.
_MAY_SAY: Final[dict[Act, frozenset[str]]] = {
    "cancel_order": frozenset({"reasons", "person_from"}),
    "cancel_items": frozenset({"person_from"}),
    "change_items": frozenset({"times", "closes", "prices"}),
    "change_address": frozenset(),
    "change_payment": frozenset(),
    "return": frozenset({"times", "closes", "reasons", "days", "refund_to", "person_from"}),
    "exchange": frozenset({"times", "closes", "reasons", "days", "prices"}),
}
_MAY_CLOSE: Final[dict[Act, tuple[Act, ...]]] = {
    "change_items": ("cancel_order", "cancel_items", "change_address", "change_payment"),
    "return": ("exchange",),
    "exchange": ("return",),
}
# Reasons that the assistant has words for; another code brings its own titles.
WORDED: Final = frozenset(
    {
        "too_small",
        "too_big",
        "wrong_item",
        "damaged",
        "not_as_described",
        "changed_mind",
        "late",
        "other",
        "no_longer_needed",
        "ordered_by_mistake",
        "found_cheaper",
        "takes_too_long",
    }
)
_NUMBERS: Final[dict[str, tuple[int, int]]] = {
    "tries": (1, 10),
    "tries_per_hour": (1, 100),
    "code_minutes": (2, 60),
    "code_tries": (1, 10),
    "codes_per_hour": (1, 20),
    "phone_digits": (3, 8),
    "refund_working_days": (2, 60),
    "search_working_days": (2, 60),
    "label_days": (2, 90),
    "erasure_days": (2, 30),
}
RETURN_DAYS: Final = (2, 3650)
HIGHEST_AMOUNT: Final = Decimal(10) ** 9
LONGEST_CODE: Final = 40
LONGEST_TITLE: Final = 60


class PolicyError(ValueError):
    """A policy file is wrong; the message names file, field and fix."""


class _Part:
    """One mapping of the file. `where` is its path; what it may hold is asked for by name."""

    def __init__(self, where: str, body: Any, known: Iterable[str]) -> None:
        if body is None:
            body = {}
        if not isinstance(body, dict):
            raise PolicyError(f"{where}: must hold lines like 'name: value', got {body!r}")
        known = list(known)
        for name in body:
            if name not in known:
                at = where.removesuffix(":")
                raise PolicyError(f"{at}: '{name}' is not known here; {_one_of(known)}")
        self._where, self._body = where, body

    def at(self, name: str) -> str:
        """The path of one of its values, for messages."""
        return f"{self._where}.{name}" if not self._where.endswith(":") else f"{self._where} {name}"

    def has(self, name: str) -> bool:
        """Whether the value is there."""
        return name in self._body

    def part(self, name: str, known: Iterable[str]) -> "_Part":
        """A mapping inside this one."""
        return _Part(self.at(name), self._body.get(name), known)

    def whole(self, name: str, default: int, least: int, most: int) -> int:
        """A whole number."""
        value = self._body.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise PolicyError(
                f"{self.at(name)}: must be a whole number from {least} to {most}, got {value!r}"
            )
        return value

    def amount(self, name: str, default: Decimal) -> Decimal:
        """An amount of money."""
        value = self._body.get(name, default)
        try:
            amount = None if isinstance(value, bool) else Decimal(str(value))
        except InvalidOperation:
            amount = None
        if amount is None or not amount.is_finite() or not 0 <= amount < HIGHEST_AMOUNT:
            raise PolicyError(f"{self.at(name)}: must be an amount such as 1000, got {value!r}")
        return amount

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of some words."""
        value = self._body.get(name, default)
        if value not in allowed:
            raise PolicyError(f"{self.at(name)}: {_one_of(allowed)}, got {value!r}")
        return str(value)

    def choices(
        self, name: str, default: tuple[str, ...], allowed: tuple[str, ...], *, least: int = 0
    ) -> tuple[str, ...]:
        """Several of some words, each once, in the file's order."""
        values = self._body.get(name, list(default))
        if not isinstance(values, list):
            raise PolicyError(f"{self.at(name)}: must be a list like [{allowed[0]}]")
        for value in values:
            if value not in allowed:
                raise PolicyError(f"{self.at(name)}: {_one_of(allowed)}, got {value!r}")
        if len(set(values)) < len(values):
            raise PolicyError(f"{self.at(name)}: names something twice; each once is enough")
        if len(values) < least:
            raise PolicyError(f"{self.at(name)}: must name at least one; {_one_of(allowed)}")
        return tuple(map(str, values))

    def reasons(self, name: str) -> tuple[Reason, ...]:
        """Reasons: codes that have words already, or codes with titles in both languages."""
        values = self._body.get(name) or []
        if not isinstance(values, list):
            raise PolicyError(f"{self.at(name)}: must be a list like [changed_mind, other]")
        found = [_reason(f"{self.at(name)}[{place}]", one) for place, one in enumerate(values)]
        if len({one.code for one in found}) < len(found):
            raise PolicyError(f"{self.at(name)}: names a reason twice; each once is enough")
        return tuple(found)


def _one_of(words: Iterable[str]) -> str:
    return f"must be one of {', '.join(words)}"


_WORDS: Final = f"{{{', '.join(f'{one}: …' for one in LANGUAGES)}}}"


def _reason(where: str, value: Any) -> Reason:
    if isinstance(value, str):
        if value not in WORDED:
            raise PolicyError(
                f"{where}: a reason of your own needs its words, as in "
                f"'{value}: {_WORDS}'; without them {_one_of(sorted(WORDED))}"
            )
        return Reason(value)
    if not isinstance(value, dict) or len(value) != 1:
        raise PolicyError(f"{where}: must be a code, or 'code: {_WORDS}'")
    ((code, body),) = value.items()
    if not (isinstance(code, str) and code.isidentifier() and len(code) <= LONGEST_CODE):
        raise PolicyError(f"{where}: the code must be a word like wrong_colour, got {code!r}")
    titles = _Part(f"{where}.{code}", body, LANGUAGES)
    return Reason(code, Texts.of({one: _title(titles, one) for one in LANGUAGES}))


def _title(titles: _Part, language: str) -> str:
    value = titles._body.get(language)
    if not isinstance(value, str) or not 0 < len(value.strip()) <= LONGEST_TITLE:
        raise PolicyError(
            f"{titles.at(language)}: must be the reason's words, at most {LONGEST_TITLE} characters"
        )
    return value.strip()


def read_policy(path: Path) -> Policy:
    """The rules of a file; raises PolicyError."""
    try:
        body: Any = yaml.safe_load(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise PolicyError(f"{path.name}: there is no such file at {path.parent}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path.name}: cannot be read; save it as UTF-8 text") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = "" if mark is None else f" in line {mark.line + 1}"
        raise PolicyError(
            f"{path.name}: no valid YAML{where}: {getattr(error, 'problem', None) or 'unreadable'}"
        ) from error
    if not isinstance(body, dict) or "orders" not in body:
        raise PolicyError(f"{path.name}: 'orders' is missing: what may be done to an order")
    file = _Part(f"{path.name}:", body, ("proof", "orders", "faults", "promises", "points", "desk"))
    orders = file.part("orders", ACTS)
    desk = file.part("desk", ("agent_refund",))
    return Policy(
        {act: _rule(orders, act) for act in ACTS},
        _proof(file),
        _promises(file),
        _faults(file),
        desk.amount("agent_refund", Policy({}).agent_refund),
        _points(file),
    )


def _rule(orders: _Part, act: Act) -> Rule:
    if not orders.has(act):  # what the file does not speak of is not done
        return Rule(frozenset(), by="nobody")
    may_say = _MAY_SAY[act]
    part = orders.part(act, ("states", "by", *sorted(may_say)))
    possible = AFTERWARDS if act in {"return", "exchange"} else BEFORE_SENDING
    states = part.choices("states", (), possible)
    states = tuple(one for one in possible if one in states)
    by = part.choice("by", "assistant", BY)
    if by != "nobody" and not states:
        raise PolicyError(
            f"{part.at('states')}: is missing or empty; {_one_of(possible)}, or write 'by: nobody'"
        )
    missing = possible[: possible.index(states[-1])] if states else ()
    for earlier in missing:
        if earlier not in states:
            raise PolicyError(
                f"{part.at('states')}: what may be done later may be done earlier, too; "
                f"add {earlier}"
            )
    others = _MAY_CLOSE.get(act, ())
    return Rule(
        states=frozenset(one for one in possible if one in states),
        by=next(one for one in BY if one == by),
        once=part.choice("times", "often", ("often", "once")) == "once",
        closes=frozenset(one for one in ACTS if one in part.choices("closes", (), others)),
        reasons=part.reasons("reasons"),
        days=part.whole("days", 0, *RETURN_DAYS) if part.has("days") else None,
        prices="same" if part.choice("prices", "any", PRICES) == "same" else "any",
        refund_to=tuple(
            one
            for one in DESTINATIONS
            if one in part.choices("refund_to", ("original",), DESTINATIONS, least=1)
        ),
        person_from=part.amount("person_from", Decimal(0)) if part.has("person_from") else None,
    )


def _proof(file: _Part) -> Proof:
    part = file.part("proof", (one.name for one in fields(Proof)))
    named = part.choices("ways", Proof().ways, PROOF_WAYS, least=1)
    by_name: dict[str, ProofWay] = {one: one for one in PROOF_WAYS}
    return Proof(tuple(by_name[one] for one in named), **_numbers(part, Proof))


def _promises(file: _Part) -> Promises:
    part = file.part("promises", (one.name for one in fields(Promises)))
    return Promises(**_numbers(part, Promises))


def _faults(file: _Part) -> Faults:
    part = file.part("faults", (one.name for one in fields(Faults)))
    return Faults(part.whole("days", Faults.days, *RETURN_DAYS), part.amount("most", Faults.most))


def _points(file: _Part) -> Points:
    part = file.part("points", (one.name for one in fields(Points)))
    return Points(part.whole("step", Points.step, 1, 1_000_000), part.amount("worth", Points.worth))


def _numbers(part: _Part, kind: type[Proof] | type[Promises]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for one in fields(kind):
        if one.name in _NUMBERS:
            found[one.name] = part.whole(one.name, _default(one), *_NUMBERS[one.name])
    return found


def _default(one: Field[Any]) -> int:
    assert one.default is not MISSING
    return int(one.default)


# -- the rules at work


@cache
def policy_at(path: Path) -> Policy:
    """The rules of a file, read once a process; raises PolicyError."""
    return read_policy(path)


def shop_policy() -> Policy:
    """The rules of the shop that this process serves, where no database brought them along.

    Their file is looked for at every call and read once; raises PolicyError.
    """
    return policy_at(policy_path())


def policy_of(session: Session) -> Policy:
    """The rules that a unit of work keeps to: those its database was opened with, or the shop's."""
    bound = session.info.get("policy")
    return bound if isinstance(bound, Policy) else shop_policy()
