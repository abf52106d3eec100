"""Amazon, Etsy and eBay: the reports of orders that sellers download, and lists of goods."""

import re
from typing import Final

from shop.imports.options import PREFIX, written_options
from shop.imports.presets.base import Adapter, Preset, Raw, Row, joined


class AmazonOrders(Adapter):
    """`item-price` is the price of a whole line; cancelled lines have no pieces and no price."""

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A line with its order."""
        row["price_is_of_line"] = "yes"
        state = self.cell(raw, "item-status") or row.get("state", "")
        if row.get("state", "").lower() in {"", "pending", "shipping"}:
            row["state"] = {"shipping": "unshipped"}.get(row.get("state", "").lower(), state)
        row["street"] = joined(
            *(self.cell(raw, f"ship-address-{n}") for n in (1, 2, 3)), sign=", "
        ) or row.get("street", "")
        discounts = ("item-promotion-discount", "ship-promotion-discount")
        found = [self.cell(raw, name) for name in discounts]
        if any(found):
            row["discount"], row["discount2"] = found
        return row


class EtsyOrders(Adapter):
    """A buyer has no e-mail address; options stand in one column."""

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A line with its order."""
        row.update(written_options(self.cell(raw, "Variations")))
        street = joined(self.cell(raw, "Ship Address1"), self.cell(raw, "Ship Address2"), sign=", ")
        row["street"] = street or row.get("street", "")
        if not row.get("state"):
            sent = self.cell(raw, "Date Shipped")
            row["state"] = "shipped" if sent else "delivered"
            if self.has(raw, "Date Shipped") and not sent:
                row["state"] = "paid" if self.cell(raw, "Date Paid") else "placed"
        return row


class EtsyProducts(Adapter):
    """One row for each listing; its variations are lists of values, which only describe it."""

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A listing."""
        row["product"] = row.get("product") or row.get("sku") or row.get("name", "")
        row["sku"] = row.get("sku", "").split(",")[0].strip()
        return row


class EbayOrders(Adapter):
    """`Sold For` is the price of a piece; options stand behind the title or in a column."""

    def adapt(self, raw: Raw, row: Row) -> Row | None:
        """A line with its order; None for the sum of an order of several lines."""
        if not row.get("product") and not row.get("sku") and row.get("total"):
            return None
        row.update(written_options(self.cell(raw, "Variation Details")))
        street = joined(
            self.cell(raw, "Ship To Address 1", "Buyer Address 1"),
            self.cell(raw, "Ship To Address 2", "Buyer Address 2"),
            sign=", ",
        )
        row["street"] = street or row.get("street", "")
        if not row.get("state"):
            sent, paid = self.cell(raw, "Shipped On Date"), self.cell(raw, "Paid On Date")
            if self.has(raw, "Shipped On Date"):
                row["state"] = "shipped" if sent else "paid" if paid else "placed"
        return row


class EbayProducts(Adapter):
    """Rows of a listing's variations name their properties as `Color=Red|Size=M`."""

    def rewind(self) -> None:
        """Forget the listing before."""
        self._listing: Row = {}

    def adapt(self, raw: Raw, row: Row) -> Row | None:
        """A listing or a variation; None for a listing that only has variations."""
        details = self.cell(raw, "RelationshipDetails", "Relationship Details", "Variation details")
        is_variation = self.cell(raw, "Relationship").lower() == "variation"
        if not is_variation:
            self._listing = dict(row)
            if details and not row.get("price"):
                return None
            return row
        for part in re.split(r"[|;]", details):
            name, sign, value = part.partition("=")
            if sign:
                row[f"{PREFIX}{name.strip()}"] = value.strip()
        for field in ("name", "description", "category", "image", "currency"):
            row[field] = row.get(field) or self._listing.get(field, "")
        row["product"] = self._listing.get("product") or self._listing.get("sku", "")
        return row


AMAZON_ORDERS: Final = Preset(
    {
        "order": ("amazon-order-id", "order-id"),
        "placed_at": "purchase-date",
        "state": "order-status",
        "product": "product-name",
        "sku": "sku",
        "quantity": ("quantity", "quantity-purchased"),
        "currency": "currency",
        "price": "item-price",
        "tax": "item-tax",
        "shipping": "shipping-price",
        "email": "buyer-email",
        "phone": ("buyer-phone-number", "ship-phone-number"),
        "name": ("buyer-name", "recipient-name"),
        "recipient": "recipient-name",
        "city": "ship-city",
        "postcode": "ship-postal-code",
        "country": "ship-country",
    },
    AmazonOrders,
    signs=("purchase-date", "item-price", "sku"),
    creates_products=True,
    added_up=frozenset({"shipping", "discount", "tax"}),
    decimals=".",
)
AMAZON_PRODUCTS: Final = Preset(
    {
        "sku": "seller-sku",
        "name": "item-name",
        "description": "item-description",
        "price": "price",
        "stock": "quantity",
        "image": "image-url",
        "active": "status",
    },
    signs=("item-name", "seller-sku"),
    decimals=".",
)
AMAZON_STOCK: Final = Preset(
    {
        "sku": ("seller-sku", "sku"),
        "stock": ("afn-fulfillable-quantity", "quantity", "Quantity Available"),
    },
    signs=("sku", "afn-fulfillable-quantity"),
)
ETSY_ORDERS: Final = Preset(
    {
        "order": "Order ID",
        "placed_at": "Sale Date",
        "product": "Item Name",
        "sku": "SKU",
        "customer": ("Buyer User ID", "Buyer"),
        "name": ("Full Name", "Buyer", "Ship Name"),
        "quantity": "Quantity",
        "price": "Price",
        "currency": "Currency",
        "coupon": "Coupon Code",
        "discount": "Discount Amount",
        "shipping": ("Order Shipping", "Shipping"),
        "tax": ("Order Sales Tax", "Sales Tax"),
        "recipient": "Ship Name",
        "city": "Ship City",
        "postcode": "Ship Zipcode",
        "country": "Ship Country",
        "email": "Buyer Email",
    },
    EtsyOrders,
    signs=("Sale Date", "Item Name", "Order ID"),
    creates_products=True,
    day_order="month-first",
)
ETSY_PRODUCTS: Final = Preset(
    {
        "name": "TITLE",
        "description": "DESCRIPTION",
        "price": "PRICE",
        "currency": "CURRENCY_CODE",
        "stock": "QUANTITY",
        "sku": "SKU",
        "image": "IMAGE1",
        "product": "LISTING_ID",
    },
    EtsyProducts,
    signs=("TITLE", "PRICE", "CURRENCY_CODE"),
)
EBAY_ORDERS: Final = Preset(
    {
        "order": ("Order Number", "Sales Record Number"),
        "placed_at": "Sale Date",
        "product": "Item Title",
        "sku": "Custom Label",
        "email": "Buyer Email",
        "customer": ("Buyer Username", "User Id"),
        "name": ("Buyer Name", "Buyer Fullname"),
        "quantity": "Quantity",
        "price": ("Sold For", "Sale Price"),
        "shipping": "Shipping And Handling",
        "tax": ("Seller Collected Tax", "Sales Tax"),
        "total": "Total Price",
        "recipient": "Ship To Name",
        "phone": ("Ship To Phone", "Buyer Phone Number"),
        "city": ("Ship To City", "Buyer City"),
        "postcode": ("Ship To Zip", "Buyer Zip"),
        "country": ("Ship To Country", "Buyer Country"),
    },
    EbayOrders,
    signs=("Item Title", "Sold For", "Sale Date"),
    creates_products=True,
)
EBAY_PRODUCTS: Final = Preset(
    {
        "product": ("Item number", "ItemID"),
        "name": "Title",
        "sku": ("Custom label (SKU)", "CustomLabel"),
        "price": ("Start price", "StartPrice", "Current price"),
        "currency": "Currency",
        "stock": ("Available quantity", "Quantity"),
        "category": "eBay category 1 name",
        "description": "Description",
        "image": "PicURL",
    },
    EbayProducts,
    signs=("Title", "Start price", "Available quantity"),
)
