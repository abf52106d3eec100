"""Two years of customers, visits, orders, parcels, returns and ratings, with trend and seasons."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from shop.demo.goods import CURRENCY, MadeProduct
from shop.demo.people import PEOPLE
from shop.demo.vocabulary import (
    CITIES,
    FIRST_NAMES,
    LAST_NAMES,
    STREETS,
    TASTES,
    ZH_FAMILY,
    ZH_GIVEN,
    ZH_PLACES,
)
from shop.demo.writing import Tables
from shop.models import (
    Address,
    BehaviourEvent,
    Consent,
    Customer,
    Order,
    OrderLine,
    Payment,
    Return,
    ReturnLine,
    Shipment,
    TrackingEvent,
)

FIRST_ORDER_NUMBER: Final = 20001
ORDERS_PER_CUSTOMER: Final = 4.2
WEEKDAY: Final = (0.95, 0.9, 0.9, 1.0, 1.05, 1.1, 1.25)
REASONS: Final = ("too_small", "too_big", "changed_mind", "not_as_described", "damaged")
METHODS: Final = ("card", "PayPal", "Apple Pay", "bank transfer")

Floats = npt.NDArray[np.float64]


def make_history(
    tables: Tables,
    random: np.random.Generator,
    goods: Sequence[MadeProduct],
    *,
    now: datetime,
    days: int,
    customers: int,
    first_customer_id: int,
    tell: Callable[[float], None],
) -> None:
    """Write `customers` (the demo people among them) and what they did in `days`."""
    count = customers - len(PEOPLE)
    tastes = random.integers(0, len(TASTES), size=count)
    people = [_make_customer(tables, random, number, now, days) for number in range(count)]
    assert not people or people[0][0] == first_customer_id
    choices = [_taste_weights(goods, taste) for taste in range(len(TASTES))]
    month_boost = _season_by_month(goods)
    activity = random.gamma(0.8, 1.0, size=count)
    total = int(count * ORDERS_PER_CUSTOMER)
    who = random.choice(count, size=total, p=activity / activity.sum())
    when = _order_days(random, now, days, total)
    for number in range(total):
        at = now - timedelta(days=float(when[number]))
        buyer = int(who[number])
        month = (at.month - 1) % 12
        weights = choices[int(tastes[buyer])] * month_boost[month]
        _make_visit(
            tables, random, goods, weights, people[buyer], at, now, FIRST_ORDER_NUMBER + number
        )
        if number % 500 == 0:
            tell(number / total)


def _make_customer(
    tables: Tables, random: np.random.Generator, number: int, now: datetime, days: int
) -> tuple[int, str, str, str]:
    """A customer; key, name, address and country."""
    if random.random() < 0.25:
        language, country = "zh", "CN"
        name = ZH_FAMILY[int(random.integers(len(ZH_FAMILY)))] + str(random.choice(ZH_GIVEN))
        place, code = ZH_PLACES[int(random.integers(len(ZH_PLACES)))]
        address = f"{place} {int(random.integers(1, 300))} 号, {code}"
    else:
        language = "en"
        name = f"{random.choice(FIRST_NAMES)} {random.choice(LAST_NAMES)}"
        city, code, country = CITIES[int(random.integers(len(CITIES)))]
        address = f"{random.choice(STREETS)} {int(random.integers(1, 120))}, {code} {city}"
    created = now - timedelta(days=float(random.uniform(1, days)))
    key = tables.add(
        Customer,
        external_id=None,
        email=f"customer{number + 1}@demo.invalid",
        name=name,
        phone=None,
        language=language,
        loyalty_points=int(random.integers(0, 400)),
        created_at=created,
        erased_at=None,
    )
    tables.add(
        Address, customer_id=key, recipient=name, text=address, country=country, is_default=True
    )
    tables.add(
        Consent,
        customer_id=key,
        purpose="newsletter",
        granted=bool(random.random() < 0.4),
        changed_at=created,
    )
    return key, name, address, country


def _taste_weights(goods: Sequence[MadeProduct], taste: int) -> Floats:
    _, shelves, brands = TASTES[taste]
    weights = np.array([product.appeal for product in goods])
    weights *= [8.0 if product.shelf.slug in shelves else 0.6 for product in goods]
    weights *= [2.5 if product.brand in brands else 1.0 for product in goods]
    return weights


def _season_by_month(goods: Sequence[MadeProduct]) -> Floats:
    """How much better each product sells in each month, shape (12, products)."""
    boost = np.ones((12, len(goods)))
    for column, product in enumerate(goods):
        for month in range(12):
            distance = min(
                (month + 1 - product.shelf.peak_month) % 12,
                (product.shelf.peak_month - month - 1) % 12,
            )
            boost[month, column] = 1.0 + product.shelf.season * np.cos(np.pi * distance / 6)
    return boost


def _order_days(random: np.random.Generator, now: datetime, days: int, total: int) -> Floats:
    """How many days ago each order was placed: a rising trend, weekends, a strong year's end."""
    ago = np.arange(1, days)
    dates = [now - timedelta(days=int(day)) for day in ago]
    weight = 1.0 + 0.8 * (1 - ago / days)
    weight *= [WEEKDAY[date.weekday()] for date in dates]
    weight *= [
        1.5 if date.month in {11, 12} else 1.15 if date.month in {5, 6} else 1.0 for date in dates
    ]
    chosen = random.choice(ago, size=total, p=weight / weight.sum()) + random.uniform(0, 0.9, total)
    return np.sort(chosen)[::-1]


def _make_visit(
    tables: Tables,
    random: np.random.Generator,
    goods: Sequence[MadeProduct],
    weights: Floats,
    buyer: tuple[int, str, str, str],
    at: datetime,
    now: datetime,
    number: int,
) -> None:
    """A visit that ends in an order: views, a cart, a purchase, what became of it."""
    lines = int(random.choice([1, 2, 3], p=[0.6, 0.28, 0.12]))
    cumulated = np.cumsum(weights)
    draws = random.random(lines + 2) * cumulated[-1]
    places = list(dict.fromkeys(int(place) for place in np.searchsorted(cumulated, draws)))
    session = f"visit-{number}"
    bought = places[:lines]
    for place in places:
        _event(tables, "view", at - timedelta(minutes=12), buyer[0], session, goods[place].id)
    chosen = []
    for place in bought:
        product = goods[place]
        variant = product.variants[int(random.integers(len(product.variants)))]
        chosen.append(variant)
        _event(tables, "cart", at - timedelta(minutes=3), buyer[0], session, product.id, variant.id)
        _event(
            tables, "purchase", at, buyer[0], session, product.id, variant.id, float(variant.price)
        )
        if random.random() < 0.12:
            stars = int(random.choice([2, 3, 4, 5], p=[0.06, 0.12, 0.37, 0.45]))
            _event(
                tables,
                "rating",
                at + timedelta(days=9),
                buyer[0],
                session,
                product.id,
                None,
                float(stars),
            )
    _make_order(tables, random, buyer, at, now, number, chosen)


def _event(
    tables: Tables,
    kind: str,
    at: datetime,
    customer: int,
    session: str,
    product: int,
    variant: int | None = None,
    value: float | None = None,
) -> None:
    tables.add(
        BehaviourEvent,
        key=None,
        kind=kind,
        at=at,
        customer_id=customer,
        session_key=session,
        product_id=product,
        variant_id=variant,
        value=value,
        propensity=None,
        details=None,
    )


def _make_order(
    tables: Tables,
    random: np.random.Generator,
    buyer: tuple[int, str, str, str],
    at: datetime,
    now: datetime,
    number: int,
    chosen: Sequence[Any],
) -> None:
    customer_id, name, address, country = buyer
    total = sum((variant.price for variant in chosen), Decimal(0))
    far = country == "CN"
    shipping = Decimal(0) if total >= (150 if far else 50) else Decimal("14.90" if far else "4.90")
    took = float(random.uniform(7, 12) if far else random.uniform(2, 5))
    age = (now - at).total_seconds() / 86400
    cancelled = random.random() < 0.03
    state = "cancelled" if cancelled else _state(age, took)
    delivered_at = at + timedelta(days=took) if state == "delivered" else None
    order_id = tables.add(
        Order,
        number=str(number),
        customer_id=customer_id,
        state=state,
        currency=CURRENCY,
        items_total=total,
        discount=Decimal(0),
        shipping=shipping,
        total=total + shipping,
        coupon_code=None,
        placed_at=at,
        promised_on=(at + timedelta(days=12 if far else 4)).date(),
        delivered_at=delivered_at,
        cancelled_at=at + timedelta(hours=3) if cancelled else None,
        recipient=name,
        address=address,
        country=country,
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
        for place, variant in enumerate(chosen, start=1)
    ]
    method = "Alipay" if far else METHODS[int(random.integers(len(METHODS)))]
    tables.add(
        Payment,
        order_id=order_id,
        method=method,
        state="refunded" if cancelled else "captured",
        amount=total + shipping,
        at=at,
    )
    if state in {"in_transit", "out_for_delivery", "delivered"}:
        _make_parcel(tables, order_id, number, at, took, delivered_at, far=far)
    if delivered_at is not None and age - took > 3 and random.random() < 0.08:
        _make_return(tables, random, order_id, number, lines[0], delivered_at)


def _state(age: float, took: float) -> str:
    if age > took:
        return "delivered"
    if age > took - 0.4:
        return "out_for_delivery"
    if age > 1.0:
        return "in_transit"
    return "packed" if age > 0.6 else "paid"


def _make_parcel(
    tables: Tables,
    order_id: int,
    number: int,
    at: datetime,
    took: float,
    delivered_at: datetime | None,
    *,
    far: bool,
) -> None:
    shipment_id = tables.add(
        Shipment,
        order_id=order_id,
        carrier="SF Express" if far else "DHL",
        tracking_number=("SF" if far else "JD") + f"{number * 7919:012d}",
        shipped_at=at + timedelta(days=0.9),
        expected_on=(at + timedelta(days=took)).date(),
    )
    steps = [
        (at + timedelta(days=0.9), "picked_up", "Hamburg"),
        (at + timedelta(days=1.2), "sorting_centre", "Hannover"),
    ]
    if delivered_at is not None:
        steps.append((delivered_at, "delivered", ""))
    for moment, code, place in steps:
        tables.add(TrackingEvent, shipment_id=shipment_id, at=moment, code=code, place=place)


def _make_return(
    tables: Tables,
    random: np.random.Generator,
    order_id: int,
    number: int,
    line: int,
    delivered_at: datetime,
) -> None:
    begun = delivered_at + timedelta(days=float(random.uniform(1, 3)))
    return_id = tables.add(
        Return,
        number=f"R{number}-1",
        order_id=order_id,
        kind="refund",
        state="refunded",
        reason=REASONS[int(random.integers(len(REASONS)))],
        label=f"RET-{number}-1",
        created_at=begun,
        changed_at=begun + timedelta(days=8),
    )
    tables.add(
        ReturnLine, return_id=return_id, order_line_id=line, quantity=1, exchange_variant_id=None
    )
