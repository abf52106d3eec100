"""Where an order is, what it is, what it cost; what became of a return or a refund."""

from collections.abc import Callable
from typing import Any

from actions.arrival import deadline, is_about_new, say_for_order, say_if_ordered_now
from actions.forms.proof import need_customer
from actions.forms.run import Done, Run
from actions.forms.script import FormScript
from actions.forms.starts import FORM_OF_INTENT
from actions.forms.which_order import need_order
from actions.turn import Button
from kit.i18n import local_day
from shop.access import access_orders, access_refunds, access_returns
from shop.ids import CustomerId
from shop.invoices import send_invoice
from shop.orders import report_lost
from shop.views import OrderView


class OrderForm(FormScript):
    """Everything that only needs to know who asks and which order is meant."""

    name = "validate_order_form"
    form = "order_form"

    def script(self, run: Run) -> None:
        """Find out what is asked, by whom, about which order; then tell."""
        wish = run.data.get("wish")
        asked = run.turn.intent
        if wish is None or (
            FORM_OF_INTENT.get(asked) == self.form and asked != wish and not run.is_start
        ):
            wish = run.take(
                "wish", asked if FORM_OF_INTENT.get(asked) == self.form else "track_order"
            )
        if wish == "list_orders" and run.turn.first("order_number"):
            wish = run.take("wish", "track_order")  # one order is named, so that one is meant
        by = deadline(run.turn)
        may_be_new = wish in {"track_order", "report_late_order"} and run.is_start
        if (by is not None and may_be_new and is_about_new(run.turn)) and say_if_ordered_now(
            run.turn, run.talk, run.services, by
        ):
            raise Done
        customer = need_customer(run)
        if wish == "list_orders":
            return tell_orders(run, customer)
        if wish == "track_return":
            return tell_returns(run, customer)
        if wish == "track_refund":
            return tell_refunds(run, customer)
        if wish == "request_invoice":
            return mail_invoice(run, customer)
        order = need_order(
            run, customer, fits(wish), none_fits="utter_no_orders", or_newest=wish == "track_order"
        )
        if wish == "report_lost_parcel":
            return note_lost(run, customer, order)
        say_for_order(run.turn, run.talk, run.services, order)
        return tell_status(run, order)


def fits(wish: str) -> Callable[[OrderView], bool]:
    """Which orders a wish can be about, before the shopper names one."""
    on_its_way = {"placed", "paid", "packed", "shipped", "in_transit", "out_for_delivery"}
    if wish == "report_lost_parcel":
        return lambda order: bool(order.shipments)
    if wish in {"track_parcel", "report_late_order", "track_order"}:
        return lambda order: order.state in on_its_way
    return lambda order: True


def tell_status(run: Run, order: OrderView) -> None:
    """State, last scan, promised day; what to do when it is late."""
    words, today = run.words, local_day(run.turn.now)
    facts: dict[str, Any] = {
        "number": order.number,
        "items": words.lines(order.lines),
        "promised": words.day(order.promised_on),
        "placed": words.day(order.placed_at),
    }
    if order.state == "delivered" and order.delivered_at is None:
        run.finish("utter_status_delivered_undated", **facts)  # an imported shop may not know
    if order.state == "delivered":
        run.finish(
            "utter_status_delivered",
            [goes_with(run, order)],
            **facts,
            day=words.day(order.delivered_at),
        )
    if order.state == "cancelled":
        run.finish("utter_status_cancelled", **facts)
    if not order.shipments:
        run.finish(f"utter_status_{'packed' if order.state == 'packed' else 'preparing'}", **facts)
    parcel = order.shipments[-1]
    last = parcel.events[-1] if parcel.events else None
    facts |= {
        "carrier": parcel.carrier,
        "tracking": parcel.tracking_number,
        "scan": words.text(f"scan.{last.code}", place=last.place)
        if last
        else words.text("scan.none"),
        "scanned": words.day(last.at) if last else "",
    }
    late = order.days_late(today)
    if late:
        run.finish("utter_status_late", [words.person()], **facts, late=words.days(late))
    if order.state == "out_for_delivery":
        run.finish("utter_status_out_for_delivery", [goes_with(run, order)], **facts)
    run.finish("utter_status_on_its_way", [goes_with(run, order)], **facts)


def goes_with(run: Run, order: OrderView) -> Button:
    """A button that shows what goes with an order."""
    return Button(
        run.words.text("goes_with"), f'/ask_complements{{"order_number":"{order.number}"}}'
    )


def note_lost(run: Run, customer: CustomerId, order: OrderView) -> None:
    """Start the search for a parcel, after a yes."""
    if not order.shipments:
        return tell_status(run, order)
    run.need_yes("utter_ask_report_lost", number=order.number, items=run.words.lines(order.lines))
    with run.services.database.session() as session:
        report_lost(session, customer, order.number, now=run.turn.now)
    run.finish(
        "utter_lost_reported",
        [run.words.person()],
        number=order.number,
        carrier=order.shipments[-1].carrier,
    )
    return None


def tell_orders(run: Run, customer: CustomerId) -> None:
    """The newest orders, one a line."""
    with run.services.database.reading() as session:
        orders = access_orders(session, customer, limit=5)
    if not orders:
        run.finish("utter_no_orders", [run.words.person()])
    lines = [
        run.words.text(
            "order_row",
            number=order.number,
            day=run.words.day(order.placed_at),
            items=run.words.lines(order.lines),
            total=run.words.money(order.total),
            state=run.words.state(order),
        )
        for order in orders
    ]
    run.talk.remember("last_order", orders[0].number)
    run.talk.remember("shown_orders", [order.number for order in orders])
    run.finish("utter_orders", rows="\n".join(lines))


def tell_returns(run: Run, customer: CustomerId) -> None:
    """The newest return and what happens next."""
    with run.services.database.reading() as session:
        returns = access_returns(session, customer)
    named = run.turn.first("order_number")
    found = [r for r in returns if named is None or r.order_number == named] or returns
    if not found:
        run.finish("utter_no_returns")
    newest = found[0]
    run.finish(
        "utter_return_status",
        number=newest.number,
        order=newest.order_number,
        items=run.words.lines(newest.lines),
        state=run.words.text(f"return.{newest.state}"),
        day=run.words.day(newest.created_at),
        next=run.words.text(f"return_next.{newest.state}"),
    )


def tell_refunds(run: Run, customer: CustomerId) -> None:
    """Money on its way, or why there is none yet."""
    with run.services.database.reading() as session:
        refunds = access_refunds(session, customer)
        returns = access_returns(session, customer)
    named = run.turn.first("order_number")
    found = [r for r in refunds if named is None or r.order_number == named] or refunds
    if found:
        refund = found[0]
        response = "utter_refund_paid" if refund.state == "paid" else "utter_refund_pending"
        run.finish(
            response,
            number=refund.order_number,
            amount=run.words.money(refund.amount),
            method=refund.method,
            day=run.words.day(refund.paid_at or refund.expected_on),
        )
    if returns:
        return tell_returns(run, customer)
    run.finish("utter_no_refunds")
    return None


def mail_invoice(run: Run, customer: CustomerId) -> None:
    """A copy of the invoice to the customer's own address."""
    order = need_order(run, customer, lambda order: True, none_fits="utter_no_orders")
    with run.services.database.session() as session:
        invoice = send_invoice(session, customer, order.number, now=run.turn.now)
    assert invoice is not None
    run.finish(
        "utter_invoice_sent",
        number=order.number,
        document=invoice.number,
        total=run.words.money(order.total),
    )
