"""Options of any name: imported as the shop names them, shown on lines, found, changed."""

from pathlib import Path

import pytest
from sqlalchemy import select

from kit.database import Database
from shop.access import access_orders
from shop.catalogue import get_products, search_products
from shop.ids import VariantId
from shop.imports import Kind, import_file
from shop.models import Mail, Variant
from shop.orders import change_line_variant
from shop.privacy import find_customer
from shop.views import OrderView
from tests.contract.shop.conftest import NOW

SHOPIFY = (
    "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,"
    "Variant SKU,Variant Inventory Qty,Variant Price\n"
    "keys,Keyboard,Switch type,linear,Backlight,RGB,Color,Black,K1,4,70.00\n"
    "keys,,,clicky,,RGB,,Black,K2,4,70.00\n"
)
WOOCOMMERCE = (
    "ID,Type,SKU,Name,Published,Stock,Regular price,Parent,Attribute 1 name,Attribute 1 value(s),"
    "Attribute 2 name,Attribute 2 value(s),Attribute 3 name,Attribute 3 value(s)\n"
    '1,variable,KEYS,Keyboard,1,,,,Switch type,"linear, clicky",Backlight,RGB,Color,Black\n'
    "2,variation,K1,Keyboard,1,4,70,KEYS,Switch type,linear,Backlight,RGB,Color,Black\n"
    "3,variation,K2,Keyboard,1,4,70,KEYS,Switch type,clicky,Backlight,RGB,Color,Black\n"
)
ORDERS = (
    "order,placed_at,email,name,state,sku,product,quantity,price\n"
    "A1,2026-11-01 10:00,ana@example.org,Ana Lima,paid,K1,Keyboard,1,70.00\n"
)
LINEAR = (("Switch type", "linear"), ("Backlight", "RGB"), ("Color", "Black"))


def bring_in(database: Database, folder: Path, kind: Kind, text: str) -> None:
    path = folder / f"{kind}.csv"
    path.write_text(text, encoding="utf-8")
    report = import_file(database, kind, path, rejects=folder / "r.csv", now=NOW, currency="EUR")
    assert report.refused == 0


def only_order(database: Database) -> OrderView:
    with database.reading() as session:
        ana = find_customer(session, "ana@example.org")
        assert ana is not None
        return access_orders(session, ana)[0]


@pytest.mark.parametrize("products", [SHOPIFY, WOOCOMMERCE], ids=["shopify", "woocommerce"])
def test_three_options_are_kept_shown_found_and_changed(
    empty: Database, tmp_path: Path, products: str
) -> None:
    bring_in(empty, tmp_path, "products", products)
    bring_in(empty, tmp_path, "orders", ORDERS)
    order = only_order(empty)
    line = order.lines[0]
    assert (line.options, line.colour, line.size) == (LINEAR, "black", "")
    assert line.title("en") == "Keyboard, linear, RGB, Black"
    with empty.session() as session:
        found = search_products(session, "clicky", now=NOW)
        assert [one.product_id for one in found] == [line.product_id]
        (product,) = get_products(session, [line.product_id], now=NOW)
        assert product.option_values["Switch type"] == ("linear", "clicky")
        clicky = session.scalars(select(Variant.id).where(Variant.sku == "K2")).one()
        done = change_line_variant(
            session, order.customer_id, "A1", line.line_id, VariantId(clicky), now=NOW
        )
        assert done.changed
        assert "clicky RGB Black" in session.scalars(select(Mail.body)).one()
    assert dict(only_order(empty).lines[0].options)["Switch type"] == "clicky"
