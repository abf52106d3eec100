"""Magento and Shopware: products, customers and orders as their own exports write them."""

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from shop.imports.columns import translated
from shop.imports.options import PREFIX
from shop.imports.people import spoken
from shop.imports.presets.base import Adapter, Preset, Raw, Row, first_shelf, joined

_ROOTS: Final = frozenset({"default category", "root catalog", "root", "deutsch", "english"})


def _pairs(text: str) -> dict[str, str]:
    """`color=Black,size=S` by name; a value may have commas."""
    parts = re.split(r",(?=[\w .-]+=)", text)
    return {
        name.strip(): value.strip() for name, _, value in (p.partition("=") for p in parts) if value
    }


class MagentoProducts(Adapter):
    """Simple products are variants of the configurable one that lists them; rows of another store
    view only translate."""

    def __init__(self) -> None:
        super().__init__()
        self._parents: dict[str, tuple[Row, tuple[str, ...]]] = {}
        self._translated: dict[str, Row] = defaultdict(dict)

    def learn(self, raw: Raw, row: Row) -> None:
        """Remember which variants belong to which product."""
        view = self.cell(raw, "store_view_code", "_store").lower()
        if view:
            language = spoken(view) or view[:2]
            for field in ("name", "description"):
                if translated(f"{field}_{language}") and row.get(field):
                    self._translated[row.get("sku", "")][f"{field}_{language}"] = row[field]
            return
        variations = self.cell(raw, "configurable_variations")
        if not variations:
            return
        kept = {field: row.get(field, "") for field in ("name", "description", "image")}
        kept |= {"product": row.get("sku", ""), "category": self._category(row)}
        for variation in variations.split("|"):
            pairs = _pairs(variation)
            if sku := pairs.pop("sku", ""):
                self._parents[sku] = kept, tuple(pairs)

    def adapt(self, raw: Raw, row: Row) -> Row | None:
        """A simple product or variant; None for parents and translations."""
        kind = self.cell(raw, "product_type", "_type").lower()
        if self.cell(raw, "store_view_code", "_store") or not row.get("sku"):
            return None
        if kind in {"configurable", "grouped", "bundle"} and not row.get("price"):
            return None
        if kind in {"configurable", "grouped"}:
            return None
        row["category"] = self._category(row)
        row |= {f: text for f, text in self._translated[row["sku"]].items() if not row.get(f)}
        pairs = _pairs(self.cell(raw, "additional_attributes"))
        pairs |= {n: self.cell(raw, n) for n in ("color", "size") if self.cell(raw, n)}
        kept, names = self._parents.get(row["sku"], ({}, ("size", "color")))
        for name in names:
            row[f"{PREFIX}{name}"] = pairs.get(name, "")
        row.update({field: value for field, value in kept.items() if value})
        disabled = self.cell(raw, "product_online", "status") in {"0", "2", "Disabled"}
        row["active"] = "no" if disabled else "yes"
        if self.cell(raw, "is_in_stock") == "0":
            row["stock"] = "0"
        elif self.cell(raw, "manage_stock") == "0":
            row["supply"] = "uncounted"
        elif self.cell(raw, "allow_backorders") not in {"", "0"}:
            row["supply"] = "backorder"
        return row

    def _category(self, row: Row) -> str:
        path = next((p for p in row.get("category", "").split(",") if p.strip()), "")
        steps = [step.strip() for step in path.split("/") if step.strip()]
        while steps and steps[0].lower() in _ROOTS:
            steps.pop(0)
        return steps[0] if steps else ""


class MagentoCustomers(Adapter):
    """Names come in two parts."""

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A customer."""
        name = joined(self.cell(raw, "firstname"), self.cell(raw, "lastname"))
        row["name"] = row.get("name") or name
        return row


class ShopwareProducts(Adapter):
    """Several categories stand with `|` between; options as `Farbe: Rot | Größe: 40`."""

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A product or a variant of its parent."""
        row["category"] = first_shelf(row.get("category", "").replace(">", "/"), "|", "/")
        inactive = row.get("active", "").lower() in {"0", "false", "no"}
        row["active"] = "no" if inactive else "yes"
        options = self.cell(raw, "options", "configuratorOptions", "additionaltext")
        for part in options.split("|"):
            name, sign, value = part.partition(":")
            if sign:
                row[f"{PREFIX}{name.strip()}"] = value.strip()
        if self.cell(raw, "last_stock", "is_closeout", "lastStock").lower() in {"0", "false"}:
            row["supply"] = "backorder"
        return row


class ShopwareOrders(Adapter):
    """States of order, payment and delivery are three columns in version 6."""

    _SENT: Final[Mapping[str, str]] = {"shipped": "shipped", "shipped_partially": "packed"}

    def adapt(self, raw: Raw, row: Row) -> Row:
        """A line with its order."""
        name = joined(
            self.cell(raw, "billingFirstname", "billing_firstname", "customer_first_name"),
            self.cell(raw, "billingLastname", "billing_lastname", "customer_last_name"),
        )
        row["name"] = row.get("name") or name
        sent = self.cell(raw, "delivery_state", "delivery_status").lower().replace(" ", "_")
        paid = self.cell(raw, "payment_state", "transaction_state").lower()
        if sent in self._SENT and row.get("state", "").lower() not in {"cancelled", "completed"}:
            row["state"] = self._SENT[sent]
        elif paid == "refunded":
            row["state"], row["refunded"] = "cancelled", row.get("refunded") or "all"
        return row


MAGENTO_PRODUCTS: Final = Preset(
    {
        "sku": "sku",
        "name": "name",
        "description": ("description", "short_description"),
        "category": ("categories", "_category"),
        "price": "price",
        "sale_price": "special_price",
        "sale_from": ("special_price_from_date", "special_from_date"),
        "sale_until": ("special_price_to_date", "special_to_date"),
        "stock": "qty",
        "image": "base_image",
        "brand": ("manufacturer", "brand"),
        "active": "product_online",
    },
    MagentoProducts,
    signs=("sku", "attribute_set_code", "product_type"),
    decimals=".",
)
MAGENTO_CUSTOMERS: Final = Preset(
    {
        "email": ("email", "Email"),
        "name": "Name",
        "phone": ("_address_telephone", "telephone", "Phone"),
        "created_at": ("created_at", "Customer Since"),
        "street": ("_address_street", "street"),
        "city": ("_address_city", "city"),
        "postcode": ("_address_postcode", "postcode", "ZIP"),
        "country": ("_address_country_id", "country_id", "Country"),
    },
    MagentoCustomers,
    signs=("email", "_website", "firstname"),
)
MAGENTO_ORDERS: Final = Preset(
    {
        "order": ("increment_id", "ID", "Order #"),
        "placed_at": ("created_at", "Purchase Date"),
        "state": ("status", "Status"),
        "email": ("customer_email", "Customer Email"),
        "name": ("customer_name", "Bill-to Name", "billing_name"),
        "currency": "order_currency_code",
        "recipient": ("shipping_name", "Ship-to Name"),
        "phone": ("telephone", "billing_telephone"),
        "street": ("shipping_street", "street"),
        "city": ("shipping_city", "city"),
        "postcode": ("shipping_postcode", "postcode"),
        "country": ("shipping_country_id", "country_id"),
        "sku": ("sku", "item_sku"),
        "product": ("name", "item_name", "product_name"),
        "quantity": ("qty_ordered", "item_qty_ordered"),
        "price": ("item_price", "price"),
        "shipping": "shipping_amount",
        "discount": ("order_discount_amount", "discount_amount"),
        "tax": ("order_tax_amount", "tax_amount"),
        "total": ("grand_total", "Grand Total (Purchased)"),
        "refunded": "total_refunded",
        "coupon": "coupon_code",
    },
    signs=("increment_id", "qty_ordered"),
    creates_products=True,
    decimals=".",
)
SHOPWARE_PRODUCTS: Final = Preset(
    {
        "sku": ("product_number", "productNumber", "ordernumber", "orderNumber"),
        "product": ("parent_number", "mainnumber", "mainNumber", "parent_id"),
        "name": "name",
        "description": ("description", "description_long", "descriptionLong"),
        "category": ("categories", "category"),
        "price": ("price_gross", "gross_price", "price_EK", "price"),
        "sale_price": (),
        "stock": ("stock", "instock", "inStock"),
        "brand": ("manufacturer", "supplier", "supplierName"),
        "active": "active",
        "image": ("cover_media_url", "cover", "imageUrl"),
    },
    ShopwareProducts,
    signs=("product_number", "name", "active"),
)
SHOPWARE_ORDERS: Final = Preset(
    {
        "order": ("order_number", "orderNumber", "number"),
        "placed_at": ("order_date_time", "orderTime", "ordertime", "order_date"),
        "state": ("order_state", "status", "orderStatusName", "state"),
        "email": ("customer_email", "email"),
        "sku": ("product_number", "articleNumber", "articleordernumber"),
        "product": ("label", "articleName", "product_name"),
        "quantity": ("quantity", "articleQuantity"),
        "price": ("unit_price", "articlePrice", "price"),
        "currency": ("currency", "currency_iso"),
        "shipping": ("shipping_total", "invoiceShipping", "invoice_shipping"),
        "total": ("amount_total", "invoiceAmount", "invoice_amount"),
        "street": ("shipping_street", "shippingStreet"),
        "city": ("shipping_city", "shippingCity"),
        "postcode": ("shipping_zipcode", "shippingZipcode"),
        "country": ("shipping_country", "shippingCountry"),
    },
    ShopwareOrders,
    signs=("order_number", "product_number", "quantity"),
    creates_products=True,
)
