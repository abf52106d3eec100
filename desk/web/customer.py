"""The customer beside the conversation: who they are, what they ordered, what came back."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from forecasting.restock import restock_of
from insights.profiles import read_profile
from kit.i18n import Catalogue, Language, format_date, format_money, local_day
from kit.money import Money
from recommender.serving.models import Models
from recommender.serving.offers import suggestions
from recommender.serving.shopper import read_shopper
from recommender.serving.told import tell_reasons
from shop.access import access_customer, access_orders, access_refunds, access_returns
from shop.catalogue import get_products, list_categories
from shop.ids import CustomerId, VariantId
from shop.policy_file import policy_of
from shop.rules import change_refusal
from shop.service import PAID, SENT
from shop.views import LineView, OrderView, RefundView

MOST_ORDERS: Final = 8
VALUED_ORDERS: Final = 200
MOST_OFFERS: Final = 3
# An agent looks from outside any visit to the shop.
NO_VISIT: Final = "desk"


@dataclass(frozen=True)
class OrderLine:
    """One thing ordered, ready to read; `stock` says how many are left, or when more come."""

    title: str
    quantity: int
    stock: str = ""


@dataclass(frozen=True)
class OrderCard:
    """One order, ready to read; `amount` is what is left of the payment, for a form."""

    number: str
    state: str
    placed: str
    total: str
    lines: tuple[OrderLine, ...] = ()
    address: str = ""
    amount: str = ""
    refunds: tuple[str, ...] = ()
    can_cancel: bool = False
    can_move: bool = False
    can_refund: bool = False
    can_resend: bool = False


@dataclass(frozen=True)
class ReturnCard:
    """One return or exchange, ready to read."""

    number: str
    order_number: str
    state: str
    requested: str


@dataclass(frozen=True)
class OfferCard:
    """A product to offer, in stock, and the true reason, as the customer would be told it."""

    title: str
    price: str
    because: str
    slug: str


@dataclass(frozen=True)
class ProfileCard:
    """What of a profile helps to help: tastes and habits, never what somebody is worth."""

    likes: tuple[str, ...]
    sizes: tuple[str, ...]
    next_purchase: tuple[int, int, int] | None


@dataclass(frozen=True)
class CustomerPanel:
    """What an agent sees of a customer while working on their ticket."""

    name: str
    language: str
    since: str
    email: str
    orders: tuple[OrderCard, ...] = ()
    returns: tuple[ReturnCard, ...] = ()
    value: str = ""
    order_count: int = 0
    points: int = 0
    newsletter: bool = False
    offers: tuple[OfferCard, ...] = ()
    profile: ProfileCard | None = None


ReadCustomer = Callable[[Session, str, Language, datetime], CustomerPanel | None]
ReadNames = Callable[[Session, Collection[str]], dict[str, str]]


def read_customer(
    session: Session,
    customer_id: str,
    language: Language,
    now: datetime,
    *,
    models: Models,
    words: Catalogue,
) -> CustomerPanel | None:
    """The customer in the agent's language; None when unknown or erased.

    `models` are the trained recommenders, `words` tell their reasons.
    """
    known = shop_id(customer_id)
    customer = access_customer(session, known) if known is not None else None
    if known is None or customer is None:
        return None
    today = local_day(now)
    orders = access_orders(session, known, limit=VALUED_ORDERS)
    shown = orders[:MOST_ORDERS]
    products = {line.product_id for order in shown for line in order.lines}
    stock = {
        variant.variant_id: variant.stock
        for product in get_products(session, sorted(products), now=now)
        for variant in product.variants
    }
    refunds: dict[str, list[RefundView]] = {}
    for refund in access_refunds(session, known):
        refunds.setdefault(refund.order_number, []).append(refund)
    kept = [order.total.amount for order in orders if order.state != "cancelled"]
    currency = orders[0].total.currency if orders else "EUR"
    return CustomerPanel(
        name=customer.name,
        language=customer.language,
        since=format_date(local_day(customer.since), language, today),
        email=customer.email,
        orders=tuple(
            _order(session, order, refunds.get(order.number, ()), stock, language, today)
            for order in shown
        ),
        returns=tuple(
            ReturnCard(
                number=item.number,
                order_number=item.order_number,
                state=item.state,
                requested=format_date(local_day(item.created_at), language, today),
            )
            for item in access_returns(session, known)[:MOST_ORDERS]
        ),
        value=format_money(Money(sum(kept, Decimal(0)), currency), language),
        order_count=customer.order_count,
        points=customer.loyalty_points,
        newsletter=customer.newsletter,
        offers=read_offers(session, known, language, now, models, words),
        profile=read_tastes(session, known, language),
    )


def read_tastes(
    session: Session, customer_id: CustomerId, language: Language
) -> ProfileCard | None:
    """The night's profile in short; None without one, or where nothing was bought or looked at."""
    found = read_profile(session, customer_id)
    if found is None or not found.categories:
        return None
    names = {shelf.slug: shelf.name(language) for shelf in list_categories(session)}
    ahead = found.next_days
    return ProfileCard(
        likes=tuple(names.get(one["category"], one["category"]) for one in found.categories),
        sizes=tuple(
            f"{one['size']} ({names.get(one['category'], one['category'])})" for one in found.sizes
        ),
        next_purchase=None
        if ahead is None
        else (round(ahead.value), round(ahead.low), round(ahead.high)),
    )


def read_offers(
    session: Session,
    customer_id: CustomerId,
    language: Language,
    now: datetime,
    models: Models,
    words: Catalogue,
) -> tuple[OfferCard, ...]:
    """What to offer this customer: what the assistant would, but for its experiments."""
    shopper = read_shopper(session, customer_id, NO_VISIT, now=now)
    offers = suggestions(session, shopper, MOST_OFFERS, models=models, now=now)
    reasons = tell_reasons(session, [one.reason for one in offers], language, words, now=now)
    return tuple(
        OfferCard(
            one.product.name(language),
            format_money(one.product.price, language),
            reason,
            one.product.slug,
        )
        for one, reason in zip(offers, reasons, strict=True)
    )


def read_names(session: Session, customer_ids: Collection[str]) -> dict[str, str]:
    """Names by customer id; the unknown and the erased are left out."""
    names = {}
    for customer_id in customer_ids:
        known = shop_id(customer_id)
        customer = access_customer(session, known) if known is not None else None
        if customer is not None:
            names[customer_id] = customer.name
    return names


def _order(
    session: Session,
    order: OrderView,
    refunds: Sequence[RefundView],
    stock: Mapping[VariantId, int],
    language: Language,
    today: date,
) -> OrderCard:
    left = order.total.amount - sum((one.amount.amount for one in refunds), start=Decimal(0))
    policy = policy_of(session)
    return OrderCard(
        number=order.number,
        state=order.state,
        placed=format_date(local_day(order.placed_at), language, today),
        total=format_money(order.total, language),
        lines=tuple(
            OrderLine(
                line.title(language),
                line.quantity,
                _stock(session, line, stock.get(line.variant_id, 0), language, today),
            )
            for line in order.lines
        ),
        address=order.address,
        amount=str(max(left, Decimal(0))),
        refunds=tuple(
            f"{format_money(one.amount, language)} · "
            f"{format_date(local_day(one.created_at), language, today)}"
            for one in refunds
        ),
        can_cancel=change_refusal(order, "cancel_order", policy) is None,
        can_move=change_refusal(order, "change_address", policy) is None,
        can_refund=order.state in PAID and left > 0,
        can_resend=order.state in SENT,
    )


def _stock(session: Session, line: LineView, left: int, language: Language, today: date) -> str:
    """How many are left; without any, when more are likely to come."""
    if left > 0:
        return str(left)
    coming = restock_of(session, line.variant_id, today=today)
    return f"0 → {format_date(coming.likely, language, today)}" if coming else "0"


def shop_id(customer_id: str) -> CustomerId | None:
    """The shop's id of a customer, where the text can be one."""
    is_number = customer_id.isascii() and customer_id.isdigit() and len(customer_id) < 19
    return CustomerId(int(customer_id)) if is_number else None
