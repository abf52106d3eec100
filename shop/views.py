"""What the shop tells other packages: frozen dataclasses, never rows."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from kit.i18n import Language, Texts
from kit.money import Money
from shop.ids import CustomerId, OrderId, PaymentMethodId, ProductId, ReturnId, VariantId
from shop.options import Options, values_by_name

OrderState = Literal[
    "placed",
    "paid",
    "packed",
    "shipped",
    "in_transit",
    "out_for_delivery",
    "delivered",
    "cancelled",
]
ReturnState = Literal[
    "requested", "approved", "label_sent", "received", "refunded", "exchanged", "rejected"
]
RefundState = Literal["pending", "paid"]
ReturnKind = Literal["refund", "exchange"]
PaymentKind = Literal[
    "card", "paypal", "gift_card", "store_credit", "alipay", "wechat_pay", "invoice"
]


@dataclass(frozen=True)
class CustomerView:
    """A customer as their own shop page shows them."""

    customer_id: CustomerId
    name: str
    email: str
    language: Language
    loyalty_points: int
    newsletter: bool
    order_count: int
    since: datetime


@dataclass(frozen=True)
class AddressView:
    """Where a customer can be sent something; one of theirs is the default."""

    recipient: str
    text: str
    country: str
    is_default: bool


@dataclass(frozen=True)
class PaymentMethodView:
    """What a customer can pay with; `balance` is what is left on a gift card or as credit."""

    method_id: PaymentMethodId
    key: str
    kind: PaymentKind
    brand: str
    last_four: str
    balance: Money | None


@dataclass(frozen=True)
class PaymentView:
    """Money that went one way for an order: paid for it, or back to the customer."""

    kind: Literal["payment", "refund"]
    amount: Money
    method: str
    method_id: PaymentMethodId | None
    at: datetime


@dataclass(frozen=True)
class LineView:
    """One line of an order."""

    line_id: int
    position: int
    product_id: ProductId
    variant_id: VariantId
    sku: str
    slug: str
    names: Texts
    category: str
    size: str
    colour: str
    quantity: int
    unit_price: Money
    options: Options = ()

    def name(self, language: Language) -> str:
        """The product's name in `language`."""
        return self.names.text(language)

    def title(self, language: Language) -> str:
        """The name with the option values behind it, as people of the shop read it."""
        values = [value for _, value in self.options] or [self.size]
        return ", ".join(filter(None, (self.name(language), *values)))


@dataclass(frozen=True)
class TrackingView:
    """What the carrier said: a code of ours, a moment and a place."""

    at: datetime
    code: str
    place: str


@dataclass(frozen=True)
class ShipmentView:
    """A parcel and its way, oldest event first."""

    carrier: str
    tracking_number: str
    shipped_at: datetime
    expected_on: date | None
    events: tuple[TrackingView, ...]


@dataclass(frozen=True)
class OrderView:
    """An order with its lines and parcels."""

    order_id: OrderId
    customer_id: CustomerId
    number: str
    state: OrderState
    placed_at: datetime
    promised_on: date | None
    delivered_at: datetime | None
    lines: tuple[LineView, ...]
    shipments: tuple[ShipmentView, ...]
    items_total: Money
    discount: Money
    shipping: Money
    total: Money
    payment_method: str
    recipient: str
    address: str
    country: str
    items_changed: bool = False
    searched_since: datetime | None = None

    @property
    def item_count(self) -> int:
        """Pieces, not lines."""
        return sum(line.quantity for line in self.lines)

    def days_late(self, today: date) -> int:
        """Days past the promised day while not delivered; 0 when in time."""
        if self.promised_on is None or self.state in {"delivered", "cancelled"}:
            return 0
        return max(0, (today - self.promised_on).days)


@dataclass(frozen=True)
class VariantView:
    """One variant with its price and stock; `expected_on` when more is on the way.

    `options` are all properties by the shop's own names; where there are none, size and colour are
    all that tells it from its sisters.
    """

    variant_id: VariantId
    sku: str
    size: str
    colour: str
    price: Money
    stock: int
    expected_on: date | None
    options: Options = ()


@dataclass(frozen=True)
class ProductView:
    """A product with all its variants."""

    product_id: ProductId
    slug: str
    names: Texts
    descriptions: Texts
    category: str
    brand: str
    attributes: dict[str, str | int | float | bool]
    price: Money
    lowest_price_30_days: Money
    old_price: Money | None
    rating: float | None
    rating_count: int
    variants: tuple[VariantView, ...]

    def name(self, language: Language) -> str:
        """The name in `language`."""
        return self.names.text(language)

    def description(self, language: Language) -> str:
        """The description in `language`."""
        return self.descriptions.text(language)

    @property
    def option_values(self) -> dict[str, tuple[str, ...]]:
        """Every option with the values that the variants have."""
        return values_by_name(one.options for one in self.variants)

    @property
    def in_stock(self) -> bool:
        """Whether any variant can be bought now."""
        return any(variant.stock > 0 for variant in self.variants)


@dataclass(frozen=True)
class ReturnView:
    """A return and what it is about."""

    return_id: ReturnId
    number: str
    order_number: str
    kind: ReturnKind
    state: ReturnState
    reason: str
    label: str
    created_at: datetime
    lines: tuple[LineView, ...]
    amount: Money


@dataclass(frozen=True)
class RefundView:
    """Money on its way back."""

    order_number: str
    amount: Money
    state: RefundState
    method: str
    created_at: datetime
    expected_on: date | None
    paid_at: datetime | None


@dataclass(frozen=True)
class PromotionView:
    """A running promotion; `category` None means everything."""

    slug: str
    names: Texts
    category: str | None
    share: Decimal
    ends_at: datetime

    def name(self, language: Language) -> str:
        """The name in `language`."""
        return self.names.text(language)
