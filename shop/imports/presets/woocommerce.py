"""WooCommerce: its own product and customer exports, and orders as common plugins write them."""

from typing import Final

from shop.imports.options import PREFIX
from shop.imports.presets.base import Adapter, Preset, Raw, Row, first_shelf, joined


class Products(Adapter):
    """A variable product's own line has no price; its variations name it as their parent.

    Variations may come before their parent, and rows may have neither SKU nor ID.
    """

    def __init__(self) -> None:
        super().__init__()
        self._parents: dict[str, Row] = {}

    def _is_parent(self, raw: Raw) -> bool:
        kind = self.cell(raw, "Type").lower()
        return kind.startswith(("variable", "grouped"))

    def learn(self, raw: Raw, row: Row) -> None:
        """Remember what variations take from their parent."""
        if not self._is_parent(raw):
            return
        own, sku, name = self.cell(raw, "ID"), row.get("sku", ""), row.get("name", "")
        kept = {field: row.get(field, "") for field in ("name", "description", "image", "brand")}
        kept["category"] = self._category(row)
        kept["active"] = self._is_for_sale(raw)
        kept["product"] = sku or own or name
        for key in filter(None, (sku, own and f"id:{own}", name)):
            self._parents.setdefault(key, kept)

    def adapt(self, raw: Raw, row: Row) -> Row | None:
        """A product or a variation; None for a parent."""
        if self._is_parent(raw):
            return None
        own, parent_key = self.cell(raw, "ID"), self.cell(raw, "Parent")
        row["category"] = self._category(row)
        row["active"] = self._is_for_sale(raw)
        row["description"] = row.get("description") or self.cell(raw, "Short description")
        for number in range(1, 11):
            name = self.cell(raw, f"Attribute {number} name")
            # Several values at once describe a product; one tells a variation from its sisters.
            if name and parent_key:
                row[f"{PREFIX}{name}"] = self.cell(raw, f"Attribute {number} value(s)").replace(
                    "\\,", ","
                )
        self._set_stock(raw, row)
        parent = self._parents.get(parent_key)
        if parent is not None:
            if row["active"] == "no":
                row["stock"], row["supply"] = "0", ""
            row.update({name: value for name, value in parent.items() if value})
        elif parent_key:
            # The parent is not in the file: what the name says before the options is the product.
            row["product"] = parent_key
            row["name"] = row.get("name", "").rpartition(" - ")[0] or row.get("name", "")
        else:
            row["product"] = row.get("sku") or own or row.get("name", "")
        return row

    def _category(self, row: Row) -> str:
        return first_shelf(row.get("category", ""), ",", ">")

    def _is_for_sale(self, raw: Raw) -> str:
        return "no" if self.cell(raw, "Published") in {"0", "-1"} else "yes"

    def _set_stock(self, raw: Raw, row: Row) -> None:
        there = self.cell(raw, "In stock?", "In stock").lower()
        allowed = self.cell(raw, "Backorders allowed?").lower()
        if there in {"backorder", "onbackorder"} or (allowed in {"1", "yes", "notify"}):
            row["supply"] = "backorder"
        elif not row.get("stock") and there in {"1", "yes", "true", "instock"}:
            row["supply"] = "uncounted"
        elif not row.get("stock") and there in {"0", "no", "false", "outofstock"}:
            row["stock"] = "0"


class Orders(Adapter):
    """One row for each item."""

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A line with its order."""
        for ours, side in (("name", "Billing"), ("recipient", "Shipping")):
            row[ours] = joined(
                self.cell(raw, f"First Name ({side})"), self.cell(raw, f"Last Name ({side})")
            )
        shipped = self.cell(raw, "Address 1&2 (Shipping)", "Address 1 (Shipping)")
        if shipped:
            row["street"] = shipped
            row["city"] = self.cell(raw, "City (Shipping)")
            row["postcode"] = self.cell(raw, "Postcode (Shipping)")
            row["country"] = self.cell(raw, "Country Code (Shipping)", "Country Name (Shipping)")
        return row


CUSTOMERS: Final = Preset(
    {
        "customer": "Username",
        "email": "Email",
        "name": "Name",
        "created_at": "Sign up",
        "phone": ("Phone", "Billing Phone"),
        "city": "City",
        "postcode": "Postal code",
        "country": "Country / Region",
    },
    signs=("Sign up", "Country / Region"),
)
PRODUCTS: Final = Preset(
    {
        "sku": "SKU",
        "name": "Name",
        "description": "Description",
        "category": "Categories",
        "price": "Regular price",
        "sale_price": "Sale price",
        "sale_from": "Date sale price starts",
        "sale_until": "Date sale price ends",
        "stock": "Stock",
        "image": "Images",
        "brand": ("Brands", "Brand"),
        "active": "Published",
    },
    Products,
    signs=("Type", "Name", "Regular price", "Published"),
)
ORDERS: Final = Preset(
    {
        "order": ("Order Number", "Order ID"),
        "state": "Order Status",
        "placed_at": "Order Date",
        "email": "Email (Billing)",
        "phone": "Phone (Billing)",
        "street": ("Address 1&2 (Billing)", "Address 1 (Billing)"),
        "city": "City (Billing)",
        "postcode": "Postcode (Billing)",
        "country": ("Country Code (Billing)", "Country Name (Billing)"),
        "shipping": "Order Shipping Amount",
        "discount": "Cart Discount Amount",
        "tax": "Order Total Tax Amount",
        "total": "Order Total Amount",
        "refunded": ("Order Refund Amount", "Refund Amount"),
        "coupon": "Coupon Code",
        "sku": "SKU",
        "product": ("Item Name", "Product Name"),
        "quantity": ("Quantity (- Refund)", "Quantity"),
        "price": "Item Cost",
        "currency": ("Order Currency", "Currency"),
    },
    Orders,
    signs=("Order Status", "Email (Billing)"),
    creates_products=True,
    tax_on_top=True,
)
