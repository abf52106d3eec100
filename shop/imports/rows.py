"""The rows that can be imported, read out of text and cleaned by named rules.

Each rule that a value breaks is a `Rejected` with the rule's name, the field and a reason; nothing
is repaired silently. What is repaired (a line that repeats another) is counted under its rule, too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Final, Literal

from kit.money import to_cents
from shop.orders import MOVES
from shop.typed import storable
from shop.views import OrderState

Kind = Literal["customers", "products", "orders", "events", "stock"]

# Absurd: beyond what a shop of goods sells; a typing error or a correction in the books.
MOST_PIECES: Final = 10_000
HIGHEST_PRICE: Final = Decimal(100_000)
EARLIEST: Final = datetime(1995, 1, 1, tzinfo=UTC)

COLUMNS: Final[Mapping[Kind, Mapping[str, bool]]] = {
    # our name → whether it is required
    "customers": {
        "customer": False, "email": True, "name": False, "phone": False, "language": False,
        "created_at": False, "street": False, "city": False, "postcode": False, "country": False,
    },
    "products": {
        "product": False, "sku": True, "name": True, "name_zh": False, "description": False,
        "description_zh": False, "category": False, "category_zh": False, "brand": False,
        "size": False, "colour": False, "price": True, "currency": False, "stock": False,
        "image": False,
    },
    "orders": {
        "order": True, "placed_at": True, "customer": False, "email": False, "name": False,
        "state": False, "sku": False, "product": True, "quantity": True, "price": True,
        "currency": False, "shipping": False, "discount": False, "coupon": False,
        "delivered_at": False, "recipient": False, "street": False, "city": False,
        "postcode": False, "country": False,
    },
    "events": {
        "kind": True, "at": True, "customer": False, "session": False, "sku": False,
        "value": False, "event": False,
    },
    "stock": {"sku": True, "stock": True},
}  # fmt: skip
EVENT_KINDS: Final = frozenset({"view", "search", "cart", "purchase", "rating"})

_EMAIL: Final = re.compile(r"[^@\s<>\"]{1,64}@[^@\s<>\"]+\.[^@\s<>\"]{2,}")
_STATES: Final[Mapping[str, OrderState]] = {
    **{state: state for state in MOVES},
    "pending": "placed", "on-hold": "placed", "new": "placed", "authorized": "placed",
    "processing": "paid", "open": "paid", "unfulfilled": "paid", "partial": "packed",
    "fulfilled": "delivered", "complete": "delivered", "completed": "delivered",
    "refunded": "cancelled", "canceled": "cancelled", "voided": "cancelled", "failed": "cancelled",
    "trash": "cancelled",
}  # fmt: skip
_FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S %z", "%m/%d/%Y %H:%M", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
)  # fmt: skip


class Rejected(Exception):
    """A row that is not imported: the rule it breaks, the field, and what is wrong."""

    def __init__(self, rule: str, field: str, reason: str) -> None:
        super().__init__(reason)
        self.rule, self.field, self.reason = rule, field, reason


@dataclass(frozen=True)
class CustomerRow:
    """A customer; `key` is the other shop's, empty where the e-mail is the key."""

    key: str
    email: str
    name: str
    phone: str
    language: str
    created_at: datetime | None
    address: str
    country: str


@dataclass(frozen=True)
class ProductRow:
    """One variant of a product; rows with the same `key` are variants of one product."""

    key: str
    sku: str
    name: str
    name_zh: str
    description: str
    description_zh: str
    category: str
    category_zh: str
    brand: str
    size: str
    colour: str
    price: Decimal
    currency: str
    stock: int | None
    image: str = ""


@dataclass(frozen=True)
class OrderRow:
    """One line of an order with what the file says of the order in that line."""

    order: str
    placed_at: datetime
    state: OrderState
    customer: str
    email: str
    name: str
    sku: str
    product: str
    quantity: int
    price: Decimal
    currency: str
    shipping: Decimal
    discount: Decimal
    coupon: str
    delivered_at: datetime | None
    recipient: str
    address: str
    country: str


@dataclass(frozen=True)
class EventRow:
    """Something a shopper did."""

    key: str
    kind: str
    at: datetime
    customer: str
    session: str
    sku: str
    value: float | None


@dataclass(frozen=True)
class StockRow:
    """How many of a variant can be sold now."""

    sku: str
    stock: int


def read_customer(raw: Mapping[str, str]) -> CustomerRow:
    """Raises Rejected."""
    email = _email(raw)
    return CustomerRow(
        key=_text(raw, "customer", 120),
        email=email,
        name=_text(raw, "name", 200) or email.partition("@")[0],
        phone=_text(raw, "phone", 40),
        language="zh" if raw.get("language", "").lower().startswith("zh") else "en",
        created_at=_moment(raw, "created_at"),
        address=_address(raw),
        country=_country(raw),
    )


def read_product(raw: Mapping[str, str], currency: str) -> ProductRow:
    """Raises Rejected."""
    name = _required(raw, "name", 200)
    sku = _required(raw, "sku", 80)
    stock = raw.get("stock", "")
    return ProductRow(
        key=_text(raw, "product", 120) or sku,
        sku=sku,
        name=name,
        name_zh=_text(raw, "name_zh", 200) or name,
        description=_plain(raw.get("description", "")),
        description_zh=_plain(raw.get("description_zh", "")),
        category=_text(raw, "category", 120) or "Everything",
        category_zh=_text(raw, "category_zh", 120),
        brand=_text(raw, "brand", 120) or "No brand",
        size=_text(raw, "size", 20),
        colour=_text(raw, "colour", 40).lower(),
        price=_price(raw, "price", required=True),
        currency=_currency(raw, currency),
        stock=_pieces(raw, "stock", least=0) if stock else None,
        image=_address_of_image(raw),
    )


def read_order(raw: Mapping[str, str], currency: str) -> OrderRow:
    """Raises Rejected."""
    number = read_order_number(raw)
    placed_at = _moment(raw, "placed_at")
    if placed_at is None:
        raise Rejected("missing_value", "placed_at", "the order has no date")
    customer, email = _text(raw, "customer", 120), raw.get("email", "")
    if not customer and not email:
        raise Rejected("missing_customer", "customer", "neither customer nor email is given")
    if not raw.get("product") and not raw.get("sku"):
        raise Rejected("missing_product", "product", "neither product nor sku is given")
    return OrderRow(
        order=number,
        placed_at=placed_at,
        state=_state(raw),
        customer=customer,
        email=_email(raw) if email else "",
        name=_text(raw, "name", 200),
        sku=_text(raw, "sku", 80),
        product=_text(raw, "product", 200),
        quantity=_pieces(raw, "quantity", least=1),
        price=_price(raw, "price", required=True),
        currency=_currency(raw, currency),
        shipping=_price(raw, "shipping"),
        discount=_price(raw, "discount"),
        coupon=_text(raw, "coupon", 40),
        delivered_at=_moment(raw, "delivered_at"),
        recipient=_text(raw, "recipient", 200),
        address=_address(raw),
        country=_country(raw),
    )


def read_order_number(raw: Mapping[str, str]) -> str:
    """The order that a line belongs to. Raises Rejected."""
    return _required(raw, "order", 40).lstrip("#")


def read_event(raw: Mapping[str, str]) -> EventRow:
    """Raises Rejected."""
    kind = _required(raw, "kind", 24).lower()
    if kind not in EVENT_KINDS:
        known = ", ".join(sorted(EVENT_KINDS))
        raise Rejected("unknown_value", "kind", f"kind must be one of {known}, not {kind!r}")
    at = _moment(raw, "at")
    if at is None:
        raise Rejected("missing_value", "at", "the event has no time")
    customer, session = _text(raw, "customer", 120), _text(raw, "session", 64)
    if not customer and not session:
        raise Rejected("missing_customer", "customer", "neither customer nor session is given")
    sku = _text(raw, "sku", 80)
    value = raw.get("value", "")
    try:
        number = float(value) if value else None
    except ValueError:
        raise Rejected("not_a_number", "value", f"{value[:40]!r} is not a number") from None
    if number is not None and not abs(number) < 1e12:
        raise Rejected("absurd_value", "value", f"{value[:40]!r} is out of range")
    key = _text(raw, "event", 60) or "|".join((kind, at.isoformat(), customer or session, sku))
    return EventRow(f"import:{key}"[:80], kind, at, customer, session or customer, sku, number)


def read_stock(raw: Mapping[str, str]) -> StockRow:
    """Raises Rejected."""
    return StockRow(_required(raw, "sku", 80), _pieces(raw, "stock", least=0))


def hyphenated(text: str) -> str:
    """Lower-case Latin letters and digits of `text` with hyphens between, as in an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _text(raw: Mapping[str, str], field: str, longest: int) -> str:
    value = " ".join(storable(raw.get(field, "")).split())
    if len(value) > longest:
        raise Rejected("too_long", field, f"longer than {longest} characters")
    return value


def _required(raw: Mapping[str, str], field: str, longest: int) -> str:
    value = _text(raw, field, longest)
    if not value:
        rule = "missing_product" if field in {"name", "sku"} else "missing_value"
        raise Rejected(rule, field, f"{field} is empty")
    return value


def _plain(html: str) -> str:
    """The words of a description; shops export it as HTML."""
    return " ".join(re.sub(r"<[^>]*>", " ", storable(html)).split())[:20_000]


def _address_of_image(raw: Mapping[str, str]) -> str:
    value = raw.get("image", "").split(",")[0].strip()
    if value and not re.fullmatch(r"https?://[^\s\"'<>]{4,490}", value):
        raise Rejected("not_an_address", "image", "image is not an address like https://…")
    return value


def _email(raw: Mapping[str, str]) -> str:
    value = _text(raw, "email", 254).lower()
    if not value:
        raise Rejected("missing_email", "email", "email is empty")
    if not _EMAIL.fullmatch(value):
        raise Rejected("not_an_email", "email", "email is not an address")
    return value


def _moment(raw: Mapping[str, str], field: str) -> datetime | None:
    value = raw.get(field, "").strip()
    if not value:
        return None
    found = _parsed_moment(value)
    if found is None:
        raise Rejected("not_a_date", field, f"{value[:40]!r} is not a date like 2026-11-24 09:30")
    moment = found.replace(tzinfo=UTC) if found.tzinfo is None else found
    if not EARLIEST <= moment <= datetime.now(UTC).replace(year=datetime.now(UTC).year + 1):
        raise Rejected("absurd_date", field, f"{value[:40]} is before 1995 or in the future")
    return moment


def _parsed_moment(value: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    for layout in _FORMATS:
        try:
            return datetime.strptime(value, layout)  # noqa: DTZ007 (a zone is added where missing)
        except ValueError:
            continue
    return None


def _price(raw: Mapping[str, str], field: str, *, required: bool = False) -> Decimal:
    value = raw.get(field, "").strip()
    if not value:
        if required:
            raise Rejected("missing_price", field, f"{field} is empty")
        return Decimal(0)
    try:
        amount = Decimal(value.replace(" ", "").removesuffix("€").removeprefix("$"))
    except InvalidOperation:
        raise Rejected("not_a_number", field, f"{value[:40]!r} is not an amount") from None
    if not amount.is_finite():
        raise Rejected("not_a_number", field, f"{value[:40]!r} is not an amount")
    if amount < 0:
        raise Rejected("negative_price", field, f"{amount} is negative")
    if amount > HIGHEST_PRICE:
        raise Rejected("absurd_price", field, f"{amount} is more than {HIGHEST_PRICE}")
    # In cents, as it is stored: an order's total must be the sum of the lines that are shown.
    amount = to_cents(amount)
    if required and amount == 0:
        raise Rejected("zero_price", field, "the price is zero: a gift or a correction")
    return amount


def _pieces(raw: Mapping[str, str], field: str, *, least: int) -> int:
    value = raw.get(field, "").strip()
    if not value:
        raise Rejected("missing_quantity", field, f"{field} is empty")
    try:
        number = Decimal(value)
        count = int(number)
    except (InvalidOperation, ValueError, OverflowError):
        raise Rejected("not_a_number", field, f"{value[:40]!r} is not a number") from None
    if number != count:
        raise Rejected("not_a_number", field, f"{value[:40]!r} is not a whole number")
    if count < 0:
        raise Rejected("negative_quantity", field, f"{count}: a cancellation or a correction")
    if count < least:
        raise Rejected("zero_quantity", field, f"{field} must be at least {least}")
    if count > MOST_PIECES * (1 if least else 1_000):
        raise Rejected("absurd_quantity", field, f"{count} is more than a shop sells at once")
    return count


def _state(raw: Mapping[str, str]) -> OrderState:
    value = raw.get("state", "").strip().lower()
    if not value:
        return "delivered"
    if value not in _STATES:
        raise Rejected("unknown_value", "state", f"{value[:40]!r} is not a state of an order")
    return _STATES[value]


def _currency(raw: Mapping[str, str], default: str) -> str:
    value = raw.get("currency", "").strip().upper() or default
    if not re.fullmatch("[A-Z]{3}", value):
        raise Rejected("unknown_value", "currency", f"{value[:10]!r} is not a currency like EUR")
    return value


def _address(raw: Mapping[str, str]) -> str:
    place = " ".join(filter(None, (_text(raw, "postcode", 20), _text(raw, "city", 120))))
    return ", ".join(filter(None, (_text(raw, "street", 300), place)))


def _country(raw: Mapping[str, str]) -> str:
    value = raw.get("country", "").strip().upper()
    return value if re.fullmatch("[A-Z]{2}", value) else ""
