"""The customer beside the conversation: who they are, what they ordered, what came back."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from concierge.kit.i18n import Language


@dataclass(frozen=True)
class OrderLine:
    """One thing ordered, ready to read."""

    title: str
    quantity: int


@dataclass(frozen=True)
class OrderCard:
    """One order, ready to read."""

    number: str
    state: str
    placed: str
    total: str
    lines: tuple[OrderLine, ...] = ()


@dataclass(frozen=True)
class ReturnCard:
    """One return or exchange, ready to read."""

    number: str
    order_number: str
    state: str
    requested: str


@dataclass(frozen=True)
class CustomerPanel:
    """What an agent sees of a customer while working on their ticket."""

    name: str
    language: str
    since: str
    email: str
    orders: tuple[OrderCard, ...] = ()
    returns: tuple[ReturnCard, ...] = ()


ReadCustomer = Callable[[Session, str, Language, datetime], CustomerPanel | None]
ReadNames = Callable[[Session, Collection[str]], dict[str, str]]


def nobody(
    session: Session, customer_id: str, language: Language, now: datetime
) -> CustomerPanel | None:
    """No customer data: what a desk without a shop shows."""
    return None


def no_names(session: Session, customer_ids: Collection[str]) -> dict[str, str]:
    """No names: what a desk without a shop shows in its lists."""
    return {}
