"""Send something back, for money or for another size or colour."""

from decimal import Decimal

from actions.forms.changes import change_item, need_line, need_variant
from actions.forms.proof import need_customer
from actions.forms.run import Run
from actions.forms.script import FormScript
from actions.forms.which_order import need_order
from actions.handover import hand_over
from actions.turn import Button
from shop.orders import change_refusal
from shop.returns import REASONS, returnable_lines, start_return, window_end
from shop.views import LineView, OrderView

HIGH_REFUND = Decimal(1000)  # from here on a person decides


class ReturnForm(FormScript):
    """A return or an exchange."""

    name = "validate_return_form"
    form = "return_form"

    def script(self, run: Run) -> None:
        """Which order, which item, why, money or exchange, a yes, done."""
        if run.is_start:
            run.data["kind"] = "exchange" if run.turn.intent == "exchange_item" else "refund"
            if run.turn.intent == "report_damaged_item":
                run.data["reason"] = run.turn.first("reason") or "damaged"
        elif run.turn.intent == "exchange_item" and run.data.get("kind") == "refund":
            run.take("kind", "exchange")
        for wanted in ("size", "colour"):
            if run.data["kind"] == "exchange" and run.turn.first(wanted):
                run.data[f"wanted_{wanted}"] = run.turn.first(wanted)  # asked for later
        note_reason(run)
        customer = need_customer(run)
        order = need_order(
            run,
            customer,
            lambda o: (
                (run.data["kind"] == "exchange" and change_refusal(o) is None)
                or (
                    o.state == "delivered"
                    and o.delivered_at is not None
                    and run.turn.now <= window_end(o)
                )
            ),
            none_fits="utter_nothing_to_return",
        )
        if run.data["kind"] == "exchange" and change_refusal(order) is None:
            change_item(run, customer, order)  # nothing has to travel back yet
            return
        line = self._line(run, order)
        reason = need_reason(run, line)
        variant = need_variant(run, line) if run.data["kind"] == "exchange" else None
        values: dict[str, object] = {
            "number": order.number,
            "product": line.name(run.words.language),
            "reason": run.words.text(f"reason.{reason}"),
        }
        if variant is None:
            amount = run.words.money(line.unit_price * line.quantity)
            run.need_yes("utter_ask_return", **values, amount=amount)
            if (line.unit_price * line.quantity).amount >= HIGH_REFUND:
                hand_over(run.turn, run.talk, run.services, reason="policy", topic="refunds")
                run.finish("utter_high_refund", amount=amount, product=values["product"])
        else:
            run.need_yes("utter_ask_exchange", **values, new=run.words.variant(variant))
        with run.services.database.session() as session:
            done = start_return(
                session,
                customer,
                order.number,
                [line.line_id],
                reason,
                exchange_variant_id=None if variant is None else variant.variant_id,
                now=run.turn.now,
            )
        if done.returned is None:
            run.finish(
                f"utter_return_{done.refusal}",
                [run.words.person()],
                number=order.number,
                day="",
                product=values["product"],
            )
        assert done.returned is not None
        response = "utter_return_started" if variant is None else "utter_exchange_started"
        shows = ("goes_with", "ask_complements") if variant else ("instead", "recommend_products")
        about = f'{{"slug":"{line.slug}","order_number":"{order.number}"}}'
        run.finish(
            response,
            [Button(run.words.text(shows[0]), f"/{shows[1]}{about}")],
            number=order.number,
            product=values["product"],
            label=done.returned.label,
            new="" if variant is None else run.words.variant(variant),
            amount=run.words.money(done.returned.amount),
        )

    def _line(self, run: Run, order: OrderView) -> LineView:
        with run.services.database.reading() as session:
            entries = returnable_lines(session, order, now=run.turn.now)
        free = [entry.line for entry in entries if entry.refusal is None]
        if not free:
            refusal = entries[0].refusal
            over = window_end(order) if order.delivered_at else None
            run.finish(
                f"utter_return_{refusal}",
                [run.words.person()],
                number=order.number,
                day=run.words.day(over),
                product=run.words.lines(order.lines),
            )
        return need_line(run, order, free, "utter_ask_which_return")


def note_reason(run: Run) -> None:
    """Keep a reason that comes before it is asked for, and say so when something else was asked."""
    given = run.turn.first("reason")
    if given not in REASONS or run.data.get("reason") or run.waits_for == "reason":
        return
    run.take("reason", given)
    if run.waits_for is not None:
        run.talk.say("utter_reason_noted", reason=run.words.text(f"reason.{given}"))


def need_reason(run: Run, line: LineView) -> str:
    """Why it comes back."""
    given = run.turn.first("reason")
    if given is None and run.waits_for == "reason" and not run.turn.is_button:
        given = "other" if run.turn.intent in {"inform", "nlu_fallback", "deny"} else None
    if given in REASONS:
        run.take("reason", given)
    if not run.data.get("reason"):
        shown = ("too_small", "too_big", "changed_mind", "damaged", "wrong_item", "other")
        buttons = [
            Button(run.words.text(f"reason.{code}"), f'/inform{{"reason":"{code}"}}')
            for code in shown
        ]
        run.ask("reason", "utter_ask_reason", buttons, product=line.name(run.words.language))
    return str(run.data["reason"])
