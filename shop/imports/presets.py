"""How the exports of other shop systems, and a public data set, are read as our columns."""

import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from shop.imports.rows import Kind, Rejected, hyphenated

Row = dict[str, str]
# Given (the file's row, our columns so far), the row to import; None leaves it out (a parent line).
Adapt = Callable[[Mapping[str, str], Row], Row | None]


def _as_it_is(_raw: Mapping[str, str], row: Row) -> Row:
    return row


@dataclass(frozen=True)
class Preset:
    """`columns` maps our names to the file's; `adapt` makes a function with a memory of its own."""

    columns: Mapping[str, str]
    adapt: Callable[[], Adapt] = field(default=lambda: _as_it_is)
    currency: str = "EUR"
    creates_products: bool = False
    # The file mixes fees and corrections into orders: an order stands without such a line.
    drops_lines: bool = False


def preset_names() -> list[str]:
    """The systems that are known."""
    return sorted({name for name, _ in PRESETS})


def _take_size_and_colour(raw: Mapping[str, str], row: Row, named: str, valued: str) -> None:
    """Both systems number a variant's properties from 1 to 3, a name and a value column each."""
    for number in (1, 2, 3):
        name = raw.get(named.format(number), "").lower()
        value = raw.get(valued.format(number), "")
        if "size" in name:
            row["size"] = value
        elif "colo" in name:
            row["colour"] = value


def _full_name(raw: Mapping[str, str], first: str, last: str) -> str:
    return " ".join(filter(None, (raw.get(first, ""), raw.get(last, ""))))


def _shopify_products() -> Adapt:
    """Lines after a product's first leave its title, vendor and category empty."""
    last: dict[str, str] = {}

    def adapt(raw: Mapping[str, str], row: Row) -> Row | None:
        if row.get("name"):
            last.clear()
            last.update(row)
        elif last.get("product") == row.get("product"):
            for name in ("name", "description", "category", "brand", "image"):
                row[name] = last.get(name, "")
        if not row.get("price") and not row.get("sku"):
            return None  # a further picture
        _take_size_and_colour(raw, row, "Option{} Name", "Option{} Value")
        if not row.get("sku"):
            parts = (row.get("product", ""), row.get("size", ""), row.get("colour", ""))
            row["sku"] = "-".join(filter(None, parts))
        if row.get("stock", "").startswith("-"):
            row["stock"] = "0"  # oversold: Shopify goes below zero
        return row

    return adapt


def _shopify_orders() -> Adapt:
    """Lines after an order's first leave everything but the item empty."""
    last: dict[str, str] = {}
    items = {"order", "sku", "product", "quantity", "price"}

    def adapt(raw: Mapping[str, str], row: Row) -> Row | None:
        if row.get("placed_at"):
            last.clear()
            last.update(row)
        elif last.get("order") == row.get("order"):
            for name, value in last.items():
                if name not in items:
                    row[name] = value
            return row
        if raw.get("Cancelled at"):
            row["state"] = "cancelled"
        elif raw.get("Fulfillment Status", "").lower() == "fulfilled":
            row["state"] = "delivered"
        elif raw.get("Financial Status", "").lower() in {"paid", "partially_refunded"}:
            row["state"] = "paid"
        else:
            row["state"] = "placed"
        last["state"] = row["state"]
        row["name"] = row.get("name") or row.get("recipient", "")
        return row

    return adapt


def _shopify_customers() -> Adapt:
    def adapt(raw: Mapping[str, str], row: Row) -> Row:
        row["name"] = _full_name(raw, "First Name", "Last Name")
        return row

    return adapt


def _woocommerce_products() -> Adapt:
    """A variable product's own line has no price; its variations name it as their parent."""
    names: dict[str, dict[str, str]] = {}

    def adapt(raw: Mapping[str, str], row: Row) -> Row | None:
        kind, own = raw.get("Type", "simple").lower(), raw.get("ID", "")
        if row.get("category"):
            row["category"] = re.split(r"[,>]", row["category"])[0].strip()
        if not row.get("price"):
            row["price"] = raw.get("Regular price", "")
        if kind.startswith("variable"):
            remembered = {
                name: row.get(name, "") for name in ("name", "category", "description", "image")
            }
            for key in filter(None, (row.get("sku", ""), f"id:{own}")):
                names[key] = {**remembered, "product": row.get("sku") or own}
            return None
        parent = names.get(raw.get("Parent", "").strip())
        if parent is not None:
            row.update({name: value for name, value in parent.items() if value})
        _take_size_and_colour(raw, row, "Attribute {} name", "Attribute {} value(s)")
        row["sku"] = row.get("sku") or own
        return row

    return adapt


def _woocommerce_orders() -> Adapt:
    def adapt(raw: Mapping[str, str], row: Row) -> Row:
        row["name"] = _full_name(raw, "First Name (Billing)", "Last Name (Billing)")
        return row

    return adapt


# Lines of the online-retail file that are no goods: postage, fees, corrections of the books.
_NO_GOODS: Final = re.compile(
    r"postage|dotcom postage|carriage|next day carriage|manual|discount|samples|amazon fee"
    r"|bank charges|cruk commission|adjust bad debt|test.*|\?+",
    re.IGNORECASE,
)


def _online_retail() -> Adapt:
    """The file names no orders and no e-mails: an order is a customer's lines of one minute.

    E-mail addresses end in `.invalid`, to which nothing can ever be delivered (RFC 2606), so no
    code can be had for these orders; a signed-in session is the only way to them.
    """

    def adapt(raw: Mapping[str, str], row: Row) -> Row:
        customer, at = raw.get("CustomerID", ""), raw.get("InvoiceDate", "")
        if not customer:
            raise Rejected("missing_customer", "CustomerID", "CustomerID is empty")
        name = " ".join(row.get("product", "").split())
        if name and _NO_GOODS.fullmatch(name):
            raise Rejected("not_a_product", "Description", f"{name!r} is not something for sale")
        minute = re.sub(r"\D", "", at)[2:12]
        return {
            **row,
            "order": f"{customer}{minute}",
            "email": f"customer-{customer}@import.invalid",
            "name": f"Customer {customer}",
            "product": string.capwords(name),
            "sku": hyphenated(name)[:80],
            "country": "",
        }

    return adapt


_SHOPIFY_ADDRESS: Final = {
    "street": "Shipping Street", "city": "Shipping City", "postcode": "Shipping Zip",
    "country": "Shipping Country",
}  # fmt: skip

PRESETS: Final[Mapping[tuple[str, Kind], Preset]] = {
    ("shopify", "customers"): Preset(
        {
            "customer": "Customer ID", "email": "Email", "phone": "Phone",
            "street": "Default Address Address1", "city": "Default Address City",
            "postcode": "Default Address Zip", "country": "Default Address Country Code",
        },
        _shopify_customers,
    ),
    ("shopify", "products"): Preset(
        {
            "product": "Handle", "sku": "Variant SKU", "name": "Title",
            "description": "Body (HTML)", "category": "Type", "brand": "Vendor",
            "price": "Variant Price", "stock": "Variant Inventory Qty", "image": "Image Src",
        },
        _shopify_products,
    ),
    ("shopify", "orders"): Preset(
        {
            "order": "Name", "email": "Email", "placed_at": "Created at", "currency": "Currency",
            "shipping": "Shipping", "discount": "Discount Amount", "coupon": "Discount Code",
            "quantity": "Lineitem quantity", "product": "Lineitem name", "price": "Lineitem price",
            "sku": "Lineitem sku", "recipient": "Shipping Name", **_SHOPIFY_ADDRESS,
        },
        _shopify_orders,
        creates_products=True,
    ),
    ("woocommerce", "customers"): Preset(
        {
            "customer": "Username", "email": "Email", "name": "Name", "created_at": "Sign up",
            "city": "City", "postcode": "Postal code", "country": "Country / Region",
        },
    ),
    ("woocommerce", "products"): Preset(
        {
            "sku": "SKU", "name": "Name", "description": "Description", "category": "Categories",
            "price": "Sale price", "stock": "Stock", "image": "Images",
        },
        _woocommerce_products,
    ),
    ("woocommerce", "orders"): Preset(
        {
            "order": "Order Number", "state": "Order Status", "placed_at": "Order Date",
            "email": "Email (Billing)", "street": "Address 1&2 (Billing)",
            "city": "City (Billing)", "postcode": "Postcode (Billing)",
            "country": "Country Code (Billing)", "shipping": "Order Shipping Amount",
            "discount": "Cart Discount Amount", "coupon": "Coupon Code", "sku": "SKU",
            "product": "Item Name", "quantity": "Quantity (- Refund)", "price": "Item Cost",
        },
        _woocommerce_orders,
        creates_products=True,
    ),
    ("online-retail", "orders"): Preset(
        {
            "placed_at": "InvoiceDate", "customer": "CustomerID", "product": "Description",
            "quantity": "Quantity", "price": "UnitPrice", "country": "Country",
            "order": "CustomerID",
        },
        _online_retail,
        currency="GBP",
        creates_products=True,
        drops_lines=True,
    ),
}  # fmt: skip
