"""The rows that can be imported, as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from shop.options import Options, colour_of, size_of
from shop.views import OrderState

EVERYTHING: Final = "Everything"  # the shelf of goods that a file puts on none


@dataclass(frozen=True)
class CustomerRow:
    """A customer; `key` is the other shop's. `email` is "" for one who gave none."""

    key: str
    email: str
    name: str
    phone: str
    language: str
    created_at: datetime | None
    address: str
    country: str


@dataclass(frozen=True)
class Translation:
    """What a file calls a product, and its shelf, in a further language; "" for what it lacks."""

    name: str = ""
    description: str = ""
    category: str = ""


@dataclass(frozen=True)
class ProductRow:
    """One variant of a product; rows with the same `key` are variants of one product.

    Its texts are in the shop's language, `translations` by language in others.
    """

    key: str
    sku: str
    name: str
    description: str
    category: str
    brand: str
    options: Options
    price: Decimal
    currency: str
    stock: int | None
    supply: str = "counted"
    is_active: bool = True
    image: str = ""
    translations: Mapping[str, Translation] = field(default_factory=dict)

    @property
    def size(self) -> str:
        """The size, as much as has place."""
        return size_of(self.options)[:20].rstrip()

    @property
    def colour(self) -> str:
        """The colour, as much as has place."""
        return colour_of(self.options)[:40].rstrip()


@dataclass(frozen=True)
class OrderRow:
    """One line of an order with what the file says of the order in that line.

    `quantity` is below zero for goods that came back, `price` for a discount. `line_total` is what
    the pieces cost together. `refunded` is None where nothing is said of it; `is_paid` is None
    where the state says it.
    """

    order: str
    placed_at: datetime
    state: OrderState
    customer: str
    email: str
    phone: str
    name: str
    sku: str
    product: str
    options: Options
    quantity: int
    price: Decimal
    line_total: Decimal
    currency: str
    shipping: Decimal
    discount: Decimal
    tax: Decimal
    total: Decimal | None
    refunded: Decimal | None
    is_refunded: bool
    is_paid: bool | None
    coupon: str
    delivered_at: datetime | None
    cancelled_at: datetime | None
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
    """How many of a variant can be sold now, at one place or in all."""

    sku: str
    product: str
    options: Options
    location: str
    stock: int
