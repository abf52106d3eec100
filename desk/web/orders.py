"""Acts on a customer's order from the desk: confirmed on the page, done once, audited."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from aiohttp import web
from sqlalchemy.orm import Session

from desk.tickets import Agent, audit
from desk.tickets.queue import record_why
from desk.tickets.routing import Why
from desk.web.access import access_customer_id, access_ticket, current_agent
from desk.web.customer import shop_id
from desk.web.desk import DESK
from desk.web.errors import Refused, not_found
from desk.web.forms import form_of, go, wants_json
from desk.web.pages import ticket_id
from shop.ids import CustomerId
from shop.orders import cancel_order, change_shipping_address
from shop.policy_file import policy_of
from shop.service import refund_part, send_again

ACTS: Final = ("cancel", "refund", "resend", "address")
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True)
class Done:
    """Why an act was refused, or None; what to write into the logs; False where it was old news."""

    refusal: str | None = None
    detail: str = ""
    changed: bool = True


async def act_on_order(request: web.Request) -> web.StreamResponse:
    """Cancel, give money back, send again, or change the address of one order.

    Money is given back once per key of a form; every form that is shown has a new one.
    """
    form = await form_of(request)
    act, number = form.get("act", ""), form.get("order", "")
    if act not in ACTS:
        raise Refused(422, "bad_act", field="act")
    if form.get("confirm") != "yes":
        raise Refused(422, "not_confirmed", field="confirm")
    desk, agent = request.app[DESK], current_agent(request)

    def work() -> tuple[Done, str]:
        now = desk.clock.now()
        with desk.database.session() as session:
            found, conversation = access_ticket(session, ticket_id(request))
            if found.agent_id != agent.id and not agent.may("tickets.manage"):
                raise Refused(403, "take_first")
            customer_id = access_customer_id(found, conversation)
            known = shop_id(customer_id) if customer_id else None
            if known is None:
                raise not_found()
            done = _do(session, agent, act, known, number, form, found.id, now)
            if done.refusal == "unknown":
                raise not_found()
            if done.refusal is None and done.changed:
                detail = done.detail
                audit(
                    session,
                    agent,
                    f"order.{act}",
                    f"order {number}",
                    now,
                    ticket=found.id,
                    detail=detail,
                )
                why = (Why("order", number), *((Why("detail", detail),) if detail else ()))
                record_why(session, found.id, f"order_{act}", now, why, agent.id)
            return done, conversation.id

    done, conversation_id = await request.app[DESK].database.writes.run(work)
    if done.refusal is not None:
        raise Refused(409, f"order_{done.refusal}", field="order")
    desk.live.publish(conversation_id)
    if wants_json(request):
        return web.json_response({"done": act, "changed": done.changed})
    said = act if done.changed else f"already_{act}"
    return go(f"/desk/tickets/{ticket_id(request)}?said={said}")


def _do(
    session: Session,
    agent: Agent,
    act: str,
    customer: CustomerId,
    number: str,
    form: dict[str, str],
    ticket: int,
    now: datetime,
) -> Done:
    if act == "cancel":
        cancelled = cancel_order(session, customer, number, by_person=True, now=now)
        was_before = cancelled.refusal is None and not cancelled.changed
        return Done("already_cancelled" if was_before else cancelled.refusal)
    if act == "address":
        changed = change_shipping_address(
            session, customer, number, form.get("address", ""), by_person=True, now=now
        )
        return Done(changed.refusal, changed=changed.changed)
    if act == "resend":
        served = send_again(session, customer, number, now=now)
        return Done(served.refusal, served.order_number or "", served.changed)
    amount = _amount(form.get("amount", ""))
    limit = None if agent.may("orders.refund") else policy_of(session).agent_refund
    if not _KEY.fullmatch(form.get("key", "")):
        raise Refused(422, "refused", field="key")
    key = f"{ticket}:{number}:{form['key']}"
    served = refund_part(session, customer, number, amount, key=key, now=now, limit=limit)
    if served.refusal == "over_limit":
        raise Refused(403, "over_limit", field="amount")
    return Done(served.refusal, str(amount), served.changed)


def _amount(raw: str) -> Decimal:
    try:
        amount = Decimal(raw.replace(",", "."))
    except InvalidOperation as error:
        raise Refused(422, "bad_amount", field="amount") from error
    if not amount.is_finite() or amount <= 0 or amount != amount.quantize(Decimal("0.01")):
        raise Refused(422, "bad_amount", field="amount")
    return amount
