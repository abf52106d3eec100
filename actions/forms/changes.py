"""Cancel an order, send it elsewhere, or change a size or colour, before it is packed."""

import re
from typing import Any

from actions.forms.mentions import mentions
from actions.forms.proof import need_customer
from actions.forms.run import Run
from actions.forms.script import ANSWERS, FormScript
from actions.forms.which_order import need_order
from actions.turn import Button
from shop.ids import CustomerId
from shop.orders import (
    Refusal,
    cancel_order,
    change_line_variant,
    change_refusal,
    change_shipping_address,
)
from shop.stock import stock_of
from shop.views import LineView, OrderView, VariantView


def refuse(run: Run, order: OrderView, refused: Refusal | None = None) -> None:
    """Say why an order cannot be changed: the shop's refusal, else what its state forbids."""
    refusal = refused or change_refusal(order)
    if refusal is not None:
        run.finish(
            f"utter_refused_{refusal}",
            [run.words.person()],
            number=order.number,
            day=run.words.day(order.delivered_at or order.promised_on),
        )


def need_changeable_order(run: Run, *, none_fits: str) -> tuple[CustomerId, OrderView]:
    """Whose order is meant and which; ends the form when that one can no longer be changed."""
    customer = need_customer(run)
    order = need_order(run, customer, lambda o: change_refusal(o) is None, none_fits=none_fits)
    refuse(run, order)
    return customer, order


class CancelOrderForm(FormScript):
    """Cancel an order."""

    name = "validate_cancel_order_form"
    form = "cancel_order_form"

    def script(self, run: Run) -> None:
        """Which order, a yes, done."""
        customer, order = need_changeable_order(run, none_fits="utter_nothing_to_cancel")
        run.need_yes(
            "utter_ask_cancel",
            number=order.number,
            items=run.words.items(order.item_count),
            total=run.words.money(order.total),
            names=run.words.lines(order.lines),
        )
        with run.services.database.session() as session:
            done = cancel_order(session, customer, order.number, now=run.turn.now)
        if done.refusal is not None:
            refuse(run, done.order or order, done.refusal)
        if done.refund is None:
            run.finish("utter_cancelled_unpaid", number=order.number)
        assert done.refund is not None
        run.finish(
            "utter_cancelled",
            number=order.number,
            amount=run.words.money(done.refund),
            method=order.payment_method,
        )


class ChangeAddressForm(FormScript):
    """Send an order somewhere else."""

    name = "validate_change_address_form"
    form = "change_address_form"

    def script(self, run: Run) -> None:
        """Which order, the new address, a yes, done."""
        customer, order = need_changeable_order(run, none_fits="utter_nothing_to_change")
        address = need_address(run, order)
        run.need_yes("utter_ask_change_address", number=order.number, address=address)
        with run.services.database.session() as session:
            done = change_shipping_address(
                session, customer, order.number, address, now=run.turn.now
            )
        if done.refusal is not None:
            refuse(run, done.order or order, done.refusal)
        run.finish("utter_address_changed", number=order.number, address=address)


def need_address(run: Run, order: OrderView) -> str:
    """A postal address in the shopper's own words."""
    given: str | None = run.turn.first("address")
    text = run.turn.text.strip()
    looks = bool(re.search(r"\d", text)) and len(text) >= 8 and not run.turn.is_button
    if given is None and run.waits_for == "address" and looks:
        given = text
    if (
        given is None
        and run.waits_for == "yes"
        and run.turn.intent in ANSWERS - {"affirm", "deny"}
        and looks
    ):
        given = text
    if given is not None and not run.turn.first("email"):
        run.data.pop("agreed", None)
        run.take("address", " ".join(given.split())[:300])
    if not run.data.get("address"):
        run.ask("address", "utter_ask_address", number=order.number, current=order.address)
    return str(run.data["address"])


class ChangeItemForm(FormScript):
    """Change the size or colour of something not yet packed."""

    name = "validate_change_item_form"
    form = "change_item_form"

    def script(self, run: Run) -> None:
        """Which order, which line, which variant, a yes, done."""
        customer, order = need_changeable_order(run, none_fits="utter_nothing_to_change")
        change_item(run, customer, order)


def change_item(run: Run, customer: CustomerId, order: OrderView) -> None:
    """Which line of an order that is not packed yet, which variant, a yes, done."""
    line = need_line(run, order, list(order.lines), "utter_ask_which_item")
    variant = need_variant(run, line)
    run.need_yes(
        "utter_ask_change_item",
        number=order.number,
        product=line.name(run.words.language),
        old=run.words.variant(line),
        new=run.words.variant(variant),
    )
    with run.services.database.session() as session:
        done = change_line_variant(
            session, customer, order.number, line.line_id, variant.variant_id, now=run.turn.now
        )
    if done.refusal is not None:
        if done.refusal in {"no_stock", "price_differs", "same_variant"}:
            run.finish(
                f"utter_item_{done.refusal}",
                [run.words.person()],
                new=run.words.variant(variant),
            )
        refuse(run, done.order or order, done.refusal)
    run.finish(
        "utter_item_changed",
        number=order.number,
        product=line.name(run.words.language),
        new=run.words.variant(variant),
    )


def need_line(run: Run, order: OrderView, lines: list[LineView], question: str) -> LineView:
    """The line that is meant: the only one, named, or chosen from buttons."""
    known = run.data.get("line")
    chosen = run.turn.first("line")
    if chosen is None and (place := run.turn.first("ordinal")) and run.waits_for == "line":
        index = int(place) - 1 if int(place) > 0 else len(lines) + int(place)
        chosen = str(lines[index].line_id) if 0 <= index < len(lines) else None
    if chosen is None and known is None:
        meant = [
            entry
            for entry in lines
            if mentions(run.turn, entry.name_en, entry.name_zh, entry.category)
        ]
        chosen = str(meant[0].line_id) if len(meant) == 1 else None
    if chosen is None and known is None and len(lines) == 1:
        known = lines[0].line_id
        run.data["line"] = known
    if chosen is not None:
        known = run.take("line", int(chosen))
    line = next((entry for entry in lines if entry.line_id == known), None)
    if line is None:
        buttons = [
            Button(run.words.line(entry), f'/choose_option{{"line":"{entry.line_id}"}}')
            for entry in lines
        ]
        run.ask("line", question, buttons, number=order.number)
    assert line is not None
    return line


def need_variant(run: Run, line: LineView) -> VariantView:
    """The size or colour wanted instead, in stock."""
    with run.services.database.reading() as session:
        variants = stock_of(session, line.product_id, now=run.turn.now)
    others = [v for v in variants if v.variant_id != line.variant_id]
    chosen: Any = run.turn.first("variant")
    if chosen is None:
        size = run.turn.first("size") or run.data.pop("wanted_size", None)
        colour = run.turn.first("colour") or run.data.pop("wanted_colour", None)
        is_same = (size or line.size) == line.size and (colour or line.colour) == line.colour
        if (size or colour) and is_same:
            run.talk.say("utter_item_same_variant", new=run.words.variant(line))
        elif size or colour:
            wanted = [
                v
                for v in others
                if v.size.upper() == (size or line.size).upper()
                and v.colour == (colour or line.colour)
            ]
            chosen = wanted[0].variant_id if wanted else None
            if not wanted:
                run.talk.say("utter_variant_unknown", product=line.name(run.words.language))
    if chosen is not None:
        run.data.pop("agreed", None)
        run.take("variant", int(chosen))
    variant = next((v for v in others if v.variant_id == run.data.get("variant")), None)
    if variant is not None and variant.stock == 0:
        run.data.pop("variant")
        run.talk.say("utter_variant_sold_out", new=run.words.variant(variant))
        variant = None
    if variant is None:
        buyable = [v for v in others if v.stock > 0][:8]
        if not buyable:
            run.finish(
                "utter_no_other_variant",
                [run.words.person()],
                product=line.name(run.words.language),
            )
        buttons = [
            Button(run.words.variant(v), f'/choose_option{{"variant":"{v.variant_id}"}}')
            for v in buyable
        ]
        run.ask("variant", "utter_ask_variant", buttons, product=line.name(run.words.language))
    assert variant is not None
    return variant
