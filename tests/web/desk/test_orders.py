"""Acts on a customer's order from the desk: confirmed, done once, told, audited, nobody else's."""

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from desk.tickets import Role, events_of, first_break, read_audit
from kit.database import Database
from shop.demo import make_demo
from shop.mail import list_mails
from shop.models import Order, OrderLine, Refund, Variant
from tests.web.desk.conftest import NOW, Browser, MakeTicket

MIA = 1
ADDRESS = "New Lane 5, 10115 Berlin"


@pytest.fixture
def customer_ticket(desk_database: Database, make_ticket: MakeTicket) -> int:
    """A ticket of Mia's, with an order that is paid and one that arrived; somebody else's order."""
    make_demo(desk_database, now=NOW, customers=20, products=60, days=120)
    with desk_database.session() as session:
        variant = session.scalars(select(Variant).where(Variant.stock > 5)).first()
        assert variant is not None
        for number, customer, state in (
            ("90001", MIA, "paid"),
            ("90002", MIA, "delivered"),
            ("90003", 2, "paid"),
        ):
            order = Order(
                number=number,
                customer_id=customer,
                state=state,
                currency="EUR",
                items_total=Decimal(120),
                total=Decimal(120),
                placed_at=NOW,
                recipient="Mia",
                address="Old Road 1, 20253 Hamburg",
                country="DE",
            )
            order.lines = [
                OrderLine(position=1, variant_id=variant.id, quantity=1, unit_price=Decimal(120))
            ]
            session.add(order)
    return make_ticket(customer_id=MIA).id


async def act(browser: Browser, ticket: int, **fields: str) -> tuple[int, dict[str, Any]]:
    response = await browser.send(f"/desk/tickets/{ticket}/order", **{"confirm": "yes", **fields})
    return response.status, await response.json()


async def take(browser: Browser, ticket: int) -> None:
    assert (await browser.send(f"/desk/tickets/{ticket}/take", version=1)).status == 200


def state_of(database: Database, number: str) -> tuple[str, str]:
    with database.reading() as session:
        order = session.scalars(select(Order).where(Order.number == number)).one()
        return order.state, order.address


def audited(database: Database) -> list[tuple[str, str, str, str]]:
    """Who, act, order and detail of every line, oldest first."""
    with database.reading() as session:
        return [
            (one.agent_name, one.act, one.subject, one.detail["detail"])
            for one in reversed(read_audit(session))
        ]


def given_back(database: Database) -> list[Decimal]:
    with database.reading() as session:
        return list(
            session.scalars(
                select(Refund.amount).where(Refund.key.startswith("desk:")).order_by(Refund.id)
            )
        )


async def test_cancelling_is_confirmed_done_once_told_and_audited(
    agent: Browser, customer_ticket: int, desk_database: Database
) -> None:
    await take(agent, customer_ticket)
    status, body = await act(agent, customer_ticket, act="cancel", order="90001", confirm="")
    assert (status, body["field"]) == (422, "confirm")
    assert state_of(desk_database, "90001")[0] == "paid"
    assert audited(desk_database) == []
    assert (await act(agent, customer_ticket, act="cancel", order="90001"))[0] == 200
    assert state_of(desk_database, "90001")[0] == "cancelled"
    status, body = await act(agent, customer_ticket, act="cancel", order="90001")
    assert (status, body["error"]) == (409, "order_already_cancelled")
    assert audited(desk_database) == [("Ines Agent", "order.cancel", "order 90001", "")]
    with desk_database.reading() as session:
        assert [e.kind for e in events_of(session, customer_ticket)][-1] == "order_cancel"
        subjects = [one.subject for one in list_mails(session)]
    assert subjects.count("Order 90001 is cancelled") == 1


async def test_an_address_is_changed_and_not_written_into_the_log(
    agent: Browser, customer_ticket: int, desk_database: Database
) -> None:
    await take(agent, customer_ticket)
    fields = {"act": "address", "order": "90001", "address": ADDRESS}
    assert (await act(agent, customer_ticket, **fields))[0] == 200
    assert state_of(desk_database, "90001") == ("paid", ADDRESS)
    status, body = await act(agent, customer_ticket, act="address", order="90002", address="x")
    assert (status, body["error"]) == (409, "order_already_delivered")
    assert audited(desk_database) == [("Ines Agent", "order.address", "order 90001", "")]


async def test_sending_again_makes_one_free_order(
    agent: Browser, customer_ticket: int, desk_database: Database
) -> None:
    await take(agent, customer_ticket)
    for _ in range(2):
        assert (await act(agent, customer_ticket, act="resend", order="90002"))[0] == 200
    with desk_database.reading() as session:
        again = session.scalars(select(Order).where(Order.number.startswith("90002-"))).all()
        assert [(one.number, one.total, one.state) for one in again] == [
            ("90002-R", Decimal(0), "paid")
        ]
    assert audited(desk_database) == [("Ines Agent", "order.resend", "order 90002", "90002-R")]
    status, body = await act(agent, customer_ticket, act="resend", order="90001")
    assert (status, body["error"]) == (409, "order_not_sent")


async def test_an_agents_refunds_of_an_order_stay_within_the_limit_together(
    agent: Browser, customer_ticket: int, desk_database: Database
) -> None:
    await take(agent, customer_ticket)
    first = {"act": "refund", "order": "90002", "amount": "30,00", "key": "1"}
    for _ in range(2):  # a double click
        assert (await act(agent, customer_ticket, **first))[0] == 200
    assert given_back(desk_database) == [Decimal(30)]
    more = {"act": "refund", "order": "90002", "amount": "20.01", "key": "2"}
    status, body = await act(agent, customer_ticket, **more)
    assert (status, body["error"], body["field"]) == (403, "over_limit", "amount")
    assert given_back(desk_database) == [Decimal(30)]
    for amount in ("0", "-5", "1e3", "12.345", "NaN", "ten"):
        status, body = await act(agent, customer_ticket, **{**more, "amount": amount})
        assert status in (403, 409, 422), amount
    await agent.sign_in("supervisor")
    assert (await act(agent, customer_ticket, **more))[0] == 200
    status, body = await act(agent, customer_ticket, **{**more, "amount": "70", "key": "3"})
    assert (status, body["error"]) == (409, "order_too_much")
    assert given_back(desk_database) == [Decimal(30), Decimal("20.01")]
    assert audited(desk_database) == [
        ("Ines Agent", "order.refund", "order 90002", "30.00"),
        ("Ines Supervisor", "order.refund", "order 90002", "20.01"),
    ]


async def test_every_form_gives_money_back_once_and_a_second_form_again(
    agent: Browser, customer_ticket: int, desk_database: Database
) -> None:
    await take(agent, customer_ticket)

    async def form() -> tuple[str, str, str]:
        """The page, the key and the amount of its form for order 90002."""
        _, page = await agent.open(f"/desk/tickets/{customer_ticket}")
        form = r'value="refund">.*?value="90002">.*?name="key" value="([^"]+)"'
        found = re.search(form + r'.*?required value="([^"]+)"', page, re.DOTALL)
        assert found is not None
        return page, found[1], found[2]

    _, key, offered = await form()
    assert offered == "120.00"
    first = {"act": "refund", "order": "90002", "amount": "5", "key": key}
    status, body = await act(agent, customer_ticket, **first)
    assert (status, body) == (200, {"done": "refund", "changed": True})
    page, second, offered = await form()
    assert offered == "115.00"
    assert "Given back: €5.00" in page
    assert second != key
    more = {**first, "amount": "7.50", "key": second}
    assert (await act(agent, customer_ticket, **more))[1] == {"done": "refund", "changed": True}
    assert (await act(agent, customer_ticket, **more))[1] == {"done": "refund", "changed": False}
    assert given_back(desk_database) == [Decimal(5), Decimal("7.50")]

    status, body = await act(agent, customer_ticket, **{**more, "amount": "8"})
    assert (status, body["error"]) == (409, "order_other_amount")
    _, third, _ = await form()
    status, body = await act(agent, customer_ticket, **{**more, "amount": "60", "key": third})
    assert (status, body["error"]) == (403, "over_limit")
    status, body = await act(agent, customer_ticket, **{**more, "key": ""})
    assert (status, body["field"]) == (422, "key")
    assert given_back(desk_database) == [Decimal(5), Decimal("7.50")]

    response = await agent.send(
        f"/desk/tickets/{customer_ticket}/order", script=False, confirm="yes", **more
    )
    assert response.headers["Location"].endswith("?said=already_refund")
    _, page = await agent.open(response.headers["Location"])
    assert "nothing more was given back now" in page


@pytest.mark.parametrize("number", ["90003", "12345678", "<script>"])
async def test_orders_of_others_do_not_exist(
    agent: Browser, customer_ticket: int, desk_database: Database, number: str
) -> None:
    await take(agent, customer_ticket)
    assert (await act(agent, customer_ticket, act="cancel", order=number))[0] == 404
    assert state_of(desk_database, "90003")[0] == "paid"
    assert audited(desk_database) == []


async def test_only_who_has_the_ticket_acts_and_only_for_a_known_customer(
    agent: Browser, customer_ticket: int, make_ticket: MakeTicket, desk_database: Database
) -> None:
    status, body = await act(agent, customer_ticket, act="cancel", order="90001")
    assert (status, body["error"]) == (403, "take_first")
    guests = make_ticket("Hello").id
    await take(agent, guests)
    assert (await act(agent, guests, act="cancel", order="90001"))[0] == 404
    assert (await act(agent, guests, act="sell", order="90001"))[0] == 422
    assert state_of(desk_database, "90001")[0] == "paid"


ROLES: tuple[Role, ...] = ("agent", "supervisor", "admin")


async def test_nobody_can_edit_the_audit_log(
    agent: Browser, customer_ticket: int, desk_database: Database
) -> None:
    await take(agent, customer_ticket)
    await act(agent, customer_ticket, act="cancel", order="90001")
    await act(agent, customer_ticket, act="refund", order="90002", amount="5", key="k")
    for role in ROLES:
        await agent.sign_in(role)
        assert (await agent.send("/desk/audit", id="1")).status == 405
    for statement in ("UPDATE desk_audit SET act = 'none'", "DELETE FROM desk_audit"):
        with pytest.raises(DatabaseError, match="the audit log is final"):  # noqa: SIM117
            with desk_database.session() as session:
                session.execute(text(statement))
    with desk_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(text("desk_audit"))) == 2
        assert first_break(session) is None
