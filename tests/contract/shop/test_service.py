"""Money and things given beyond the rules: once for each line, whatever is asked for later."""

from decimal import Decimal

from sqlalchemy import func, select

from kit.database import Database
from shop.access import access_order
from shop.ids import VariantId
from shop.models import Order, OrderLine, Refund
from shop.service import refund_missing, replace_lines
from tests.contract.shop.conftest import NOW, customer_id

MIA = "mia@fernweg.example"
NUMBER = "10391"


def _two_lines(shop: Database) -> list[tuple[int, VariantId]]:
    """Line id and variant of an order's two lines; a second line is added where it has one."""
    with shop.session() as session:
        order = session.scalars(select(Order).where(Order.number == NUMBER)).one()
        lines = session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
        if len(lines) == 1:
            session.add(
                OrderLine(
                    order_id=order.id,
                    position=lines[0].position + 1,
                    quantity=1,
                    variant_id=lines[0].variant_id,
                    unit_price=Decimal(5),
                )
            )
    with shop.reading() as session:
        seen = access_order(session, customer_id(shop, MIA), NUMBER)
        assert seen is not None
        return [(line.line_id, line.variant_id) for line in seen.lines[:2]]


def test_a_missing_line_is_paid_once_whatever_is_named_with_it(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    (first, variant), (second, _) = _two_lines(shop)
    with shop.session() as session:
        done, amount = refund_missing(session, mia, NUMBER, [second], now=NOW)
        assert (done.refusal, done.changed) == (None, True)
        assert amount is not None
    with shop.session() as session:
        again, _ = refund_missing(session, mia, NUMBER, [second], now=NOW)
        assert (again.refusal, again.changed) == (None, False)
        both, _ = refund_missing(session, mia, NUMBER, [first, second], now=NOW)
        assert both.refusal == "settled"
        sent = replace_lines(session, mia, NUMBER, {second: variant}, now=NOW)
        assert sent.refusal == "settled"
    with shop.reading() as session:
        of_missing = select(func.sum(Refund.amount)).where(Refund.key.startswith("desk:missing:"))
        assert session.scalar(of_missing) == amount.amount


def test_a_line_is_sent_again_once_whatever_is_named_with_it(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    (first, variant), (second, other) = _two_lines(shop)
    with shop.session() as session:
        done = replace_lines(session, mia, NUMBER, {first: variant}, now=NOW)
        assert (done.refusal, done.changed) == (None, True)
    with shop.session() as session:
        same = replace_lines(session, mia, NUMBER, {first: variant}, now=NOW)
        assert (same.refusal, same.changed) == (None, False)
        wider = {first: variant, second: other}
        assert replace_lines(session, mia, NUMBER, wider, now=NOW).refusal == "settled"
        paid, _ = refund_missing(session, mia, NUMBER, [first, second], now=NOW)
        assert paid.refusal == "settled"
    with shop.reading() as session:
        again = session.scalars(select(Order.number).where(Order.number.startswith(f"{NUMBER}-R")))
        assert again.all() == [done.order_number]
