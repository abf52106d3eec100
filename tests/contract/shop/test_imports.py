"""Importing a shop's files: what comes in, what is left out and said, and that twice is once."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from kit.database import Database, open_database, upgrade
from research.benchmarks.real_input import shared_data
from shop.access import access_order, access_orders
from shop.catalogue import find_products_by_name
from shop.imports import ImportProblem, Kind, Report, import_file
from shop.imports.fields import Fields, Reading
from shop.imports.problems import Rejected
from shop.imports.rows import read_order
from shop.models import BehaviourEvent, Customer, Order, OrderLine, Price, Product, Variant
from shop.pictures import photograph_of
from shop.privacy import find_customer
from tests.contract.shop.conftest import NOW

ROOT = Path(__file__).resolve().parents[3]
PRODUCTS = (
    "product,sku,name,category,brand,size,colour,price,stock\n"
    "boot,boot-42,Trail Boot,Boots,Karst,42,Green,89.90,3\n"
    "boot,boot-43,Trail Boot,Boots,Karst,43,Green,89.90,0\n"
    "mug,mug,Steel Mug,Kitchen,,,,12.50,\n"
)
ORDERS = (
    "order,placed_at,email,name,state,sku,product,quantity,price,shipping\n"
    "A1,2026-11-01 10:00,ana@example.org,Ana Lima,paid,boot-42,Trail Boot,1,89.90,4.90\n"
    "A1,2026-11-01 10:00,ana@example.org,Ana Lima,paid,mug,Steel Mug,2,12.50,4.90\n"
    "A2,2026-11-02 11:00,ben@example.org,Ben,placed,mug,Steel Mug,1,12.50,\n"
)


def write(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def bring_in(
    database: Database, folder: Path, kind: Kind, text: str, **options: object
) -> tuple[Report, list[dict[str, str]]]:
    """The report, and the rejected rows as they were written down."""
    place = folder / "rejects.csv"
    report = import_file(
        database,
        kind,
        write(folder, text),
        rejects=place,
        now=NOW,
        **options,  # type: ignore[arg-type]
    )
    if not place.exists():
        return report, []
    with place.open(encoding="utf-8", newline="") as file:
        return report, list(csv.DictReader(file))


def count(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def counts(database: Database) -> list[int]:
    return [count(database, m) for m in (Customer, Product, Variant, Price, Order, OrderLine)]


def test_products_come_in_once_and_prices_keep_history(empty: Database, tmp_path: Path) -> None:
    report, rejected = bring_in(empty, tmp_path, "products", PRODUCTS)
    assert (report.counts["products new"], rejected) == (3, [])
    before = counts(empty)
    again, _ = bring_in(empty, tmp_path, "products", PRODUCTS)
    assert (again.changed, counts(empty)) == (0, before)
    cheaper, _ = bring_in(empty, tmp_path, "products", PRODUCTS.replace("12.50", "9.90"))
    assert cheaper.counts["products updated"] == 1
    with empty.reading() as session:
        mug = session.scalars(select(Variant).where(Variant.sku == "mug")).one()
        assert mug.price == Decimal("9.90")
        hits = find_products_by_name(session, "trail boot", now=NOW)
    assert [hit.name("en") for hit in hits] == ["Trail Boot"]


def test_orders_come_in_whole_with_their_customers(empty: Database, tmp_path: Path) -> None:
    bring_in(empty, tmp_path, "products", PRODUCTS)
    report, _ = bring_in(empty, tmp_path, "orders", ORDERS)
    assert report.counts["orders new"] == 2
    with empty.reading() as session:
        ana = find_customer(session, "ANA@example.org")
        assert ana is not None
        order = access_order(session, ana, "A1")
        assert order is not None
        assert order.total.amount == Decimal("119.80")
        assert [(str(line.names), line.quantity) for line in order.lines] == [
            ("Trail Boot", 1),
            ("Steel Mug", 2),
        ]
        ben = find_customer(session, "ben@example.org")
        assert ben is not None
        assert access_order(session, ben, "A1") is None
    before = counts(empty)
    again, _ = bring_in(empty, tmp_path, "orders", ORDERS)
    assert (again.changed, counts(empty)) == (0, before)


def test_a_later_file_moves_orders_forward_only(empty: Database, tmp_path: Path) -> None:
    bring_in(empty, tmp_path, "products", PRODUCTS)
    bring_in(empty, tmp_path, "orders", ORDERS)
    newer, _ = bring_in(empty, tmp_path, "orders", ORDERS.replace(",paid,", ",shipped,"))
    assert newer.counts["orders updated"] == 1
    older, _ = bring_in(empty, tmp_path, "orders", ORDERS)
    assert older.changed == 0
    with empty.reading() as session:
        assert session.scalar(select(Order.state).where(Order.number == "A1")) == "shipped"


def test_unknown_products_leave_the_whole_order_out(empty: Database, tmp_path: Path) -> None:
    bring_in(empty, tmp_path, "products", PRODUCTS)
    report, rejected = bring_in(empty, tmp_path, "orders", ORDERS.replace("boot-42", "ghost"))
    assert report.counts["orders new"] == 1
    assert {row["rule"] for row in rejected} == {"unknown_product"}
    assert [row["row"] for row in rejected] == ["2", "3"]
    assert count(empty, Order) == 1
    with empty.reading() as session:
        assert find_customer(session, "ana@example.org") is None


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [
        (
            ",mug,Steel Mug,2,12.50,4.90",
            ",mug,Steel Mug,x,12.50,4.90",
            ["order_incomplete", "not_a_number"],
        ),
        (
            "ana@example.org,Ana Lima,paid,mug",
            "ben@example.org,Ben,paid,mug",
            ["order_conflict", "order_conflict"],
        ),
    ],
)
def test_an_order_with_a_wrong_line_is_left_out_whole(
    empty: Database, tmp_path: Path, old: str, new: str, rules: list[str]
) -> None:
    text = ORDERS.replace(old, new)
    assert text != ORDERS
    report, rejected = bring_in(empty, tmp_path, "orders", text, creates_products=True)
    assert sorted((int(row["row"]), row["rule"]) for row in rejected) == [
        *zip((2, 3), rules, strict=True)
    ]
    assert report.counts["orders new"] == 1
    with empty.reading() as session:
        assert session.scalars(select(Order.number)).all() == ["A2"]


def test_a_free_line_leaves_its_order_standing(empty: Database, tmp_path: Path) -> None:
    text = ORDERS.replace(",2,12.50,", ",2,0,")
    report, rejected = bring_in(empty, tmp_path, "orders", text, creates_products=True)
    assert [row["rule"] for row in rejected] == ["zero_price"]
    assert report.counts["orders new"] == 2


def test_an_order_totals_the_prices_that_are_stored(empty: Database, tmp_path: Path) -> None:
    text = ORDERS.replace(",1,12.50,", ",3,1.005,")
    bring_in(empty, tmp_path, "orders", text, creates_products=True)
    with empty.reading() as session:
        assert session.scalar(select(Order.total).where(Order.number == "A2")) == Decimal("3.03")


def test_products_are_made_where_that_is_wanted(empty: Database, tmp_path: Path) -> None:
    report, rejected = bring_in(empty, tmp_path, "orders", ORDERS, creates_products=True)
    assert (report.counts["products new"], rejected) == (2, [])


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("quantity", "-3", "negative_quantity"),
        ("quantity", "0", "zero_quantity"),
        ("quantity", "80995", "absurd_quantity"),
        ("quantity", "", "missing_quantity"),
        ("quantity", "two", "not_a_number"),
        ("price", "-1", "negative_price"),
        ("price", "0", "zero_price"),
        ("price", "", "missing_price"),
        ("price", "1e9", "absurd_price"),
        ("price", "NaN", "not_a_number"),
        ("placed_at", "yesterday", "not_a_date"),
        ("placed_at", "1801-01-01", "absurd_date"),
        ("state", "lost in space", "unknown_value"),
        ("order", "x" * 41, "too_long"),
    ],
)
def test_each_rule_names_row_field_and_reason(
    tmp_path: Path, column: str, value: str, rule: str
) -> None:
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    upgrade(url)
    database = open_database(url)
    row = dict(zip(*(line.split(",") for line in ORDERS.splitlines()[:2]), strict=True))
    row[column] = value
    text = f"{','.join(row)}\n{','.join(row.values())}\n"
    report, rejected = bring_in(database, tmp_path, "orders", text, creates_products=True)
    database.close()
    assert dict(report.rules) == {rule: 1}
    assert (rejected[0]["row"], rejected[0]["rule"]) == ("2", rule)
    assert rejected[0]["reason"]
    assert json.loads(rejected[0]["values"])[column] == value


def test_repeated_rows_are_counted(empty: Database, tmp_path: Path) -> None:
    line = PRODUCTS.splitlines()[3]
    report, rejected = bring_in(empty, tmp_path, "products", f"{PRODUCTS}{line}\n")
    assert [row["rule"] for row in rejected] == ["duplicate"]
    twice = ORDERS + ORDERS.splitlines()[3] + "\n"
    report, _ = bring_in(empty, tmp_path, "orders", twice)
    assert report.rules["repeated_line_joined"] == 1
    apart = ORDERS.replace("A2", "A3") + ORDERS.splitlines()[1].replace("A1", "A1") + "\n"
    report, rejected = bring_in(empty, tmp_path, "orders", apart)
    assert [row["rule"] for row in rejected] == ["order_in_pieces"]


def test_customers_events_and_stock(empty: Database, tmp_path: Path) -> None:
    bring_in(empty, tmp_path, "products", PRODUCTS)
    people = "email,name,language\nana@example.org,Ana,zh\nANA@example.org,Ana,zh\n,Nobody,en\n"
    report, rejected = bring_in(empty, tmp_path, "customers", people)
    assert report.counts["customers new"] == 1
    assert sorted(row["rule"] for row in rejected) == ["duplicate", "missing_email"]
    events = (
        "kind,at,customer,sku\nview,2026-11-01 10:00,ana@example.org,mug\n"
        "view,2026-11-01 10:00,ana@example.org,mug\nbuy,2026-11-01,ana@example.org,mug\n"
        "view,2026-11-01 10:00,who@example.org,mug\ncart,2026-11-02,ana@example.org,ghost\n"
    )
    report, rejected = bring_in(empty, tmp_path, "events", events)
    assert count(empty, BehaviourEvent) == 1
    assert sorted(row["rule"] for row in rejected) == [
        "duplicate",
        "unknown_customer",
        "unknown_product",
        "unknown_value",
    ]
    again, _ = bring_in(empty, tmp_path, "events", events)
    assert again.changed == 0
    report, rejected = bring_in(empty, tmp_path, "stock", "sku,stock\nmug,7\nghost,1\nboot-43,-1\n")
    assert (report.counts["stock updated"], report.rules["oversold"]) == (1, 1)
    assert [row["rule"] for row in rejected] == ["unknown_product"]


def test_a_stopped_import_leaves_whole_orders_and_can_go_on(
    empty: Database, tmp_path: Path
) -> None:
    def stop(done: int, size: int) -> None:
        if done and done < size:
            raise KeyboardInterrupt

    head, line = ORDERS.splitlines()[:2]
    rows = [line.replace("A1", f"B{n // 2}") for n in range(2_600)]
    text = "\n".join([head, *rows]) + "\n"
    with pytest.raises(KeyboardInterrupt):
        bring_in(empty, tmp_path, "orders", text, creates_products=True, progress=stop)
    with empty.reading() as session:
        lines = session.execute(
            select(Order.id, func.sum(OrderLine.quantity)).join(OrderLine).group_by(Order.id)
        ).all()
    assert all(total == 2 for _, total in lines)
    report, _ = bring_in(empty, tmp_path, "orders", text, creates_products=True)
    assert count(empty, Order) == 1_300
    assert report.counts["orders new"] + report.counts["orders unchanged"] == 1_300


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        ("", {}, "is empty"),
        ("a,b\n1,2\n", {}, "lacks the column order"),
        (ORDERS.replace("shipping", "order", 1), {}, "more than once"),
        (ORDERS, {"preset": "oscommerce"}, "--preset must be one of"),
        (ORDERS, {"preset": "shopify"}, "lacks the column placed_at \\(Created at\\)"),
        (ORDERS, {"columns": {"sku": "Article"}}, "has no column 'Article'"),
        (ORDERS, {"columns": {"flavour": "name"}}, "orders have the columns"),
    ],
)
def test_files_that_cannot_be_used_say_why(
    empty: Database, tmp_path: Path, text: str, options: dict[str, object], says: str
) -> None:
    with pytest.raises(ImportProblem, match=says):
        bring_in(empty, tmp_path, "orders", text, **options)
    assert counts(empty) == [0] * 6


def test_unreadable_files_say_why(empty: Database, tmp_path: Path) -> None:
    cyrillic = tmp_path / "cyrillic.csv"
    cyrillic.write_bytes("email,name\nana@example.org,Наталья\n".encode("cp1251"))
    broken = write(tmp_path, "not parquet", "broken.parquet")
    for path, says in (
        (cyrillic, "is not UTF-8 \\(line 2\\).*--encoding"),
        (broken, "Parquet"),
        (tmp_path / "none.csv", "does not exist"),
        (write(tmp_path, "x", "table.xlsx"), "must end in"),
    ):
        with pytest.raises(ImportProblem, match=says):
            import_file(empty, "customers", path, rejects=tmp_path / "r.csv", now=NOW)


def test_photographs_come_with_products(empty: Database, tmp_path: Path) -> None:
    head, boot, *_ = PRODUCTS.splitlines()
    text = f"{head},image\n{boot},https://cdn.example.com/boot.jpg\n"
    bring_in(empty, tmp_path, "products", text)
    again, _ = bring_in(empty, tmp_path, "products", text)
    assert again.changed == 0
    newer, _ = bring_in(empty, tmp_path, "products", text.replace("boot.jpg", "new.jpg"))
    assert newer.counts["products updated"] == 1
    with empty.reading() as session:
        slug = session.scalars(select(Product.slug)).one()
        assert photograph_of(session, slug) == "https://cdn.example.com/new.jpg"
    report, rejected = bring_in(empty, tmp_path, "products", text.replace("https:", "javascript:"))
    assert (report.rules["not_an_address"], report.changed, rejected) == (1, 0, [])


def test_shopify_exports(empty: Database, tmp_path: Path) -> None:
    products = (
        "Handle,Title,Body (HTML),Vendor,Type,Option1 Name,Option1 Value,Variant SKU,"
        "Variant Inventory Qty,Variant Price\n"
        "mug,Mug,<p>Nice <b>mug</b></p>,Karst,Kitchen,Color,Red,M-R,4,10.00\n"
        "mug,,,,,,Blue,M-B,-1,10.00\nmug,,,,,,,,,\n"
    ).replace("mug,,,,,,Blue", "mug,,,,,Color,Blue")
    report, rejected = bring_in(empty, tmp_path, "products", products, preset="shopify")
    assert (report.counts["products new"], rejected) == (2, [])
    orders = (
        "Name,Email,Financial Status,Fulfillment Status,Currency,Shipping,Discount Code,"
        "Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,"
        "Shipping Name,Shipping Street,Shipping City,Shipping Zip,Shipping Country,Cancelled at\n"
        "#1001,ana@example.org,paid,unfulfilled,EUR,4.90,,0.00,2026-11-01 10:00:00 +0100,1,Mug,"
        "10.00,M-R,Ana Lima,Long Road 1,Porto,4000,PT,\n"
        "#1001,,,,,,,,,2,Mug,10.00,M-B,,,,,,\n"
    )
    report, rejected = bring_in(empty, tmp_path, "orders", orders, preset="shopify")
    assert rejected == []
    with empty.reading() as session:
        ana = find_customer(session, "ana@example.org")
        assert ana is not None
        order = access_order(session, ana, "1001")
    assert order is not None
    assert (order.state, order.total.amount, len(order.lines)) == ("paid", Decimal("34.90"), 2)


def test_woocommerce_exports(empty: Database, tmp_path: Path) -> None:
    products = (
        "ID,Type,SKU,Name,Description,Stock,Sale price,Regular price,Categories,Parent,"
        "Attribute 1 name,Attribute 1 value(s)\n"
        '1,variable,BOOT,Boot,Warm,,,,"Shoes > Boots",,Size,"42, 43"\n'
        "2,variation,BOOT-42,Boot - 42,,3,,80,,BOOT,Size,42\n"
        "3,variation,BOOT-43,Boot - 43,,0,70,80,,id:1,Size,43\n"
        "4,simple,MUG,Mug,,5,,10,Kitchen,,,\n"
    )
    report, rejected = bring_in(empty, tmp_path, "products", products, preset="woocommerce")
    assert (report.counts["products new"], rejected) == (3, [])
    with empty.reading() as session:
        found = session.execute(select(Variant.sku, Variant.size, Variant.price)).all()
    assert sorted(map(tuple, found)) == [
        ("BOOT-42", "42", Decimal(80)),
        ("BOOT-43", "43", Decimal(70)),
        ("MUG", "", Decimal(10)),
    ]
    assert count(empty, Product) == 2


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.dictionaries(
        st.sampled_from(("order", "placed_at", "email", "sku", "product", "quantity", "price")),
        st.one_of(
            st.text(max_size=60),
            st.sampled_from(("1", "-1", "9e99", "Infinity", "2026-02-30", "a@b.de", "\x00", "１")),
        ),
    )
)
def test_hostile_rows_are_read_or_rejected_and_never_crash(raw: dict[str, str]) -> None:
    try:
        row = read_order(Fields(raw, Reading(NOW)))
    except Rejected:
        return
    assert row.quantity * row.price != 0
    assert row.order


def test_the_online_retail_file_is_a_shop(tmp_path: Path) -> None:
    try:
        file = shared_data(ROOT) / "recsys/uci_online_retail/online_retail.parquet"
    except FileNotFoundError as error:
        pytest.skip(str(error))
    from pyarrow import parquet

    part = tmp_path / "part.parquet"
    parquet.write_table(parquet.read_table(file).slice(0, 20_000), part)
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    upgrade(url)
    database = open_database(url)
    first = import_file(
        database, "orders", part, rejects=tmp_path / "r.csv", now=NOW, preset="online-retail"
    )
    assert first.read == 20_000
    assert first.rules["missing_customer"] > 0
    assert first.rules["negative_quantity"] > 0
    again = import_file(
        database, "orders", part, rejects=tmp_path / "r.csv", now=NOW, preset="online-retail"
    )
    assert again.changed == 0
    with database.reading() as session:
        customer = find_customer(session, "customer-17850@import.invalid")
        assert customer is not None
        orders = access_orders(session, customer, limit=1)
        hits = find_products_by_name(session, "white hanging heart t-light holder", now=NOW)
    database.close()
    assert orders[0].total.currency == "GBP"
    assert hits
