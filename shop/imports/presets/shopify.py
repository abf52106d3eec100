"""Shopify: products (both generations of column names), inventory, customers, orders."""

from typing import Final

from shop.imports.cells import fold
from shop.imports.options import PREFIX
from shop.imports.presets.base import Adapter, FillDown, Preset, Raw, Row, joined

_PRODUCT_LEVEL: Final = frozenset(
    map(
        fold,
        (
            "Title",
            "Body (HTML)",
            "Body HTML",
            "Description",
            "Vendor",
            "Type",
            "Product Category",
            "Product type",
            "Custom Product Type",
            "Published",
            "Published on online store",
            "Status",
            "Option1 Name",
            "Option2 Name",
            "Option3 Name",
            "Image Src",
            "Product image URL",
            "Tags",
        ),
    )
)


class Products(Adapter):
    """Rows after a product's first leave its title, options' names and status empty."""

    def rewind(self) -> None:
        """Forget the product before."""
        self._down = FillDown(_PRODUCT_LEVEL.__contains__)

    def adapt(self, raw: Raw, row: Row) -> Row | None:
        """A variant; None for a further picture."""
        price, sku = row.get("price", ""), row.get("sku", "")
        filled, is_first = self._down.fill(self.cell(raw, "Handle", "URL handle"), raw)
        values = [self.cell(filled, f"Option{n} Value") for n in (1, 2, 3)]
        if not price and not sku and not any(values) and not is_first:
            return None
        row["name"] = self.cell(filled, "Title")
        row["description"] = self.cell(filled, "Body (HTML)", "Body HTML", "Description")
        row["brand"] = self.cell(filled, "Vendor")
        row["category"] = self.cell(filled, "Type", "Custom Product Type", "Product type") or (
            self.cell(filled, "Product Category").rpartition(">")[2].strip()
        )
        row["image"] = self.cell(filled, "Image Src", "Product image URL")
        row["active"] = self._is_for_sale(filled)
        for number, value in enumerate(values, start=1):
            name = self.cell(filled, f"Option{number} Name") or f"Option {number}"
            row[f"{PREFIX}{name}"] = value
        self._set_stock(raw, row)
        return row

    def _is_for_sale(self, raw: Raw) -> str:
        status = self.cell(raw, "Status").lower()
        published = self.cell(raw, "Published", "Published on online store").lower()
        return "no" if status not in {"", "active"} or published in {"false", "no"} else "yes"

    def _set_stock(self, raw: Raw, row: Row) -> None:
        tracker = ("Variant Inventory Tracker", "Inventory tracker")
        is_tracked = self.cell(raw, *tracker) or not any(self.has(raw, name) for name in tracker)
        policy = self.cell(raw, "Variant Inventory Policy", "Continue selling when out of stock")
        if not is_tracked and row.get("stock", "") in {"", "0"}:
            row["supply"] = "uncounted"
        elif policy.lower() in {"continue", "true"}:
            row["supply"] = "backorder"


class Orders(Adapter):
    """Lines after an order's first leave everything but the item empty."""

    def rewind(self) -> None:
        """Forget the order before."""
        self._down = FillDown(lambda column: not column.startswith("lineitem"))

    def adapt(self, raw: Raw, row: Row) -> Row | None:
        """A line with what the order says of itself."""
        filled, _ = self._down.fill(row.get("order", ""), raw)
        paid = self.cell(filled, "Financial Status").lower()
        sent = self.cell(filled, "Fulfillment Status").lower()
        if self.cell(filled, "Cancelled at") or paid in {"refunded", "voided"}:
            row["state"] = "cancelled"
        elif sent in {"fulfilled", "partial"}:
            row["state"] = sent
        else:
            row["state"] = "paid" if paid in {"paid", "partially_refunded"} else "placed"
        row["paid"] = "no" if paid in {"pending", "voided", "authorized", "expired"} else "yes"
        if paid == "refunded":
            row["refunded"] = row.get("refunded") or "all"
        row["phone"] = self.cell(filled, "Phone", "Billing Phone", "Shipping Phone")
        row["recipient"] = self.cell(filled, "Shipping Name", "Billing Name")
        row["name"] = self.cell(filled, "Billing Name", "Shipping Name")
        side = (
            "Shipping" if self.cell(filled, "Shipping Street", "Shipping Address1") else "Billing"
        )
        row["street"] = self.cell(filled, f"{side} Street", f"{side} Address1")
        row["city"] = self.cell(filled, f"{side} City")
        row["postcode"] = self.cell(filled, f"{side} Zip")
        row["country"] = self.cell(filled, f"{side} Country")
        return row


class Customers(Adapter):
    """Names come in two parts, and in older exports addresses under other names."""

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A customer."""
        row["name"] = joined(self.cell(raw, "First Name"), self.cell(raw, "Last Name"))
        second = self.cell(raw, "Default Address Address2", "Address2")
        row["street"] = joined(row.get("street", ""), second, sign=", ")
        return row


class Stock(Adapter):
    """One row for each place; options are named in each."""

    def rewind(self) -> None:
        """Forget the product before."""
        self._down = FillDown(_PRODUCT_LEVEL.__contains__)

    def adapt(self, raw: Raw, row: Row) -> Row:
        """How many of a variant are at a place."""
        filled, _ = self._down.fill(row.get("product", ""), raw)
        for number in (1, 2, 3):
            name = self.cell(filled, f"Option{number} Name") or f"Option {number}"
            row[f"{PREFIX}{name}"] = self.cell(raw, f"Option{number} Value")
        return row


CUSTOMERS: Final = Preset(
    {
        "customer": "Customer ID",
        "email": "Email",
        "phone": ("Phone", "Default Address Phone"),
        "street": ("Default Address Address1", "Address1"),
        "city": ("Default Address City", "City"),
        "postcode": ("Default Address Zip", "Zip"),
        "country": ("Default Address Country Code", "Country Code", "Country"),
    },
    Customers,
    signs=("First Name", "Last Name", "Total Spent", "Total Orders"),
)
PRODUCTS: Final = Preset(
    {
        "product": ("Handle", "URL handle"),
        "sku": ("Variant SKU", "SKU"),
        "name": "Title",
        "description": ("Body (HTML)", "Body HTML", "Description"),
        "category": ("Type", "Product Category"),
        "brand": "Vendor",
        "price": ("Variant Price", "Price"),
        "stock": ("Variant Inventory Qty", "Inventory quantity"),
        "image": ("Image Src", "Product image URL"),
        "active": ("Status", "Published"),
    },
    Products,
    signs=("Title", "Option1 Name", "Option1 Value"),
    decimals=".",
)
ORDERS: Final = Preset(
    {
        "order": "Name",
        "email": "Email",
        "placed_at": "Created at",
        "currency": "Currency",
        "shipping": "Shipping",
        "discount": "Discount Amount",
        "coupon": "Discount Code",
        "tax": "Taxes",
        "total": "Total",
        "refunded": "Refunded Amount",
        "quantity": "Lineitem quantity",
        "product": "Lineitem name",
        "price": "Lineitem price",
        "sku": "Lineitem sku",
        "cancelled_at": "Cancelled at",
        "recipient": "Shipping Name",
    },
    Orders,
    signs=("Lineitem quantity", "Lineitem name", "Financial Status"),
    creates_products=True,
    decimals=".",
)
STOCK: Final = Preset(
    {
        "product": "Handle",
        "sku": "SKU",
        "location": "Location",
        "stock": (
            "Available",
            "Available (not editable)",
            "On hand",
            "On hand (current)",
            "On hand (new)",
        ),
    },
    Stock,
    signs=("Handle", "Option1 Name", "Location"),
)
