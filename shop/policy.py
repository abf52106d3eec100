"""The shop's rules: who is proved how, what may be done to an order when, what is promised.

They stand in one file, `policy.yml`, which `shop.policy_file` reads and checks. Effects keep to
them; the texts that shoppers hear name their numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, Literal, get_args

from kit.i18n import Language, Texts
from shop.views import OrderState

Act = Literal[
    "cancel_order",
    "cancel_items",
    "change_items",
    "change_address",
    "change_payment",
    "return",
    "exchange",
]
ACTS: Final[tuple[Act, ...]] = get_args(Act)
ProofWay = Literal["mail_code", "email", "name_and_postcode", "phone_digits"]
PROOF_WAYS: Final[tuple[ProofWay, ...]] = get_args(ProofWay)
Destination = Literal["original", "gift_card", "store_credit"]
DESTINATIONS: Final[tuple[Destination, ...]] = get_args(Destination)
# Who may do something: the assistant by itself, a person of the shop, nobody.
By = Literal["assistant", "person", "nobody"]
BY: Final[tuple[By, ...]] = get_args(By)
# How prices may differ between what goes and what comes in its place.
Prices = Literal["same", "any"]
PRICES: Final[tuple[Prices, ...]] = get_args(Prices)


@dataclass(frozen=True)
class Reason:
    """Why a shopper wants something, as the shop counts reasons.

    The titles are what shoppers read; where there are none the assistant has words for the code.
    """

    code: str
    titles: Texts = field(default_factory=Texts)

    def title(self, language: Language) -> str:
        """The title in `language`, or nothing."""
        return self.titles.text(language)


@dataclass(frozen=True)
class Rule:
    """When something may be done to an order, by whom, how often.

    `once`: not a second time for the same order. `closes` are acts that are over once this one was
    done. `reasons` are those that are accepted; where there are none, none is asked. `days` count
    from delivery, None is for ever. From `person_from` on (an amount in the order's currency) a
    person decides.
    """

    states: frozenset[OrderState]
    by: By = "assistant"
    once: bool = False
    closes: frozenset[Act] = frozenset()
    reasons: tuple[Reason, ...] = ()
    days: int | None = None
    prices: Prices = "any"
    refund_to: tuple[Destination, ...] = ("original",)
    person_from: Decimal | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the accepted reasons, in the order in which they are shown."""
        return tuple(one.code for one in self.reasons)

    def accepts(self, reason: str | None) -> bool:
        """Whether a reason is one of the shop's; any is where the shop asks for none."""
        return not self.reasons or reason in self.codes

    def needs_person(self, amount: Decimal) -> bool:
        """Whether a person decides on this amount."""
        over = self.person_from is not None and amount >= self.person_from
        return self.by == "person" or over


@dataclass(frozen=True)
class Proof:
    """How a guest proves who they are; each of the `ways` is enough, the first is asked for first.

    `tries` are the wrong answers that one conversation may give; `tries_per_hour` count for one
    customer or e-mail over all conversations.
    """

    ways: tuple[ProofWay, ...] = ("mail_code",)
    tries: int = 3
    tries_per_hour: int = 10
    code_minutes: int = 15
    code_tries: int = 5
    codes_per_hour: int = 3
    phone_digits: int = 4


@dataclass(frozen=True)
class Faults:
    """What came damaged, wrong or not at all is put right by the assistant within these limits:
    `days` after delivery, and goods that cost at most `most` together."""

    days: int = 60
    most: Decimal = Decimal(400)


@dataclass(frozen=True)
class Promises:
    """What the shop's people and carriers hold; texts name it. In days."""

    refund_working_days: int = 5
    search_working_days: int = 5
    label_days: int = 14
    erasure_days: int = 30


@dataclass(frozen=True)
class Points:
    """What a shop's points are worth: every `step` of them takes `worth` off a later order, in the
    shop's currency."""

    step: int = 100
    worth: Decimal = Decimal(5)

    def off(self, points: int) -> Decimal:
        """What so many points take off: whole steps count."""
        return points // self.step * self.worth


@dataclass(frozen=True)
class Policy:
    """All rules of one shop. `agent_refund` is the most an agent gives back for one order."""

    rules: Mapping[Act, Rule]
    proof: Proof = Proof()
    promises: Promises = Promises()
    faults: Faults = Faults()
    agent_refund: Decimal = Decimal(50)
    points: Points = Points()

    def rule(self, act: Act) -> Rule:
        """The rule for an act."""
        return self.rules[act]
