"""Two real sessions at once: one wins, nothing is counted twice, nothing is lost."""

from collections.abc import Callable, Sequence
from threading import Barrier, Thread

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kit.database import Database
from shop.access import access_order, access_returns
from shop.ids import VariantId
from shop.mail import list_mails
from shop.models import Consent, Refund, StockNotice, Variant, VerificationCode
from shop.orders import cancel_order, change_line_variant
from shop.privacy import set_newsletter
from shop.returns import move_return, start_return
from shop.service import refund_part
from shop.stock import add_stock_notice, send_due_notices
from shop.verification import confirm_code, start_verification
from tests.contract.shop.conftest import KEY, NOW, customer_id

MIA = "mia@fernweg.example"


def at_once(database: Database, works: Sequence[Callable[[Session], object]]) -> list[object]:
    """Each work in a thread and a unit of work of its own, all let go together; in their order."""
    gate = Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(place: int) -> None:
        gate.wait()
        try:
            with database.session() as session:
                results[place] = works[place](session)
        except Exception as error:
            results[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_no_more_than_three_codes_an_hour(shop: Database) -> None:
    answers = at_once(shop, [lambda s: start_verification(s, "10482", MIA, key=KEY, now=NOW)] * 8)
    assert sorted(map(str, answers)) == ["sent"] * 3 + ["too_many"] * 5
    with shop.reading() as session:
        assert session.scalar(select(func.count(VerificationCode.id))) == 3
        assert len(list_mails(session)) == 3


def test_a_code_works_once(shop: Database) -> None:
    with shop.session() as session:
        start_verification(session, "10482", MIA, key=KEY, now=NOW)
        code = "".join(filter(str.isdigit, list_mails(session)[0].subject))
    mia = customer_id(shop, MIA)
    answers = at_once(shop, [lambda s: confirm_code(s, "10482", MIA, code, key=KEY, now=NOW)] * 4)
    assert answers.count(mia) == 1
    assert answers.count(None) == 3


def test_tries_are_counted_together(shop: Database) -> None:
    with shop.session() as session:
        start_verification(session, "10482", MIA, key=KEY, now=NOW)
        code = "".join(filter(str.isdigit, list_mails(session)[0].subject))
    wrong = "000000" if code != "000000" else "000001"
    answers = at_once(shop, [lambda s: confirm_code(s, "10482", MIA, wrong, key=KEY, now=NOW)] * 8)
    assert answers == [None] * 8
    with shop.session() as session:
        assert session.scalar(select(VerificationCode.tries)) == 5
        assert confirm_code(session, "10482", MIA, code, key=KEY, now=NOW) is None


def test_two_lines_returned_at_once_are_two_returns(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.reading() as session:
        order = access_order(session, mia, "10391")
    assert order is not None
    first, second = (line.line_id for line in order.lines)
    answers = at_once(
        shop,
        [
            lambda s: start_return(s, mia, "10391", [first], "other", now=NOW).started,
            lambda s: start_return(s, mia, "10391", [second], "other", now=NOW).started,
            lambda s: start_return(s, mia, "10391", [first], "other", now=NOW).started,
        ],
    )
    assert answers.count(True) == 2
    assert answers[1] is True
    with shop.reading() as session:
        assert sorted(r.number for r in access_returns(session, mia)) == ["R10391-1", "R10391-2"]
        assert len(list_mails(session)) == 2


def test_a_return_and_the_desk_give_no_more_back_than_was_paid(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    with shop.session() as session:
        order = access_order(session, mia, "10391")
        assert order is not None
        lines = [line.line_id for line in order.lines]
        returned = start_return(session, mia, "10391", lines, "other", now=NOW).returned
        assert returned is not None
        number, total = returned.number, order.total.amount
        move_return(session, number, "received", now=NOW)
    at_once(
        shop,
        [
            lambda s: move_return(s, number, "refunded", now=NOW),
            lambda s: refund_part(s, mia, "10391", total, key="k", now=NOW),
        ],
    )
    with shop.reading() as session:
        given = session.scalar(
            select(func.sum(Refund.amount)).where(Refund.order_id == order.order_id)
        )
    assert given <= total


def stocks(database: Database, ids: Sequence[VariantId]) -> dict[int, int]:
    with database.reading() as session:
        rows = session.execute(select(Variant.id, Variant.stock).where(Variant.id.in_(ids)))
        return {row[0]: row[1] for row in rows}


def other_variants(database: Database) -> tuple[int, VariantId, list[VariantId]]:
    """Mia's first line, its variant, and three others of the same price that are there."""
    with database.reading() as session:
        order = access_order(session, customer_id(database, MIA), "10482")
        assert order is not None
        line = order.lines[0]
        ids = session.scalars(
            select(Variant.id)
            .where(
                Variant.product_id == line.product_id,
                Variant.id != line.variant_id,
                Variant.price == line.unit_price.amount,
                Variant.stock > 2,
            )
            .order_by(Variant.id)
            .limit(3)
        ).all()
    assert len(ids) == 3
    return line.line_id, line.variant_id, [VariantId(key) for key in ids]


def test_one_line_changed_three_ways_holds_stock_once(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    line_id, old, targets = other_variants(shop)
    before = stocks(shop, [old, *targets])

    def change_to(target: VariantId) -> Callable[[Session], object]:
        return lambda s: change_line_variant(s, mia, "10482", line_id, target, now=NOW).changed

    assert at_once(shop, [change_to(target) for target in targets]) == [True] * 3
    with shop.reading() as session:
        order = access_order(session, mia, "10482")
    assert order is not None
    held = order.lines[0].variant_id
    expected = {key: count + (key == old) - (key == held) for key, count in before.items()}
    assert stocks(shop, [old, *targets]) == expected


def test_cancelling_during_a_change_frees_what_is_held(shop: Database) -> None:
    mia = customer_id(shop, MIA)
    line_id, old, targets = other_variants(shop)
    before = stocks(shop, [old, targets[0]])
    answers = at_once(
        shop,
        [
            lambda s: change_line_variant(s, mia, "10482", line_id, targets[0], now=NOW).refusal,
            lambda s: cancel_order(s, mia, "10482", now=NOW).changed,
        ],
    )
    assert answers[0] in (None, "already_cancelled")
    assert answers[1] is True
    assert stocks(shop, [old, targets[0]]) == {**before, old: before[old] + 1}
    with shop.reading() as session:
        assert session.scalar(select(func.count()).where(Refund.key.like("cancel:%"))) == 1


def test_a_notice_is_noted_and_mailed_once(shop: Database) -> None:
    with shop.session() as session:
        variant = session.scalars(select(Variant).where(Variant.stock > 0).limit(1)).one()
        key = VariantId(variant.id)
    added = at_once(
        shop, [lambda s: add_stock_notice(s, key, "a@b.cc", language="en", now=NOW)] * 4
    )
    assert sorted(map(str, added)) == ["False"] * 3 + ["True"]
    with shop.session() as session:
        session.query(StockNotice).where(StockNotice.email != "a@b.cc").delete()
    sent = at_once(shop, [lambda s: send_due_notices(s, now=NOW)] * 4)
    assert sorted(map(str, sent)) == ["0", "0", "0", "1"]
    with shop.reading() as session:
        assert [mail.recipient for mail in list_mails(session)] == ["a@b.cc"]


def test_consent_given_twice_at_once_is_one_row(shop: Database) -> None:
    noor = customer_id(shop, "noor@fernweg.example")
    with shop.session() as session:
        session.query(Consent).where(Consent.customer_id == noor).delete()
    answers = at_once(shop, [lambda s: set_newsletter(s, noor, granted=True, now=NOW)] * 4)
    assert sorted(map(str, answers)) == ["False"] * 3 + ["True"]
