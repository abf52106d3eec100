"""The rows that can be imported, read out of text and cleaned by named rules.

A value that a row cannot be without and that breaks a rule is a `Rejected` with the rule's name,
the field and a reason. Everything else is put right or left empty, and noted under its rule.
"""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from kit.money import to_cents
from shop.imports.cells import plain
from shop.imports.columns import translated
from shop.imports.fields import Fields
from shop.imports.keys import mark, shortened, variant_key
from shop.imports.options import options_of
from shop.imports.people import phone_key, read_language
from shop.imports.problems import Rejected
from shop.imports.shapes import (
    EVERYTHING,
    CustomerRow,
    EventRow,
    OrderRow,
    ProductRow,
    StockRow,
    Translation,
)
from shop.imports.states import is_refunded, read_state
from shop.options import Options, colour_of, size_of
from shop.views import OrderState

EVENT_KINDS: Final = frozenset({"view", "search", "cart", "purchase", "rating"})
# What a shop has of goods that it does not count; the variant's `supply` says so.
UNCOUNTED: Final = 100
_NO_STOCK: Final = frozenset({"not stocked", "not available", "n/a", "-", "none", "null"})
_YES: Final = frozenset({"", "1", "yes", "true", "y", "active", "enabled", "published", "ja", "是"})


def read_customer(fields: Fields) -> CustomerRow:
    """Raises Rejected."""
    key, email, phone = fields.key("customer", 120), fields.email(), fields.phone()
    if not email and not key and not phone:
        rule = "not_an_email" if fields.given("email") else "missing_email"
        reason = "there is no e-mail address; give one, or a customer key, or a telephone number"
        raise Rejected(rule, "email", reason)
    return CustomerRow(
        key=key or ("" if email else f"phone:{phone_key(phone)}"),
        email=email,
        name=fields.text("name", 200) or email.partition("@")[0] or "Guest",
        phone=phone,
        language=read_language(fields.given("language")),
        created_at=fields.optional_moment("created_at"),
        address=fields.address(),
        country=fields.country(),
    )


def read_product(fields: Fields) -> ProductRow:
    """Raises Rejected."""
    name = fields.required("name", 200, "missing_product")
    key, sku, options = product_identity(fields)
    if any(
        len(value) > longest
        for value, longest in ((size_of(options), 20), (colour_of(options), 40))
    ):
        fields.note("shortened", "size" if len(size_of(options)) > 20 else "colour", "cut to fit")
    price = _price_now(fields)
    stock, supply = _stock(fields)
    return ProductRow(
        key=key,
        sku=sku,
        name=name,
        description=_description(fields, "description"),
        category=_category(fields),
        brand=fields.text("brand", 120) or "No brand",
        options=options,
        price=price,
        currency=fields.currency("price", "sale_price"),
        stock=stock,
        supply=supply,
        is_active=fields.given("active").lower() in _YES,
        image=_image(fields),
        translations=_translations(fields),
    )


def product_identity(fields: Fields) -> tuple[str, str, Options]:
    """(key of the product, SKU of the variant, its options).

    The variant's SKU is the file's where no other variant has it, else made of the product's key
    and all option values. Raises Rejected.
    """
    options = options_of(fields.row)
    product, sku = fields.key("product", 120), fields.key("sku", 80)
    key = product or sku or shortened(fields.text("name", 200), 120)
    if not key:
        raise Rejected("missing_product", "sku", "neither sku, product nor name is given")
    if sku in fields.reading.shared_skus:
        fields.note("sku_shared", "sku", "several variants have it; told apart by their options")
        sku = ""
        key = product or shortened(fields.text("name", 200), 120) or key
    return key, sku or shortened(variant_key(key, options), 80), options


def read_order(fields: Fields) -> OrderRow:
    """Raises Rejected."""
    number = read_order_number(fields)
    placed_at = fields.moment("placed_at")
    sku, product = fields.key("sku", 80), fields.text("product", 200)
    if not product and not sku:
        raise Rejected("missing_product", "product", "neither product nor sku is given")
    state = read_state(fields.given("state"))
    email, phone, customer = fields.email(), fields.phone(), fields.key("customer", 120)
    if not customer and not email:
        customer = f"phone:{phone_key(phone)}" if phone else f"guest:{number}"
        fields.note("guest", "email", "the order names nobody; kept as a guest's")
    quantity, price, line_total = _line(fields, state)
    refunded, is_refund = _refund(fields)
    return OrderRow(
        order=number,
        placed_at=placed_at,
        state=state,
        customer=customer,
        email=email,
        phone=phone,
        name=fields.text("name", 200),
        sku=sku,
        product=product,
        options=options_of(fields.row),
        quantity=quantity,
        price=price,
        line_total=line_total,
        currency=fields.currency("price", "total", "shipping"),
        shipping=fields.cost("shipping"),
        discount=abs(fields.amount("discount") or Decimal(0))
        + abs(fields.amount("discount2") or Decimal(0)),
        tax=fields.cost("tax"),
        total=fields.amount("total"),
        refunded=refunded,
        is_refunded=is_refund,
        is_paid={"yes": True, "no": False}.get(fields.given("paid")),
        coupon=_coupon(fields),
        delivered_at=fields.optional_moment("delivered_at"),
        cancelled_at=fields.optional_moment("cancelled_at"),
        recipient=fields.text("recipient", 200),
        address=fields.address(),
        country=fields.country(),
    )


def read_order_number(fields: Fields) -> str:
    """The order that a line belongs to. Raises Rejected."""
    value = fields.key("order", 1_000).lstrip("#").strip()
    if not value:
        raise Rejected("missing_value", "order", "order is empty; fill it")
    if len(value) > 40:
        raise Rejected("too_long", "order", "longer than 40 characters; a shopper must type it")
    return value


def read_event(fields: Fields) -> EventRow:
    """Raises Rejected."""
    kind = fields.required("kind", 24).lower()
    if kind not in EVENT_KINDS:
        known = ", ".join(sorted(EVENT_KINDS))
        raise Rejected("unknown_value", "kind", f"kind must be one of {known}, not {kind!r}")
    at = fields.moment("at")
    customer, session = fields.key("customer", 120), fields.key("session", 64)
    if not customer and not session:
        raise Rejected("missing_customer", "customer", "neither customer nor session is given")
    sku = fields.key("sku", 80)
    value = fields.given("value")
    try:
        number = float(value) if value else None
    except ValueError:
        raise Rejected("not_a_number", "value", f"{value[:40]!r} is not a number") from None
    if number is not None and not abs(number) < 1e12:
        raise Rejected("absurd_value", "value", f"{value[:40]!r} is out of range")
    key = fields.key("event", 1_000) or "|".join((kind, at.isoformat(), customer or session, sku))
    key = f"import:{key}"
    key = key if len(key) <= 80 else f"{key[:69]}~{mark(key)}"
    return EventRow(key, kind, at, customer, session or shortened(customer, 64), sku, number)


def read_stock(fields: Fields) -> StockRow:
    """Raises Rejected."""
    sku, product, options = (
        fields.key("sku", 80),
        fields.key("product", 120),
        options_of(fields.row),
    )
    if sku in fields.reading.shared_skus and product:
        sku = ""
    if not sku and not product:
        raise Rejected("missing_product", "sku", "neither sku nor product is given")
    count = 0
    if fields.given("stock").lower() in _NO_STOCK:
        fields.note("not_stocked", "stock", "counted as none")
    else:
        count = _not_below_zero(fields)
    return StockRow(sku, product, options, fields.text("location", 120), count)


def _not_below_zero(fields: Fields) -> int:
    count = fields.whole("stock")
    if count < 0:
        fields.note("oversold", "stock", f"{count}: more was sold than there is; counted as none")
    return max(0, count)


def _stock(fields: Fields) -> tuple[int | None, str]:
    """(pieces, how the shop supplies them: counted, uncounted or backorder)."""
    supply = fields.given("supply") or "counted"
    value = fields.given("stock").lower()
    if supply == "uncounted":
        return UNCOUNTED, supply
    if not value:
        return (0 if supply == "backorder" else None), supply
    if value in _NO_STOCK:
        fields.note("not_stocked", "stock", "counted as none")
        return 0, supply
    if value in {"true", "yes", "in stock", "instock", "available"}:
        return UNCOUNTED, "uncounted"
    if value in {"false", "no", "out of stock", "outofstock", "sold out"}:
        return 0, supply
    return _not_below_zero(fields), supply


def _price_now(fields: Fields) -> Decimal:
    """The price today: the sale's where it has begun and not ended. Raises Rejected."""
    sale = fields.amount("sale_price") if fields.given("sale_price") else None
    if sale is None or sale <= 0:
        return fields.price("price")
    if not fields.given("price"):
        return sale
    begins = fields.optional_moment("sale_from", any_year=True)
    ends = fields.optional_moment("sale_until", any_year=True)
    now = fields.reading.now
    regular = fields.price("price")
    if (begins and begins > now) or (ends and _end_of_day(ends) < now):
        return regular
    return min(sale, regular)


def _end_of_day(moment: datetime) -> datetime:
    at_midnight = moment.hour == moment.minute == moment.second == 0
    return moment.replace(hour=23, minute=59, second=59) if at_midnight else moment


def _description(fields: Fields, name: str) -> str:
    return plain(fields.given(name))[:20_000]


def _translations(fields: Fields) -> dict[str, Translation]:
    """The texts in further languages."""
    found: dict[str, Translation] = {}
    for column in fields.row:
        text = translated(column)
        if text is None or not fields.given(column):
            continue
        name, language = text
        value = (
            _description(fields, column)
            if name == "description"
            else fields.text(column, 200 if name == "name" else 120)
        )
        found[language] = replace(found.get(language, Translation()), **{name: value})
    return found


def _category(fields: Fields) -> str:
    """The shelf; lines of a cell are steps of a path."""
    steps = [plain(step) for step in fields.given("category").splitlines()]
    value = " / ".join(filter(None, steps))
    if len(value) > 120:
        fields.note("shortened", "category", "cut to 120 characters")
    return value[:120].rstrip() or EVERYTHING


def _image(fields: Fields) -> str:
    """The first address of a photograph; what is none is left out and noted."""
    value = fields.given("image")
    first = re.split(r"[,|;]\s*(?=https?://)", value)[0].strip()
    if first and not re.fullmatch(r"https?://[^\s\"'<>]{4,490}", first):
        fields.note("not_an_address", "image", "left empty; write it like https://…")
        return ""
    return first


def _line(fields: Fields, state: OrderState) -> tuple[int, Decimal, Decimal]:
    """(pieces, price of one, price of all) of a line; a return has pieces below zero.

    Raises Rejected.
    """
    count, price = fields.whole("quantity"), fields.amount("price")
    if state == "cancelled" and (count == 0 or not price):
        fields.note("cancelled_line_kept", "quantity", "the order is cancelled; counted as one")
        price = max(price or Decimal(0), Decimal(0))
        return max(count, 1), price, price * max(count, 1)
    if count == 0:
        raise Rejected("zero_quantity", "quantity", "quantity must be at least 1")
    if price is None or price == 0:
        price = fields.price("price")  # which says what is wrong
    elif count < 0:
        price = abs(price)
    if fields.given("price_is_of_line"):
        return count, to_cents(price / abs(count)), price if count > 0 else -price
    return count, price, price * count


def _refund(fields: Fields) -> tuple[Decimal | None, bool]:
    """(what went back, whether all did)."""
    everything = fields.given("refunded") == "all" or is_refunded(fields.given("state"))
    if fields.given("refunded") in {"", "all"}:
        return None, everything
    amount = abs(fields.amount("refunded") or Decimal(0))
    return amount or None, everything


def _coupon(fields: Fields) -> str:
    """The codes, as many as have place."""
    value = plain(fields.given("coupon"))
    if len(value) <= 40:
        return value
    fields.note("shortened", "coupon", "only the first codes have place")
    kept = ""
    for one in re.split(r"\s*[,;]\s*", value):
        longer = f"{kept}, {one}" if kept else one
        if len(longer) > 40:
            break
        kept = longer
    return kept or value[:40].rstrip()
