"""How the exports of other shop systems, and a public data set, are read as our columns."""

from collections.abc import Mapping, Sequence
from typing import Final

from shop.imports.cells import fold
from shop.imports.columns import COLUMNS, Kind, names_of
from shop.imports.presets import marketplaces, online_retail, shopify, systems, woocommerce
from shop.imports.presets.base import Adapter, Preset, Raw, Row
from shop.imports.problems import ImportProblem

__all__ = ["PLAIN", "PRESETS", "Adapter", "Preset", "Raw", "Row", "choose_preset", "preset_names"]

PLAIN: Final = "plain"
PRESETS: Final[Mapping[tuple[str, Kind], Preset]] = {
    ("shopify", "customers"): shopify.CUSTOMERS,
    ("shopify", "products"): shopify.PRODUCTS,
    ("shopify", "orders"): shopify.ORDERS,
    ("shopify", "stock"): shopify.STOCK,
    ("woocommerce", "customers"): woocommerce.CUSTOMERS,
    ("woocommerce", "products"): woocommerce.PRODUCTS,
    ("woocommerce", "orders"): woocommerce.ORDERS,
    ("magento", "products"): systems.MAGENTO_PRODUCTS,
    ("magento", "customers"): systems.MAGENTO_CUSTOMERS,
    ("magento", "orders"): systems.MAGENTO_ORDERS,
    ("shopware", "products"): systems.SHOPWARE_PRODUCTS,
    ("shopware", "orders"): systems.SHOPWARE_ORDERS,
    ("amazon", "products"): marketplaces.AMAZON_PRODUCTS,
    ("amazon", "orders"): marketplaces.AMAZON_ORDERS,
    ("amazon", "stock"): marketplaces.AMAZON_STOCK,
    ("etsy", "products"): marketplaces.ETSY_PRODUCTS,
    ("etsy", "orders"): marketplaces.ETSY_ORDERS,
    ("ebay", "products"): marketplaces.EBAY_PRODUCTS,
    ("ebay", "orders"): marketplaces.EBAY_ORDERS,
    ("online-retail", "orders"): online_retail.ORDERS,
}


def preset_names() -> list[str]:
    """The systems that are known, and `plain` for our own column names."""
    return sorted({name for name, _ in PRESETS} | {PLAIN})


def choose_preset(name: str | None, kind: Kind, columns: Sequence[str]) -> tuple[str, Preset]:
    """(name, preset): the one that is asked for, else the one whose signs the columns have.

    Raises ImportProblem.
    """
    if name is None:
        there = set(map(fold, columns))
        for (system, of_kind), preset in PRESETS.items():
            if of_kind == kind and there.issuperset(map(fold, preset.signs)):
                return system, preset
        return PLAIN, _plain(kind)
    if name == PLAIN:
        return PLAIN, _plain(kind)
    if name not in preset_names():
        raise ImportProblem(f"--preset must be one of {', '.join(preset_names())}, got {name!r}")
    if (name, kind) not in PRESETS:
        known = ", ".join(sorted(k for n, k in PRESETS if n == name))
        raise ImportProblem(f"--preset {name} has no {kind}; it knows {known}")
    return name, PRESETS[name, kind]


def _plain(kind: Kind) -> Preset:
    return Preset({column: names_of(column) for column in COLUMNS[kind]})
