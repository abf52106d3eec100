"""The shopper's own account and data, and notices of what is back in stock."""

import re
from collections.abc import Mapping
from typing import Any

from actions.browsing.hearing import hear, look_at, spoken_of
from actions.browsing.showing import SHOWN
from actions.chat import Chat
from actions.handover import hand_over
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.registry import Outcome, SlotKind, effect, facts, tells
from dialogue.state import Frame, Option
from forecasting.restock import restock_of
from kit.i18n import local_day
from shop.access import access_customer
from shop.catalogue import get_product
from shop.privacy import set_newsletter
from shop.stock import add_stock_notice
from shop.views import ProductView, VariantView


@facts("own_email")
def own_email(chat: Chat, frame: Frame) -> Mapping[str, object]:
    """The customer's address."""
    with chat.services.database.reading() as session:
        customer = access_customer(session, customer_of(chat))
    assert customer is not None
    return {"email": customer.email}


@effect("unsubscribe")
def do_unsubscribe(chat: Chat, frame: Frame) -> Outcome:
    """No more marketing mails."""
    with chat.services.database.session() as session:
        set_newsletter(session, customer_of(chat), granted=False, now=chat.turn.now)
    return Outcome("done", own_email(chat, frame))


@effect("delete_account")
def do_delete_account(chat: Chat, frame: Frame) -> Outcome:
    """A person deletes the account; the wish is passed on."""
    hand_over(chat, reason="erase_data", topic="privacy")
    return Outcome("done")


# A new number or name stands in the message already.
_DETAIL = re.compile(r"\d{5,}|(?:\d[ -]?){7,}|\b(?:to|into) [A-ZÀ-Þ]\w+|(?:改成|换成|改为)\S{2,}")


@tells("account_change")
def account_change(chat: Chat, frame: Frame, step: Step) -> None:
    """A person changes account details."""
    hand_over(chat, reason="account_change", topic="account")
    chat.did("handed_over", frame.intent)
    chat.state.person_wanted = True
    told = chat.turn.first("email") or _DETAIL.search(chat.turn.text)
    chat.finish("utter_account_change_passed" if told else "utter_account_change_noted")


class ProductSlot(SlotKind):
    """A product: its slug."""

    name = "product"
    clears = ("sold_out",)

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The product that is named, or its place in the list."""
        heard = hear(chat)
        pointed = heard.focus if chat.turn.first("slug") else None
        product = pointed or next(iter((*heard.named, *heard.pointed)), None)
        return None if product is None else product.slug

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """The one in focus, else ask."""
        if frame.slots.get("product"):
            return
        product = spoken_of(chat)
        if product is None:
            shown = hear(chat).shown[:SHOWN]
            options = [Option(one.slug, one.name(chat.turn.language)) for one in shown]
            chat.ask("value", "product", "utter_ask_which_product", options=options)
        assert product is not None
        frame.put("product", product.slug, "shown")


class SoldOutSlot(SlotKind):
    """A sold-out variant of the product: its id."""

    name = "sold_out"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The variant by a button, or by the size and colour that are named."""
        if chat.turn.is_button and chat.asked_for("sold_out"):
            value = chat.turn.first("value")
            return int(value) if value and value.isdigit() else None
        if not frame.slots.get("product"):
            return None
        fits = _fitting(chat, _sold_out(_product(chat, frame)))
        return fits[0].variant_id if len(fits) == 1 else None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """The only one that fits, else chosen."""
        product = _product(chat, frame)
        out = _sold_out(product)
        name = product.name(chat.turn.language)
        if not out:
            look_at(chat, product)
            chat.finish("utter_is_in_stock", product=name)
        if frame.slots.get("sold_out"):
            return
        fits = _fitting(chat, out)
        if not fits and not {"colour", "size"} & set(chat.turn.entities):
            fits = out
        if len(fits) == 1:
            frame.put("sold_out", int(fits[0].variant_id), "shop")
            return
        options = [
            Option(str(one.variant_id), chat.words.variant(one) or name)
            for one in (fits or out)[:8]
        ]
        chat.ask("choose", "sold_out", "utter_ask_variant_notice", options=options, product=name)


def _product(chat: Chat, frame: Frame) -> ProductView:
    with chat.services.database.reading() as session:
        product = get_product(session, str(frame.slots["product"]), now=chat.turn.now)
    assert product is not None, "a product that was there a moment ago"
    return product


def _sold_out(product: ProductView) -> list[VariantView]:
    return [variant for variant in product.variants if variant.stock == 0]


def _fitting(chat: Chat, variants: list[VariantView]) -> list[VariantView]:
    """Those of the colour and size named now or asked about last."""
    colour = chat.turn.first("colour") or chat.state.focus.colour
    size = chat.turn.first("size") or chat.state.focus.size
    size = size if any(one.size for one in variants) else None
    return [v for v in variants if colour in {None, v.colour} and size in {None, v.size}]


@effect("restock_notice")
def do_restock_notice(chat: Chat, frame: Frame) -> Outcome:
    """Note the wish once; the worker mails when stock arrives."""
    product = _product(chat, frame)
    wanted = int(frame.slots["sold_out"])
    variant = next(one for one in product.variants if one.variant_id == wanted)
    email = str(frame.slots["email"])
    with chat.services.database.session() as session:
        add_stock_notice(
            session,
            variant.variant_id,
            email,
            language=chat.turn.language,
            customer_id=chat.signed_in,
            now=chat.turn.now,
        )
        when = restock_of(session, variant.variant_id, today=local_day(chat.turn.now))
    words = chat.words
    day = "" if when is None else words.text("expected_about", day=words.day(when.likely))
    name, described = product.name(chat.turn.language), words.variant(variant)
    return Outcome("done", {"product": name, "variant": described, "email": email, "expected": day})
