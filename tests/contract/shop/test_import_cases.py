"""Files after reports of real shops: what has to come out of each (skips without the data)."""

import itertools
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit.database import Database
from research.benchmarks.real_input import shared_data
from shop.imports import ImportProblem
from tests.contract.shop import importing as shop

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.real_data
Look = Callable[[Database], Any]

MUG = ("delivered", "27.00", "0")
LONG_HANDLE = (
    "hand-thrown-stoneware-espresso-cup-with-matching-saucer-in-speckled-c~7352b06bc4",
    "EGS-1",
)
DAY = "2023-12-31 "
CAFE = "Grandma's café set — 2×50 ml for temps < 90 and weights 3 < 5 kg, > 2"


def states(database: Database) -> dict[str, str]:
    """Number → state."""
    return {number: row[0] for number, row in shop.orders(database).items()}


def lengths(database: Database) -> list[int]:
    """How long the names are."""
    return [len(name) for name, _ in shop.names(database).values()]


def pictures(database: Database) -> tuple[int, dict[str, str]]:
    """How many products there are, and the photographs they have."""
    return len(shop.names(database)), shop.pictures(database)


def countries(database: Database) -> dict[str, str | None]:
    """Name → country."""
    return {row[0]: row[3] for row in shop.people(database).values()}


# What is looked at, and what it has to be.
EXPECTED: dict[str, tuple[Look, Any]] = {
    "a01_shopify_blank_option_names": (
        shop.variants,
        {
            "linen-shirt/S/White": ("S", "white", 5),
            "linen-shirt/M/White": ("M", "white", 7),
            "linen-shirt/L/White": ("L", "white", 2),
            "linen-shirt/L/Sand": ("L", "sand", 1),
        },
    ),
    "a01b_shopify_blank_option_names_with_sku": (
        shop.variants,
        {
            "LS-S-W": ("S", "white", 5),
            "LS-M-S": ("M", "sand", 7),
        },
    ),
    "a02_shopify_other_options_no_sku": (
        shop.options,
        {
            "soy-candle/Fig/200 g": {"Scent": "Fig", "Weight": "200 g"},
            "soy-candle/Cedar/200 g": {"Scent": "Cedar", "Weight": "200 g"},
            "soy-candle/Cedar/500 g": {"Scent": "Cedar", "Weight": "500 g"},
        },
    ),
    "a04_shopify_inventory_locations": (
        shop.variants,
        {
            "MUG-1": ("", "", 13),
            "MUG-2": ("", "", 8),
            "MUG-3": ("", "", 0),
        },
    ),
    "a05_shopify_orders_tax_on_top": (shop.orders, {"1001": MUG}),
    "a06_shopify_orders_refunded": (
        shop.orders,
        {
            "1002": ("cancelled", "27.00", "27.00"),
            "1003": ("cancelled", "27.00", "0"),
            "1004": ("delivered", "27.00", "10.00"),
            "1005": ("packed", "27.00", "0"),
            "1006": MUG,
            "1007": ("paid", "27.00", "0"),
        },
    ),
    "a07_shopify_orders_without_email": (shop.orders, {"1010": MUG, "1011": MUG}),
    "a11_shopify_customers": (
        shop.people,
        {
            "ada@example.org": (
                "Ada Byron",
                "+16175550100",
                "1 Mill Lane, Flat 2, 02134 Boston",
                "US",
            ),
            "customer-7012345678902@import.invalid": ("Tom", "+16175550101", None, None),
        },
    ),
    "a12_shopify_customers_old_columns": (
        shop.people,
        {
            "ada@example.org": ("Ada Byron", "6175550100", "1 Mill Lane, 02134 Boston", "US"),
        },
    ),
    "a13_woo_in_stock_without_number": (
        shop.supplies,
        {
            "W-1": ("uncounted", True),
            "W-2": ("counted", False),
            "W-3": ("backorder", False),
        },
    ),
    "a14_woo_negative_stock": (
        shop.variants,
        {
            "W-1": ("", "", 0),
            "W-2": ("", "", 0),
            "W-3": ("", "", 0),
        },
    ),
    "a15b_shopify_draft_archived": (shop.for_sale, {"secret": False, "old": False, "ok": True}),
    "a17_woo_sale_price_expired": (shop.prices, {"W-1": "10.00", "W-2": "20.00"}),
    "a18_woo_header_case": (
        shop.variants,
        {
            "VB/Red": ("", "red", 0),
            "VB/Blue": ("", "blue", 0),
        },
    ),
    "a19_woo_no_id_no_sku": (
        shop.options,
        {
            "Desk Lamp": {},
            "VB/Red": {"Color": "Red"},
            "VB/Blue": {"Color": "Blue"},
        },
    ),
    "a20_woo_german_attributes": (
        shop.variants,
        {
            "HS-40": ("40", "grey", 100),
            "HS-41": ("41", "grey", 100),
        },
    ),
    "a23_decimal_comma_semicolon": (shop.prices, {"M-1": "12.50", "M-2": "1299.00", "M-3": "7.50"}),
    "a24_thousands_separator": (
        shop.prices,
        {
            "M-1": "1299.00",
            "M-2": "2000.00",
            "M-3": "49.50",
            "M-4": "20.00",
            "M-5": "12.00",
            "M-6": "12.50",
            "M-7": "300.00",
            "M-8": "12.00",
            "M-9": "1234.50",
        },
    ),
    "a25_cp1252_file": (
        shop.names,
        {
            "M-1": ("Käsereibe „fein“", ""),
            "M-2": ("Möbelöl – 250 ml", ""),
        },
    ),
    "a26_gb18030_file": (shop.names, {"M-1": ("青花瓷茶杯", "")}),
    "a28_backslash_quotes": (
        shop.names,
        {
            "M-1": ("Shelf", "Oak, solid"),
            "M-2": ("Ruler", '12" long, steel'),
            "M-3": ("Cup", "plain"),
        },
    ),
    "a29_unclosed_quote": (
        shop.names,
        {
            "M-1": ("Cup", ""),
            "M-2": ('"19 inch rack" shelf', ""),
            "M-3": ('"Monitor 24', ""),
            "M-4": ("Mouse", ""),
            "M-5": ("Keyboard", ""),
            "M-6": ("Hub", ""),
        },
    ),
    "a30_amazon_line_totals": (
        shop.orders,
        {
            "302-1": ("shipped", "64.50", "0"),
            "302-2": ("cancelled", "0.00", "0"),
            "302-3": ("delivered", "30.00", "0"),
            "302-4": ("paid", "30.00", "0"),
        },
    ),
    "a31_excel_scientific_sku": (shop.names, "sku: .*1.23457E\\+12.* line 2 .*long number"),
    "a33_woo_order_states": (
        states,
        {
            "100": "delivered",
            "101": "paid",
            "102": "placed",
            "103": "placed",
            "104": "paid",
            "105": "cancelled",
            "106": "cancelled",
            "107": "cancelled",
            "110": "delivered",
            "111": "shipped",
            "112": "placed",
        },
    ),
    "a34_refund_lines_negative": (shop.lines, {"1": [("S-1", 1), ("S-2", 1)], "2": [("S-1", 1)]}),
    "a35_non_latin_products": (
        shop.names,
        {
            "茶杯": ("青花瓷茶杯", ""),
            "茶壶": ("紫砂茶壶", ""),
            "кружка": ("Кружка", ""),
        },
    ),
    "a36_long_option_values": (
        shop.variants,
        {
            "B-1": ("UK 9.5 / EU 44 / US", "forest green with sand-coloured trim and", 100),
            "B-2": ("UK 8 / EU 42", "black", 100),
        },
    ),
    "a37_long_title": (lengths, [200]),
    "a38_html_entities": (
        shop.names,
        {
            "E-1": ("Salt & Pepper Set", CAFE),
            "E-2": ("Men’s Hat", "Line one Line two"),
        },
    ),
    "a39_image_address_odd": (
        pictures,
        (5, {"I-4": "https://cdn.example.com/a,b.jpg"}),
    ),
    "a40_repeated_columns": (shop.prices, {"R-1": "5.00"}),
    "a41_sep_line": (shop.prices, {"S-1": "5.00"}),
    "a43_pipe": (shop.prices, {"S-1": "5.00"}),
    "a44_header_capitals": (shop.variants, {"S-1": ("", "", 3)}),
    "a46_date_forms": (
        shop.days,
        {
            "1": DAY + "00:00:00",
            "2": DAY + "14:05:00",
            "3": DAY + "14:05:33",
            "4": DAY + "14:05:33",
            "5": DAY + "14:05:33",
            "6": DAY + "00:00:00",
            "7": DAY + "00:00:00",
            "8": DAY + "12:00:00",
            "9": DAY + "14:05:33",
            "10": DAY + "00:00:00",
            "11": DAY + "00:00:00",
            "12": DAY + "00:00:00",
            "13": DAY + "14:05:33",
            "14": DAY + "14:05:00",
            "15": DAY + "14:05:00",
        },
    ),
    "a51_emails_odd": (
        lambda database: sorted(shop.people(database)),
        [
            "ada@example.org",
            "bo2@example.org",
            "bo@example.org",
            "c@example.org",
            "e@exämple.org",
        ],
    ),
    "a52_country_names": (countries, {"Ada": "GB", "Bo": "DE", "Chen": "CN"}),
    "a53_magento_products": (shop.variants, {"MH01-S": ("S", "black", 100)}),
    "a59_shopify_orders_created_at_on_every_line": (
        shop.orders,
        {
            "2001": ("delivered", "33.00", "0"),
            "2002": MUG,
        },
    ),
    "a61_shopify_long_handle": (lambda database: tuple(shop.prices(database)), LONG_HANDLE),
    "a62_shopify_one_sku_for_all_variants": (
        shop.variants,
        {
            "scarf/Rust": ("", "rust", 4),
            "scarf/Navy": ("", "navy", 9),
            "scarf/Moss": ("", "moss", 1),
        },
    ),
    "a65_magento_multiline_category": (
        shop.shelves,
        {
            "W-1": "Gear / Watches",
            "W-2": "Gear / Watches / New Collection",
        },
    ),
    "a67_woo_escaped_newline_and_comma": (
        shop.shelves,
        {
            "W-1": "Home, Garden",
            "W-2": "Home, Office",
        },
    ),
    "a68_categories_alike_in_latin": (
        shop.shelves,
        {
            "C-1": "A 服装",
            "C-2": "A 鞋",
            "C-3": "C++",
            "C-4": "C",
        },
    ),
    "a70_order_numbers_mangled": (shop.names, "order: .*1.00023E\\+14.* line 2 .*long number"),
    "a72_etsy_orders": (
        shop.days,
        {
            "3123456789": "2023-12-31 00:00:00",
            "3123456790": "2024-01-02 00:00:00",
        },
    ),
    "a73_ebay_orders": (shop.orders, {"01-10001-11111": ("delivered", "129.50", "0")}),
    "a74_shopware_products": (shop.prices, {"SW-1": "1249.90", "SW-2": "9.90"}),
    "a81_shopify_several_discount_codes": (shop.orders, {"3001": MUG, "3002": MUG}),
}


@pytest.fixture(scope="module")
def cases() -> Path:
    try:
        folder = shared_data(ROOT) / "shop_files" / "cases"
    except FileNotFoundError as error:
        pytest.skip(str(error))
    if not folder.is_dir():
        pytest.skip(f"the files of shops are not here: {folder}")
    return folder


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("template") / "shop.db"


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_shops_file_comes_in_as_its_owner_expects(
    cases: Path, template: Path, tmp_path: Path, name: str
) -> None:
    if not (cases / name).is_dir():
        pytest.skip(f"{name} is not among the files")
    look, expected = EXPECTED[name]
    with shop.a_shop(tmp_path, template) as database:
        if isinstance(expected, str):
            with pytest.raises(ImportProblem, match=expected):
                follow(cases / name, database, tmp_path / "rejects.csv")
            expected = {}
        else:
            follow(cases / name, database, tmp_path / "rejects.csv")
        assert look(database) == expected


def follow(case: Path, database: Database, rejects: Path) -> None:
    """Run the imports that the case's README names."""
    run = re.search(r"Run: concierge (.*?) \| Source", (case / "README").read_text("utf-8"))
    assert run is not None
    for command in run[1].split("; "):
        _, _, kind, file, *words = shlex.split(command)
        columns = dict(
            word.split("=", 1) for flag, word in itertools.pairwise(words) if flag == "--map"
        )
        preset = words[words.index("--preset") + 1] if "--preset" in words else None
        makes = True if "--create-products" in words else None
        shop.bring(
            database,
            kind,
            case / file,
            rejects,
            columns=columns,
            preset=preset,  # type: ignore[arg-type]
            creates_products=makes,
        )
