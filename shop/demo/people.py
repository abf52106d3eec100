"""The known demo people and exactly their orders; the README says what to ask as each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

from kit.i18n import Texts
from shop.demo.goods import CURRENCY, MadeProduct, MadeVariant
from shop.demo.texts import demo_texts
from shop.demo.writing import Tables
from shop.models import (
    Address,
    BehaviourEvent,
    Consent,
    Customer,
    Order,
    OrderLine,
    Payment,
    Refund,
    Return,
    ReturnLine,
    Shipment,
    TrackingEvent,
)
from shop.payments import add_working_days
from shop.views import OrderState


@dataclass(frozen=True)
class Item:
    """A piece of an order: product, colour and size."""

    slug: str
    colour: str
    size: str = ""


@dataclass(frozen=True)
class KnownOrder:
    """An order of a demo person; days count from the making of the shop, past ones negative."""

    number: str
    state: OrderState
    placed: int
    items: tuple[Item, ...]
    promised: int | None = None
    delivered: int | None = None
    last_scan: int | None = None
    returned: bool = False


@dataclass(frozen=True)
class DemoPerson:
    """Somebody to sign in as."""

    name: str
    email: str
    language: str
    address: str
    country: str
    orders: tuple[KnownOrder, ...]
    likes: Item | None = None

    def to_try(self, language: str) -> str:
        """What to ask as this person."""
        key = self.email.partition("@")[0]
        said = {spoken: texts.people[key] for spoken, texts in demo_texts().items()}
        return Texts.of(said).text(language)


SHIRT: Final = Item("talwind-breeze-merino-t-shirt", "navy", "M")
BEANIE: Final = Item("moorhuhn-pine-wool-beanie", "olive", "S/M")
BOOTS: Final = Item("alpenrot-summit-hiking-boots", "brown", "40")
SOCKS: Final = Item("alpenrot-meadow-hiking-socks", "grey", "39-42")
SHELL: Final = Item("nordlicht-storm-rain-shell", "blue", "L")
TENT: Final = Item("nordlicht-aurora-two-person-tent", "green")
SNEAKERS: Final = Item("seidenweg-harbour-city-sneakers", "white", "42")
DRESS: Final = Item("seidenweg-lagoon-travel-dress", "green", "S")
FLEECE: Final = Item("fernweg-birch-fleece-jacket", "grey", "M")
DAYPACK: Final = Item("fernweg-harbour-22-daypack", "navy")
PACK_OLIVE: Final = Item("karst-ridge-45-backpack", "olive")

PEOPLE: Final = (
    DemoPerson(
        "Mia Berger",
        "mia@fernweg.example",
        "en",
        "Lindenweg 12, 20253 Hamburg",
        "DE",
        (
            KnownOrder("10482", "paid", -1, (SHIRT, BEANIE), promised=3),
            KnownOrder("10391", "delivered", -11, (BOOTS, SOCKS), promised=-6, delivered=-6),
        ),
    ),
    DemoPerson(
        "Jonas Weber",
        "jonas@fernweg.example",
        "en",
        "Hafenstraße 5, 10115 Berlin",
        "DE",
        (KnownOrder("10467", "in_transit", -3, (SHELL,), promised=1, last_scan=0),),
    ),
    DemoPerson(
        "Amira Haddad",
        "amira@fernweg.example",
        "en",
        "Mühlgasse 8, 1010 Vienna",
        "AT",
        (KnownOrder("10401", "in_transit", -11, (TENT,), promised=-6, last_scan=-5),),
    ),
    DemoPerson(
        "陈伟",
        "chenwei@fernweg.example",
        "zh",
        "上海市徐汇区漕溪路 18 号 502 室，200030",
        "CN",
        (
            KnownOrder("10455", "in_transit", -6, (FLEECE, DAYPACK), promised=4, last_scan=-1),
            KnownOrder("10433", "paid", -1, (SNEAKERS,), promised=9),
        ),
    ),
    DemoPerson(
        "李娜",
        "lina@fernweg.example",
        "zh",
        "杭州市西湖区文三路 99 号，310012",
        "CN",
        (
            KnownOrder("10377", "delivered", -20, (DRESS, FLEECE), promised=-8, delivered=-9),
            KnownOrder(
                "10290", "delivered", -40, (SNEAKERS,), promised=-29, delivered=-30, returned=True
            ),
        ),
    ),
    DemoPerson(
        "Tom Okafor",
        "tom@fernweg.example",
        "en",
        "Queen Street 3, BS1 Bristol",
        "GB",
        (KnownOrder("10123", "delivered", -80, (SHELL,), promised=-75, delivered=-75),),
    ),
    DemoPerson(
        "Sofia Rossi",
        "sofia@fernweg.example",
        "en",
        "Via Verdi 21, 20121 Milan",
        "IT",
        (KnownOrder("10211", "delivered", -55, (DAYPACK,), promised=-51, delivered=-51),),
        likes=PACK_OLIVE,
    ),
    DemoPerson(
        "Noor Jansen",
        "noor@fernweg.example",
        "en",
        "Parkallee 40, 1012 Amsterdam",
        "NL",
        (),
    ),
)


def make_people(tables: Tables, goods: Sequence[MadeProduct], *, now: datetime) -> int:
    """Write the demo people; the key of the next customer."""
    by_slug = {product.slug: product for product in goods}
    last = 0
    for person in PEOPLE:
        last = tables.add(
            Customer,
            external_id=None,
            email=person.email,
            name=person.name,
            phone=None,
            language=person.language,
            loyalty_points=120 if person.orders else 0,
            created_at=now - timedelta(days=200),
            erased_at=None,
        )
        tables.add(
            Address,
            customer_id=last,
            recipient=person.name,
            text=person.address,
            country=person.country,
            is_default=True,
        )
        tables.add(
            Consent,
            customer_id=last,
            purpose="newsletter",
            granted=bool(person.orders),
            changed_at=now - timedelta(days=200),
        )
        for order in person.orders:
            _make_order(tables, by_slug, person, last, order, now)
        if person.likes is not None:
            _like(tables, by_slug, last, person.likes, now)
    return last + 1


def find(by_slug: dict[str, MadeProduct], item: Item) -> tuple[MadeProduct, MadeVariant]:
    """The product and the variant that `item` names."""
    product = by_slug[item.slug]
    for variant in product.variants:
        if (variant.colour, variant.size) == (item.colour, item.size):
            return product, variant
    raise LookupError(f"the demo shop has no {item}")


def _make_order(
    tables: Tables,
    by_slug: dict[str, MadeProduct],
    person: DemoPerson,
    customer_id: int,
    order: KnownOrder,
    now: datetime,
) -> None:
    chosen = [find(by_slug, item) for item in order.items]
    items_total = sum((variant.price for _, variant in chosen), Decimal(0))
    free_from, fee = (Decimal(150), "14.90") if person.country == "CN" else (Decimal(50), "4.90")
    shipping = Decimal(0) if items_total >= free_from else Decimal(fee)
    placed_at = now + timedelta(days=order.placed, hours=-2)
    delivered_at = None if order.delivered is None else now + timedelta(days=order.delivered)
    order_id = tables.add(
        Order,
        number=order.number,
        customer_id=customer_id,
        state=order.state,
        currency=CURRENCY,
        items_total=items_total,
        discount=Decimal(0),
        shipping=shipping,
        total=items_total + shipping,
        coupon_code=None,
        placed_at=placed_at,
        promised_on=_day(now, order.promised),
        delivered_at=delivered_at,
        cancelled_at=None,
        recipient=person.name,
        address=person.address,
        country=person.country,
        lost_reported_at=None,
        version=1,
    )
    lines = [
        tables.add(
            OrderLine,
            order_id=order_id,
            position=place,
            variant_id=variant.id,
            quantity=1,
            unit_price=variant.price,
        )
        for place, (_, variant) in enumerate(chosen, start=1)
    ]
    method = "Alipay" if person.country == "CN" else "PayPal"
    tables.add(
        Payment,
        order_id=order_id,
        method=method,
        state="captured",
        amount=items_total + shipping,
        at=placed_at,
    )
    for product, variant in chosen:
        tables.add(
            BehaviourEvent,
            key=None,
            kind="purchase",
            at=placed_at,
            customer_id=customer_id,
            session_key=f"demo-{order.number}",
            product_id=product.id,
            variant_id=variant.id,
            value=float(variant.price),
            propensity=None,
            details=None,
        )
    if order.state not in {"placed", "paid", "packed", "cancelled"}:
        _make_parcel(tables, person, order, order_id, now)
    if order.returned:
        _make_return(tables, order, order_id, lines, items_total, method, now)


def _day(now: datetime, days: int | None) -> date | None:
    return None if days is None else (now + timedelta(days=days)).date()


def _make_parcel(
    tables: Tables, person: DemoPerson, order: KnownOrder, order_id: int, now: datetime
) -> None:
    far = person.country == "CN"
    shipment_id = tables.add(
        Shipment,
        order_id=order_id,
        carrier="SF Express" if far else "DHL",
        tracking_number=("SF" if far else "JD") + f"{int(order.number) * 7919:012d}",
        shipped_at=now + timedelta(days=order.placed + 1),
        expected_on=_day(now, order.promised),
    )
    steps = [
        (order.placed + 0.5, "label_created", "Hamburg"),
        (order.placed + 1.0, "picked_up", "Hamburg"),
    ]
    if order.last_scan is not None:
        steps.append((order.last_scan - 0.15, "sorting_centre", "Shanghai" if far else "Hannover"))
    if order.delivered is not None:
        steps += [
            (order.delivered - 0.2, "out_for_delivery", ""),
            (float(order.delivered), "delivered", ""),
        ]
    for days, code, place in steps:
        tables.add(
            TrackingEvent,
            shipment_id=shipment_id,
            at=now + timedelta(days=days),
            code=code,
            place=place,
        )


def _make_return(
    tables: Tables,
    order: KnownOrder,
    order_id: int,
    lines: Sequence[int],
    amount: Decimal,
    method: str,
    now: datetime,
) -> None:
    return_id = tables.add(
        Return,
        number=f"R{order.number}-1",
        order_id=order_id,
        kind="refund",
        state="refunded",
        reason="too_small",
        label=f"RET-{order.number}-1",
        created_at=now - timedelta(days=14),
        changed_at=now - timedelta(days=2),
    )
    for line in lines:
        tables.add(
            ReturnLine,
            return_id=return_id,
            order_line_id=line,
            quantity=1,
            exchange_variant_id=None,
        )
    made = now - timedelta(days=2)
    tables.add(
        Refund,
        key=f"return:{return_id}",
        order_id=order_id,
        return_id=return_id,
        amount=amount,
        state="pending",
        method=method,
        created_at=made,
        expected_on=add_working_days(made, 5).date(),
        paid_at=None,
    )


def _like(
    tables: Tables, by_slug: dict[str, MadeProduct], customer_id: int, item: Item, now: datetime
) -> None:
    product, variant = find(by_slug, item)
    for days in (9, 6, 2):
        tables.add(
            BehaviourEvent,
            key=None,
            kind="view",
            at=now - timedelta(days=days),
            customer_id=customer_id,
            session_key=f"demo-like-{days}",
            product_id=product.id,
            variant_id=variant.id,
            value=None,
            propensity=None,
            details=None,
        )
