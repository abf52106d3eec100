"""Which of a customer's orders is meant."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from actions.forms.mentions import mentions
from actions.forms.run import Run
from actions.turn import at_place, order_at_place, refers_back
from shop.access import access_order, access_orders
from shop.ids import CustomerId
from shop.views import OrderView

OTHER_ONE: Final = re.compile(r"\b(the )?(other|different) (one|order)\b|另一?个|另外(那|一)", re.I)


def need_order(
    run: Run,
    customer: CustomerId,
    fits: Callable[[OrderView], bool],
    *,
    none_fits: str,
    or_newest: bool = False,
) -> OrderView:
    """The order that is meant: named, the only one that fits, or chosen from buttons.

    Where none fits, the newest one will do with `or_newest`: its state is the answer.
    """
    with run.services.database.reading() as session:
        if not run.is_start and OTHER_ONE.search(run.turn.text):
            _leave_for_the_other_one(run, access_orders(session, customer, limit=20), fits)
        named = _named_order_number(run)
        if named is not None:
            order = access_order(session, customer, named)
            if order is None:
                run.data.pop("order_number", None)
                run.talk.say("utter_order_not_found", number=named)
            else:
                run.data["order_number"] = named
                run.talk.remember("last_order", named)
                return order
        orders = access_orders(session, customer, limit=20)
    orders = [order for order in orders if order.number != run.data.get("not_order")]
    candidates = [order for order in orders if fits(order)]
    if not candidates and run.data.get("not_order"):
        candidates = orders  # none of the others fits: the one chosen is told why
    if not candidates and or_newest:
        candidates = orders[:1]
    chosen = _chosen(run, candidates)
    if chosen is not None:
        run.take("order_number", chosen.number)
        run.talk.remember("last_order", chosen.number)
        return chosen
    if not candidates:
        run.finish(none_fits, [run.words.person()])
    if len(candidates) == 1:
        run.data["order_number"] = candidates[0].number
        run.talk.remember("last_order", candidates[0].number)
        return candidates[0]
    shown = candidates[:5]
    run.talk.remember("shown_orders", [order.number for order in shown])
    run.data["offered"] = [order.number for order in shown]
    buttons = [run.words.order_button(order) for order in shown]
    run.ask("order", "utter_ask_which_order", buttons)
    raise AssertionError


def _named_order_number(run: Run) -> str | None:
    given = run.turn.first("order_number")
    if (
        given is not None
        and run.waits_for not in {"code", "address"}  # a postcode looks like a number, too
        and given != run.data.get("order_number")
    ):
        run.take("order_number", given)
        run.data.pop("agreed", None)
    if run.data.get("order_number"):
        return str(run.data["order_number"])
    if run.is_start and (listed := order_at_place(run.turn)):
        return listed
    if run.is_start and refers_back(run.turn.text) and run.turn.slots.get("last_order"):
        return str(run.turn.slots["last_order"])
    return None


def _leave_for_the_other_one(
    run: Run, orders: Sequence[OrderView], fits: Callable[[OrderView], bool]
) -> None:
    """ "No, the other one": away from this order, to the only other, or to a choice."""
    left = run.data.get("order_number")
    if left is None:
        return
    others = [order for order in orders if order.number != left]
    fitting = [order for order in others if fits(order)] or others
    if len(fitting) == 1:
        run.take("order_number", fitting[0].number)
    else:
        del run.data["order_number"]
        run.take("not_order", left)
    for stale in ("agreed", "line", "reason"):
        run.data.pop(stale, None)


def _chosen(run: Run, candidates: Sequence[OrderView]) -> OrderView | None:
    """An order chosen by its number, its place in the offered list, or words of a product."""
    numbers = set(re.findall(r"[A-Za-z0-9-]+", run.turn.text))
    named = [order for order in candidates if order.number in numbers]
    if len(named) == 1:
        return named[0]
    offered, place = list(run.data.get("offered", ())), run.turn.first("ordinal")
    if offered and place is not None and (number := at_place(offered, place)):
        return next((order for order in candidates if order.number == number), None)
    meant = [
        o
        for o in candidates
        if any(mentions(run.turn, line.name_en, line.name_zh, line.category) for line in o.lines)
    ]
    return meant[0] if len(meant) == 1 else None
