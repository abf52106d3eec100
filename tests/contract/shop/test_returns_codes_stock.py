"""Returns, identity codes, coupons, stock notices, search, privacy, migrations."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import inspect, select, text

from kit.database import Database, downgrade, upgrade
from kit.money import Money
from shop.access import access_customer, access_order, access_refunds, access_returns
from shop.catalogue import ProductFilter, find_products_by_name, search_products
from shop.demo import demo_exists, make_demo
from shop.demo.making import DemoError
from shop.invoices import invoice_of, send_invoice
from shop.mail import list_mails
from shop.models import Product, Variant
from shop.orders import OrderStateError
from shop.pictures import picture_for
from shop.privacy import OpenOrdersError, erase, export, set_newsletter
from shop.promotions import active_promotions, check_coupon
from shop.returns import move_return, returnable_lines, start_return
from shop.stock import add_stock_notice, notices_sent, send_due_notices, stock_of
from shop.verification import confirm_code, delete_expired_codes, start_verification
from tests.contract.shop.conftest import KEY, NOW, customer_id

MIA, TOM, LINA = "mia@fernweg.example", "tom@fernweg.example", "lina@fernweg.example"


def test_migrations_go_down_and_up_again(empty: Database) -> None:
    url = empty.engine.url.render_as_string(hide_password=False)
    tables = set(inspect(empty.engine).get_table_names())
    downgrade(url)
    assert set(inspect(empty.engine).get_table_names()) == {"alembic_version"}
    upgrade(url)
    assert set(inspect(empty.engine).get_table_names()) == tables
    assert {"order", "variant", "conversations"} <= tables


def test_rows_survive_the_way_down_and_up(shop: Database) -> None:
    url = shop.engine.url.render_as_string(hide_password=False)

    def kept() -> list[int]:
        with shop.reading() as session:
            tables = ("order", "payment", "refund", "return", "return_line")
            counts = [session.scalar(text(f'SELECT count(*) FROM "{one}"')) for one in tables]
        shop.engine.dispose()
        return [count or 0 for count in counts]

    before = kept()
    assert all(before)
    downgrade(url, "0018")
    upgrade(url)
    assert kept() == before


def test_the_demo_is_the_same_every_time_and_made_once(shop: Database) -> None:
    assert demo_exists(shop)
    with pytest.raises(DemoError, match="products already"):
        make_demo(shop, now=NOW)
    with shop.reading() as session:
        first = session.scalars(select(Product).order_by(Product.id).limit(3))
        names = [one.names["en"] for one in first]
        assert len(session.scalars(select(Product.id)).all()) == 120
    assert names[0] == "Karst Ridge 45 Backpack"


def test_a_return_starts_once_and_gets_its_label(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10391")
        assert order is not None
        boots = order.lines[0].line_id
        first = start_return(session, mia, "10391", [boots], "too_small", now=NOW)
    with shop.session() as session:
        second = start_return(session, mia, "10391", [boots], "too_small", now=NOW)
        left = returnable_lines(session, order, now=NOW)
    assert (first.started, second.started) == (True, False)
    assert first.returned is not None
    assert first.returned == second.returned
    assert (first.returned.label, str(first.returned.amount)) == ("RET-10391-1", "149.95 EUR")
    assert [entry.refusal for entry in left] == ["already_returned", None]


def test_returns_end_with_the_window(shop: Database) -> None:
    tom = customer_id(shop, TOM)
    with shop.session() as session:
        order = access_order(session, tom, "10123")
        assert order is not None
        line = order.lines[0].line_id
        refused = start_return(session, tom, "10123", [line], "changed_mind", now=NOW)
        assert (refused.started, refused.refusal) == (False, "window_over")
        assert access_returns(session, tom) == []


def test_a_refund_follows_the_parcel(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10391")
        assert order is not None
        started = start_return(session, mia, "10391", [order.lines[1].line_id], "other", now=NOW)
        assert started.returned is not None
        number = started.returned.number
        with pytest.raises(OrderStateError):
            move_return(session, number, "refunded", now=NOW)
        move_return(session, number, "received", now=NOW)
        move_return(session, number, "refunded", now=NOW)
        refund = access_refunds(session, mia)[0]
    assert (str(refund.amount), refund.state, refund.method) == ("14.95 EUR", "pending", "PayPal")


def test_an_exchange_reserves_the_new_size(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10391")
        assert order is not None
        line = order.lines[0]
        target = next(
            v for v in stock_of(session, line.product_id, size="41", colour="brown", now=NOW)
        )
        done = start_return(
            session,
            mia,
            "10391",
            [line.line_id],
            "too_small",
            exchange_variant_id=target.variant_id,
            now=NOW,
        )
        assert done.returned is not None
        assert done.returned.kind == "exchange"
        after = stock_of(session, line.product_id, size="41", colour="brown", now=NOW)
    assert after[0].stock == target.stock - 1


def code_in_last_mail(shop: Database) -> str:
    with shop.reading() as session:
        found = re.search(r"\d{6}", list_mails(session)[0].subject)
    assert found
    return found.group()


def test_a_code_proves_the_customer_once(shop: Database) -> None:
    with shop.session() as session:
        assert (
            start_verification(session, "10482", "MIA@fernweg.example ", key=KEY, now=NOW) == "sent"
        )
    code = code_in_last_mail(shop)
    with shop.session() as session:
        assert confirm_code(session, "10482", MIA, code, key=KEY, now=NOW) == customer_id(shop, MIA)
        assert confirm_code(session, "10482", MIA, code, key=KEY, now=NOW) is None


@pytest.mark.parametrize(("number", "email"), [("99999", MIA), ("10482", TOM), ("10482", "x@y.zz")])
def test_a_wrong_pair_gets_the_same_answer_and_no_mail(
    shop: Database, number: str, email: str
) -> None:
    with shop.session() as session:
        assert start_verification(session, number, email, key=KEY, now=NOW) == "sent"
        assert list_mails(session) == []
        assert confirm_code(session, number, email, "000000", key=KEY, now=NOW) is None


def test_a_code_sent_to_the_mailbox_is_enough_without_a_number(shop: Database) -> None:
    with shop.session() as session:
        assert start_verification(session, None, "nobody@y.zz", key=KEY, now=NOW) == "sent"
        assert list_mails(session) == []
        assert start_verification(session, None, MIA, key=KEY, now=NOW) == "sent"
    code = code_in_last_mail(shop)
    with shop.session() as session:
        assert confirm_code(session, None, TOM, code, key=KEY, now=NOW) is None
        assert confirm_code(session, "10482", MIA, code, key=KEY, now=NOW) is None
        assert confirm_code(session, None, MIA, code, key=KEY, now=NOW) == customer_id(shop, MIA)


def test_tries_time_and_number_of_codes_are_limited(shop: Database) -> None:
    with shop.session() as session:
        start_verification(session, "10482", MIA, key=KEY, now=NOW)
    code = code_in_last_mail(shop)
    wrong = "000000" if code != "000000" else "000001"
    with shop.session() as session:
        late = NOW + timedelta(minutes=16)
        assert confirm_code(session, "10482", MIA, code, key=KEY, now=late) is None
        for _ in range(5):
            assert confirm_code(session, "10482", MIA, wrong, key=KEY, now=NOW) is None
        assert confirm_code(session, "10482", MIA, code, key=KEY, now=NOW) is None
        assert start_verification(session, "10482", MIA, key=KEY, now=NOW) == "sent"
        assert start_verification(session, "10482", MIA, key=KEY, now=NOW) == "sent"
        assert start_verification(session, "10482", MIA, key=KEY, now=NOW) == "too_many"
        later = NOW + timedelta(minutes=61)
        assert start_verification(session, "10482", MIA, key=KEY, now=later) == "sent"
        assert delete_expired_codes(session, before=NOW + timedelta(minutes=20)) == 3


@pytest.mark.parametrize(
    ("code", "basket", "refusal", "saves"),
    [
        ("welcome10", "60", None, "6.00"),
        ("WELCOME10", "39.99", "below_minimum", None),
        ("TRAIL20", "120", None, "20.00"),
        ("SUMMER24", "500", "expired", None),
        ("NOPE", "50", "unknown", None),
    ],
)
def test_coupons(
    shop: Database, code: str, basket: str, refusal: str | None, saves: str | None
) -> None:
    with shop.reading() as session:
        check = check_coupon(session, code, basket_total=Money(Decimal(basket), "EUR"), now=NOW)
    assert check.refusal == refusal
    assert (str(check.saves.amount) if check.saves else None) == saves


def test_first_order_coupons_know_the_customer(shop: Database) -> None:
    with shop.reading() as session:
        mia = check_coupon(session, "WELCOME10", customer_id=customer_id(shop, MIA), now=NOW)
        noor = customer_id(shop, "noor@fernweg.example")
        new = check_coupon(session, "WELCOME10", customer_id=noor, now=NOW)
        assert {p.slug for p in active_promotions(session, NOW)} == {"hut-weeks", "warm-up"}
    assert (mia.refusal, new.refusal) == ("first_order_only", None)


def test_a_stock_notice_goes_out_once(shop: Database) -> None:
    with shop.session() as session:
        variant = session.scalars(
            select(Variant)
            .join(Product)
            .where(Product.slug == "karst-ridge-45-backpack", Variant.colour == "olive")
        ).one()
        view = stock_of(session, variant.product_id, colour="olive", now=NOW)[0]  # type: ignore[arg-type]
        assert (view.stock, str(view.expected_on)) == (0, "2026-12-06")
        key = view.variant_id
        assert add_stock_notice(session, key, "A@b.cc", language="zh", now=NOW) is True
        assert add_stock_notice(session, key, "a@b.cc", language="zh", now=NOW) is False
        assert send_due_notices(session, now=NOW) == 0
        variant.stock = 3
        session.flush()
        assert send_due_notices(session, now=NOW) == 1
        assert send_due_notices(session, now=NOW) == 0
        assert "到货了" in list_mails(session)[0].subject
        mia = customer_id(shop, MIA)
        assert notices_sent(session, mia, since=NOW) == [], "another one's"
        add_stock_notice(session, key, MIA, language="en", customer_id=mia, now=NOW)
        assert send_due_notices(session, now=NOW) == 1
        (sent,) = notices_sent(session, mia, since=NOW)
        assert (sent.slug, sent.at) == ("karst-ridge-45-backpack", NOW)


def test_search_understands_both_languages_slips_and_filters(shop: Database) -> None:
    with shop.reading() as session:

        def names(text: str, **filters: object) -> list[str]:
            found = search_products(session, text, ProductFilter(**filters), now=NOW)  # type: ignore[arg-type]
            return [product.name("en") for product in found]

        assert "Karst Ridge 45 Backpack" in names("ridge backpack")
        assert "Karst Ridge 45 Backpack" in names("ridge bakcpack")
        assert "Karst Ridge 45 Backpack" in names("山脊背包")
        assert names("zzzzqq") == []
        cheap = search_products(
            session,
            "",
            ProductFilter(categories=("socks",), price_max=Decimal(20)),
            sort="price",
            now=NOW,
        )
        assert cheap
        assert all(p.category == "socks" and p.price.amount <= 20 for p in cheap)
        assert [p.price.amount for p in cheap] == sorted(p.price.amount for p in cheap)
        named = find_products_by_name(session, "is the karst ridge 45 in olive in stock", now=NOW)
        assert named[0].slug == "karst-ridge-45-backpack"
        assert all(
            p.brand != "Karst"
            for p in search_products(
                session, "backpack", ProductFilter(not_brands=("karst",)), now=NOW
            )
        )


def test_an_invoice_has_its_number_and_vat(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10482")
        assert order is not None
        invoice = invoice_of(order)
        assert (invoice.number, str(invoice.vat)) == ("INV-2026-10482", "14.35 EUR")
        assert send_invoice(session, mia, "10482", now=NOW) == invoice
        send_invoice(session, mia, "10482", now=NOW)
        assert send_invoice(session, customer_id(shop, TOM), "10482", now=NOW) is None
        assert [mail.recipient for mail in list_mails(session)] == [MIA]


def test_export_then_erase_leaves_no_trace(shop: Database) -> None:
    tom = customer_id(shop, TOM)
    with shop.session() as session:
        set_newsletter(session, tom, granted=False, now=NOW)
        data = export(session, tom)
        assert data["customer"]["name"] == "Tom Okafor"
        assert data["orders"][0]["number"] == "10123"
        assert erase(session, tom, now=NOW) is True
        assert erase(session, tom, now=NOW) is False
        assert access_customer(session, tom) is None
    with shop.engine.connect() as connection:
        tables = inspect(shop.engine).get_table_names()
        everything = "".join(
            str(connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall()) for name in tables
        )
    assert "Okafor" not in everything
    assert "tom@fernweg" not in everything
    assert "Queen Street 3" not in everything


def test_nobody_is_erased_while_a_parcel_is_on_its_way(shop: Database) -> None:
    with shop.session() as session, pytest.raises(OpenOrdersError, match="1 orders"):
        erase(session, customer_id(shop, MIA), now=NOW)


def test_pictures_are_drawn_for_every_product(shop: Database) -> None:
    with shop.reading() as session:
        for slug in session.scalars(select(Product.slug)):
            picture = picture_for(session, slug)
            assert picture is not None
            assert picture.startswith(b"<svg")
        assert picture_for(session, "nothing") is None


def test_refund_waits_for_li_na(shop: Database) -> None:
    with shop.reading() as session:
        refunds = access_refunds(session, customer_id(shop, LINA))
    assert [(r.order_number, r.state) for r in refunds] == [("10290", "pending")]
