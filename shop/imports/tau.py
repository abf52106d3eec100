"""Bring in a whole shop from one JSON file in the form of τ-bench's retail database."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from kit.database import Database
from kit.i18n import DEFAULT_LANGUAGE, Language
from shop.imports.buyers import write_customers
from shop.imports.goods import Batch, write_products
from shop.imports.lookups import found, parts
from shop.imports.people import read_country, read_email
from shop.imports.problems import ImportProblem
from shop.imports.report import Numbered, Report, Tally
from shop.imports.rows import UNCOUNTED
from shop.imports.shapes import EVERYTHING, CustomerRow, ProductRow
from shop.imports.tree import Branch, read_tree
from shop.models import (
    Customer,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Refund,
    Shipment,
    Variant,
)
from shop.options import Options
from shop.views import OrderState, PaymentKind

CURRENCY: Final = "USD"
STATES: Final[dict[str, OrderState]] = {
    "pending": "paid",
    "processed": "packed",
    "delivered": "delivered",
    "cancelled": "cancelled",
}
KINDS: Final[dict[str, PaymentKind]] = {
    "credit_card": "card",
    "paypal": "paypal",
    "gift_card": "gift_card",
}
_AT_ONCE: Final = 200
Progress = Callable[[int, int], None]
T = TypeVar("T")


@dataclass(frozen=True)
class _Method:
    key: str
    kind: PaymentKind
    brand: str
    last_four: str
    balance: Decimal | None


@dataclass(frozen=True)
class _User:
    row: CustomerRow
    methods: tuple[_Method, ...]


@dataclass(frozen=True)
class _Sale:
    number: str
    user: str
    state: OrderState
    address: str
    country: str
    items: tuple[tuple[str, Decimal], ...]
    payments: tuple[tuple[str, Decimal, str], ...]
    parcels: tuple[str, ...]


def import_tau(
    database: Database,
    path: Path,
    *,
    rejects: Path,
    now: datetime,
    language: Language = DEFAULT_LANGUAGE,
    dry_run: bool = False,
    progress: Progress = lambda _done, _size: None,
) -> Report:
    """Products, users with their payment methods, and orders: all of the file or nothing.

    What the shop knows already stays: orders, payment methods and their balances. The file tells no
    days, so that orders are placed, sent, delivered and cancelled at the moment of their import.
    Raises ImportProblem with the file, the path and the field before anything is kept.
    """
    tree = read_tree(path)
    products, users = _products(tree), _users(tree)
    skus = {row.sku: row.key for row in products}
    sales = [_sale(branch, users, skus) for _, branch in tree.branches("orders")]
    report = Report(rejects)
    report.system, report.is_dry_run = "tau", dry_run
    report.remarks.append("the file has no days: orders are placed, sent and delivered now")
    size = len(products) + len(users) + len(sales)
    report.read = report.kept = size
    tally = Tally()
    batch = Batch(now, tally, creates_products=False, language=language)
    done = 0
    with database.session() as session:
        for goods in _some(products):
            write_products(session, [Numbered(0, {"item": row.sku}, row) for row in goods], batch)
            _stop_at_refused(path, tally)
            progress(done := done + len(goods), size)
        for people in _some([*users.values()]):
            rows = [Numbered(0, {"user": one.row.key}, one.row) for one in people]
            write_customers(session, rows, batch)
            _stop_at_refused(path, tally)
            _write_methods(session, people, batch)
            progress(done := done + len(people), size)
        for several in _some(sales):
            _write_sales(session, several, batch)
            progress(done := done + len(several), size)
        if dry_run:
            session.rollback()
    report.counts = tally.counts
    report.close()
    return report


def _some(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _stop_at_refused(path: Path, tally: Tally) -> None:
    for _, raw, problem in tally.refused:
        place = " ".join(f"{name} {value}" for name, value in raw.items())
        raise ImportProblem(f"{path.name}: {place}, {problem.field}: {problem.reason}")


def _products(tree: Branch) -> list[ProductRow]:
    rows = []
    seen: set[str] = set()
    for _, product in tree.branches("products"):
        key, name = product.text("product_id", 120), product.text("name", 200)
        for _, variant in product.branches("variants"):
            sku, there = variant.text("item_id", 80), variant.flag("available")
            if sku in seen:
                raise variant.problem("item_id", f"{sku} is another variant's, too")
            seen.add(sku)
            rows.append(
                ProductRow(
                    key=key,
                    sku=sku,
                    name=name,
                    description="",
                    category=EVERYTHING,
                    brand="No brand",
                    options=_options(variant.branch("options")),
                    price=variant.amount("price"),
                    currency=CURRENCY,
                    stock=UNCOUNTED if there else 0,
                    supply="uncounted" if there else "counted",
                )
            )
    return rows


def _options(branch: Branch) -> Options:
    return tuple((name, branch.text(name, 200)) for name in branch.value)


def _users(tree: Branch) -> dict[str, _User]:
    users = {}
    for _, user in tree.branches("users"):
        key, name = user.text("user_id", 120), user.branch("name")
        email = read_email(user.text("email", 254))
        if email is None:
            raise user.problem("email", "is not an e-mail address")
        address, country = _address(user.branch("address"))
        row = CustomerRow(
            key=key,
            email=email,
            phone="",
            language=DEFAULT_LANGUAGE,
            created_at=None,
            address=address,
            name=f"{name.text('first_name', 90)} {name.text('last_name', 90)}",
            country=country,
        )
        methods = [_method(branch) for _, branch in user.branches("payment_methods")]
        users[key] = _User(row, tuple(methods))
    return users


def _address(branch: Branch) -> tuple[str, str]:
    """(the address in one line, its country)."""
    country = read_country(branch.text("country", 60))
    if country is None:
        raise branch.problem("country", "is not a country that we know")
    second = [branch.text("address2", 100)] if branch.value.get("address2") else []
    place = f"{branch.text('state', 60)} {branch.text('zip', 20)}"
    lines = (branch.text("address1", 200), *second, branch.text("city", 100), place)
    return ", ".join(lines), country


def _method(branch: Branch) -> _Method:
    kind = KINDS[branch.text("source", 40, among=tuple(KINDS))]
    is_card = kind == "card"
    return _Method(
        key=branch.text("id", 80),
        kind=kind,
        brand=branch.text("brand", 40) if is_card else "",
        last_four=branch.text("last_four", 4) if is_card else "",
        balance=branch.amount("balance") if kind == "gift_card" else None,
    )


def _sale(branch: Branch, users: dict[str, _User], skus: dict[str, str]) -> _Sale:
    user = branch.text("user_id", 120)
    if user not in users:
        raise branch.problem("user_id", f"names {user}, who is not in users")
    address, country = _address(branch.branch("address"))
    items = []
    for item in branch.each("items"):
        sku = item.text("item_id", 80)
        if skus.get(sku) != item.text("product_id", 120):
            raise item.problem("item_id", f"names {sku}, which is no variant of its product")
        items.append((sku, item.amount("price")))
    if not items:
        raise branch.problem("items", "is empty")
    known = {method.key for method in users[user].methods}
    payments = []
    for payment in branch.each("payment_history"):
        way = payment.text("transaction_type", 20, among=("payment", "refund"))
        method = payment.text("payment_method_id", 80)
        if method not in known:
            raise payment.problem("payment_method_id", f"names {method}, which is not the user's")
        payments.append((way, payment.amount("amount"), method))
    return _Sale(
        number=branch.text("order_id", 41).lstrip("#"),
        user=user,
        state=STATES[branch.text("status", 40, among=tuple(STATES))],
        address=address,
        country=country,
        items=tuple(items),
        payments=tuple(payments),
        parcels=tuple(
            number
            for sent in branch.each("fulfillments")
            for number in _texts(sent, "tracking_id", 60)
        ),
    )


def _texts(branch: Branch, field: str, longest: int) -> list[str]:
    values = branch.get(field)
    if not isinstance(values, list) or any(
        not isinstance(one, str) or not 0 < len(one) <= longest for one in values
    ):
        raise branch.problem(field, f"must be a list of texts, got {values!r:.40}")
    return values


def _write_methods(session: Session, people: Sequence[_User], batch: Batch) -> None:
    session.flush()
    customers = found(session, Customer, Customer.external_id, (one.row.key for one in people))
    known = _methods(session, [one.id for one in customers.values()])
    for one in people:
        customer = customers[one.row.key]
        for method in one.methods:
            is_new = (customer.id, method.key) not in known
            batch.report.count("payment methods", "new" if is_new else "unchanged")
            if is_new:
                session.add(
                    PaymentMethod(
                        customer_id=customer.id,
                        key=method.key,
                        kind=method.kind,
                        brand=method.brand,
                        last_four=method.last_four,
                        balance=method.balance,
                        currency=CURRENCY,
                        created_at=batch.now,
                    )
                )
    session.flush()


def _methods(session: Session, customers: Sequence[int]) -> dict[tuple[int, str], PaymentMethod]:
    return {
        (row.customer_id, row.key): row
        for part in parts(customers)
        for row in session.scalars(select(PaymentMethod).where(PaymentMethod.customer_id.in_(part)))
    }


def _write_sales(session: Session, sales: Sequence[_Sale], batch: Batch) -> None:
    known = found(session, Order, Order.number, (sale.number for sale in sales))
    customers = found(session, Customer, Customer.external_id, (sale.user for sale in sales))
    methods = _methods(session, [one.id for one in customers.values()])
    variants = found(session, Variant, Variant.sku, (sku for one in sales for sku, _ in one.items))
    for sale in sales:
        is_new = sale.number not in known
        batch.report.count("orders", "new" if is_new else "unchanged")
        if not is_new:
            continue
        customer = customers[sale.user]
        order = _order(sale, customer, variants, batch.now)
        session.add(order)
        session.flush()
        for number, (way, amount, key) in enumerate(sale.payments, start=1):
            method = methods[customer.id, key]
            if way == "payment":
                order.payments.append(
                    Payment(
                        method=method.name,
                        state="captured",
                        amount=amount,
                        at=batch.now,
                        payment_method_id=method.id,
                    )
                )
            else:
                session.add(
                    Refund(
                        key=f"import:{order.id}:{number}",
                        order_id=order.id,
                        amount=amount,
                        state="paid",
                        method=method.name,
                        created_at=batch.now,
                        expected_on=None,
                        paid_at=batch.now,
                        payment_method_id=method.id,
                    )
                )
    session.flush()


def _order(sale: _Sale, customer: Customer, variants: dict[str, Variant], now: datetime) -> Order:
    """The order, each of its items in a line of its own: it is returned or changed by itself."""
    total = sum((price for _, price in sale.items), Decimal(0))
    order = Order(
        number=sale.number,
        customer_id=customer.id,
        state=sale.state,
        currency=CURRENCY,
        items_total=total,
        total=total,
        placed_at=now,
        delivered_at=now if sale.state == "delivered" else None,
        cancelled_at=now if sale.state == "cancelled" else None,
        recipient=customer.name,
        address=sale.address,
        country=sale.country,
    )
    order.lines = [
        OrderLine(position=place, variant_id=variants[sku].id, quantity=1, unit_price=price)
        for place, (sku, price) in enumerate(sale.items, start=1)
    ]
    order.shipments = [
        Shipment(carrier="", tracking_number=number, shipped_at=now) for number in sale.parcels
    ]
    return order
