"""Which of a customer's orders is meant, and which lines of it."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from actions.chat import Chat
from actions.order_cards import small_order_card
from actions.own_orders import order_called, returns_of
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.item_words import described, pieces
from actions.tasks.mentions import mentioned
from actions.tasks.registry import SlotKind
from actions.tasks.rules import act_of, back_refusal_of, refusal_of, return_act, then, until
from actions.tasks.which_orders import (
    compared,
    holding_any,
    means_all,
    named_by_state,
    of_state,
    with_goods,
)
from actions.turn import at_place, refers_back
from dialogue.state import Frame, Option
from shop.access import access_orders
from shop.ids import CustomerId
from shop.policy import Act
from shop.rules import UNPACKED
from shop.views import LineView, OrderView

LISTED: Final = 5
READ: Final = 20
RECENT: Final = 2  # turns after an effect in which "the other one" is of its order
# A question of one word is of what was just told.
BARE: Final = re.compile(
    r"(?:and |so |ok )?(?:when|how (?:much|long)|(?:what|which) day)(?: exactly| is that)?\W*$"
    r"|(?:那)?(?:什么时候|啥时候|哪天|多少)[呢啊]?\W*$",
    re.IGNORECASE,
)
OTHER_ONE: Final = re.compile(
    r"\b(the )?(other|different)( (pending|open|delivered|remaining|last))? (one|order|parcel|package|delivery|shipment)\b"
    r"|另一?个|另外(那|一)|另一?单|还有一(个|单)",
    re.I,
)
# "The other one" where a thing is spoken of is another thing, not another order.
_AN_ORDER: Final = re.compile(
    r"\b(?:order|parcel|package|delivery|shipment)\b|单|包裹|快递", re.IGNORECASE
)
# A parcel is what has been handed to the carrier.
_PARCEL: Final = re.compile(
    r"\b(?:parcel|package|tracking|courier|driver|dhl|ups)\b|包裹|快递|物流|派送|配送员|顺丰",
    re.IGNORECASE,
)
# What is asked to be sent has not left yet.
_SENDING: Final = re.compile(
    r"\b(?:ship(?:ped)?|dispatch(?:ed)?|sent out)\b|发货|发出|(?:能|会|才|没|给我)发(?![现生票给])|发了没",
    re.IGNORECASE,
)
# "The same as order W1780552", "to the address of W1780552", "where W1780552 goes": an order that is
# named only to tell an address.
POINTS: Final = re.compile(
    r"(?:\b(?:same|as|like|identical)\b[^.;!?]{0,24}?\b(?:as|in|on|for|with|from|of|to)|\b(?:to|use|with|onto)\b (?:that|the one|the address|the same address|what)[^.;!?]{0,16}?\b(?:of|for|on|in|from|with)|(?<!change )(?<!update )(?<!switch )\bwhere"
    r"|(?:和|跟|同|与|用|按|改成|换成|改为|改到)(?:照)?)\s*(?:my\s+|the\s+|the one (?:of|for|on|in)\s+)?(?:other\s+)?(?:order|订单)?(?:号|number)?\s*#?([A-Z]{0,2}\d{4,15})",
    re.IGNORECASE,
)
_LATEST: Final = re.compile(
    r"\b(latest|last|newest|most recent) (order|one)\b|最(近|新)(的|那)?", re.I
)
UNDER_WAY: Final = frozenset(
    {"placed", "paid", "packed", "shipped", "in_transit", "out_for_delivery"}
)
ON_THE_ROAD: Final = frozenset({"shipped", "in_transit", "out_for_delivery"})
Fits = Callable[[OrderView, Chat], bool]


def _returnable(order: OrderView, chat: Chat) -> bool:
    return back_refusal_of(chat, order, return_act(chat)) is None


def _changeable(order: OrderView, chat: Chat) -> bool:
    """Whether the order can be changed as the task in hand would, or instead of being sent back."""
    act = act_of(chat) or "change_items"
    instead: dict[Act, Act] = {"return": "cancel_order", "exchange": "change_items"}
    return refusal_of(chat, order, instead.get(act, act)) is None


# Tasks that are done with one order after the other, where several are wished for.
ONE_BY_ONE: Final = frozenset(
    {
        "cancel_order",
        "change_address",
        "change_payment",
        "return",
        "exchange",
        "exchange_items",
        "change_item",
        "change_items",
    }
)
# Which orders a task can be about before the shopper names one.
FITS: Final[dict[str, Fits]] = {
    "any": lambda order, chat: True,
    "changeable": _changeable,
    "under_way": lambda order, chat: order.state in UNDER_WAY,
    "sent": lambda order, chat: bool(order.shipments) or order.state == "delivered",
    "delivered": lambda order, chat: order.state == "delivered",
    "returnable": _returnable,
    "returnable_or_changeable": lambda order, chat: (
        _returnable(order, chat) or _changeable(order, chat)
    ),
}


class OrderSlot(SlotKind):
    """The number of an order of the customer's."""

    name = "order"
    clears = (
        "lines",
        "part",
        "reason",
        "variant",
        "address",
        "swaps",
        "more",
        "method",
        "_asked_line",
        "_loose",
        "_refused_method",
    )

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """A number that is named; "the other one"; the order whose product is named."""
        chosen = chat.turn.first("value") if chat.turn.is_button else None
        question = chat.state.question
        asked = "" if question is None else question.slot
        number = _number_named(chat)
        if asked in {"code", "address"} and not chat.turn.is_button:
            number = None  # a postcode or a code looks like a number, too
        if number is not None and _is_postcode(number, chat.turn.text):
            number = None
        if number is not None:
            return number
        if asked == "order" and chosen:
            return chosen
        if chat.signed_in is None:
            return None
        return self._meant(chat, frame, asked)

    def _meant(self, chat: Chat, frame: Frame, asked: str) -> str | None:
        text, known = chat.turn.text, frame.slots.get("order")
        orders = _orders(chat)
        of_line = "lines" in frame.slots and _AN_ORDER.search(text) is None
        of_line = of_line or "_rest" in frame.slots  # it is the other one of those wished for
        of_line = of_line or _leaves_one(chat, orders)
        if OTHER_ONE.search(text) and (known or chat.state.focus.order) and not of_line:
            left = str(known or chat.state.focus.order)
            others = [one for one in orders if one.number != left and _fits(chat, one)]
            others = others or [one for one in orders if one.number != left]
            others = _naming(chat, others) or others  # "the shirt in my other order"
            return others[0].number if len(others) == 1 else None
        shown, place = chat.state.shown, chat.turn.first("ordinal")
        if shown.kind == "orders" and place is not None and (at := at_place(shown.keys, place)):
            return at
        if _LATEST.search(text) and orders:  # "the shoes of my last order": of the last with shoes
            return (_naming(chat, orders) or orders)[0].number
        if known and (other := self._compared(text, frame, orders)) is not None:
            return other.number
        if known and asked != "order":
            return self._elsewhere(chat, str(known), asked, orders)
        if means_all(text) and frame.task in ONE_BY_ONE:
            return None
        named = _naming(chat, orders)
        fitting = [one for one in named if _fits(chat, one)]
        meant = named if len(named) == 1 else fitting
        if len(meant) != 1:  # "return the lamp" means one that has come, where there is one
            meant = _naming(chat, [one for one in orders if _is_for(frame.intent, one, chat)])
        if len(meant) > 1:
            meant = _not_returned(chat, meant)
        return meant[0].number if len(meant) == 1 else None

    def _compared(self, text: str, frame: Frame, orders: Sequence[OrderView]) -> OrderView | None:
        """The other order that "the more expensive one instead" of the thing in hand means."""
        known = next((one for one in orders if one.number == frame.slots.get("order")), None)
        ids = set(frame.slots.get("lines") or ())
        if known is None or not ids:
            return None
        in_hand = [line for line in known.lines if line.line_id in ids]
        found = compared(text, [one for one in orders if one.state == known.state], in_hand)
        return None if found is None or found.number == known.number else found

    def _elsewhere(
        self, chat: Chat, known: str, asked: str, orders: Sequence[OrderView]
    ) -> str | None:
        """The one other order whose goods are named, where the one in hand has none of them."""
        if asked not in {"swaps", "lines", "variant"} or not on_one_shelf(orders):
            return None
        text = chat.said or chat.turn.text
        own = next((one for one in orders if one.number == known), None)
        if own is None or pieces(text, own.lines):
            return None
        named = [one for one in with_goods(text, orders) if _fits(chat, one)]
        return named[0].number if len(named) == 1 else None

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """The order named, in focus, the only one that fits, or chosen from a list."""
        rule = step.option("fits", "any")
        frame.put("_fits", rule)
        customer = customer_of(chat)
        number = frame.slots.get("order")
        if number is not None:
            order = order_called(chat, customer, str(number))
            if order is not None:
                chat.state.focus.order, chat.state.focus.kind = order.number, "order"
                return None
            frame.drop("order")
            chat.say("utter_order_not_found", number=number)
        orders = _orders(chat)
        if number is None and (several := self._several(chat, frame, orders)):
            frame.put("_rest", [one.number for one in several[1:]], "said")
            return self._take(chat, frame, several[0])
        focus = next((one for one in orders if one.number == chat.state.focus.order), None)
        if number is None and focus is not None and _means_other_order(chat.turn.text):
            if (other := self._meant(chat, frame, "")) is not None:
                return self._take(chat, frame, next(o for o in orders if o.number == other))
            focus = None if len(orders) > 1 else focus
        named = holding_any(chat.turn.text, orders) if on_one_shelf(orders) else []
        if named and focus not in named:
            focus = None  # what is named is not of the order spoken of
        # An article that was told meanwhile puts the order spoken of out of nobody's mind.
        is_meant = refers_back(chat.turn.text) or chat.state.focus.kind in {"order", "article"}
        last, changes = chat.state.last, rule == "changeable"
        just_told = last.did == "status" and focus is not None and last.subject == focus.number
        # "When was it delivered?", "and what day?" are about the order spoken of, though others
        # are under way.
        leans = refers_back(chat.turn.text) or (just_told and BARE.match(chat.turn.text.strip()))
        is_told_of = leans and step.option("or_newest") == "True"
        if focus is not None and is_meant and (is_told_of or _fits(chat, focus)):
            return self._take(chat, frame, focus)
        if focus is not None and changes and just_told:
            return self._take(chat, frame, focus)  # the check that follows says why it cannot be
        on_its_way = focus is not None and focus.state in ON_THE_ROAD
        if on_its_way and just_told and rule.startswith("returnable") and not named:
            chat.did("refused", frame.intent)  # what was just told of is meant, and no other order
            _finish_without(chat, step)
        if rule.startswith("returnable") and focus is not None and _just_cancelled(chat, focus):
            return self._take(chat, frame, focus)  # the lines say that nothing can go back
        if number is None and (told := self._said_before(chat, frame)) is not None:
            return self._take(chat, frame, told)
        candidates = [one for one in orders if _fits(chat, one)]
        tracks = frame.task == "order_status"
        if tracks and (meant := self._of_question(chat, frame, orders)) is not None:
            return self._take(chat, frame, meant)
        if len(candidates) > 1 and _SENDING.search(chat.turn.text):
            candidates = [one for one in candidates if one.state in UNPACKED] or candidates
        if len(candidates) > 1 and tracks and _PARCEL.search(chat.turn.text):
            sent = [one for one in candidates if one.state in ON_THE_ROAD]
            candidates = sent if len(sent) == 1 else candidates
        if not candidates and step.option("or_newest") == "True":
            candidates = orders[:1]
        if len(orders) == 1 and OTHER_ONE.search(chat.turn.text):
            chat.say("utter_only_order", number=orders[0].number)
        if not candidates and changes and (one := focus or _only(orders)) is not None:
            return self._take(chat, frame, one)
        if not candidates:
            chat.did("refused", frame.intent)
            _finish_without(chat, step)
        candidates = [one for one in candidates if one in named] or candidates
        if len(candidates) == 1:
            return self._take(chat, frame, candidates[0])
        ask_order(chat, candidates[:LISTED])
        return None

    def _of_question(
        self, chat: Chat, frame: Frame, orders: Sequence[OrderView]
    ) -> OrderView | None:
        """The one order of the state that a question names: "the order that was cancelled"."""
        texts = (chat.turn.text, *(frame.slots.get("_said") or ()))
        found = {one.number: one for text in texts for one in named_by_state(text, orders)}
        return next(iter(found.values())) if len(found) == 1 else None

    def _several(self, chat: Chat, frame: Frame, orders: Sequence[OrderView]) -> list[OrderView]:
        """The orders that are wished for at once, of which one after the other is seen to; empty
        where one is meant."""
        if frame.task not in ONE_BY_ONE:
            return []
        texts = [chat.said or chat.turn.text, *(frame.slots.get("_said") or ())]
        text = next((one for one in texts if means_all(one)), "")
        if not text:
            return []
        found = [one for one in of_state(text, orders) if _fits(chat, one)]
        named = holding_any(text, found) if on_one_shelf(orders) else []
        return named or found

    def _said_before(self, chat: Chat, frame: Frame) -> OrderView | None:
        """The order whose goods were named before it was known who asks."""
        if chat.signed_in is None:
            return None
        for text in frame.slots.get("_said") or ():
            with chat.reading(text):
                number = self._meant(chat, frame, "")
            if number is not None:
                return order_called(chat, chat.signed_in, number)
        return None

    def _take(self, chat: Chat, frame: Frame, order: OrderView) -> None:
        frame.put("order", order.number, "shop")
        chat.state.focus.order, chat.state.focus.kind = order.number, "order"


def _means_other_order(text: str) -> bool:
    """ "My other order", and no other thing of the one spoken of."""
    return OTHER_ONE.search(text) is not None and _AN_ORDER.search(text) is not None


def _just_cancelled(chat: Chat, order: OrderView) -> bool:
    """Whether "it" is the order that was cancelled a moment ago, and no goods of another."""
    done = chat.state.done[-1] if chat.state.done else None
    lately = done is not None and chat.state.turn - done.turn <= RECENT
    is_it = lately and done is not None and done.slots.get("order") == order.number
    named = naming_own(chat)
    return is_it and order.state == "cancelled" and refers_back(chat.turn.text) and not named


def _leaves_one(chat: Chat, orders: Sequence[OrderView]) -> bool:
    """Whether something was just done with goods of an order of which others are left: "the other
    one, too" means those, and no other order."""
    done = chat.state.done[-1] if chat.state.done else None
    if done is None or chat.state.turn - done.turn > RECENT or _AN_ORDER.search(chat.turn.text):
        return False
    order = next((one for one in orders if one.number == done.slots.get("order")), None)
    treated = done.slots.get("lines")
    return order is not None and bool(treated) and len(order.lines) > len(treated or ())


def _only(orders: Sequence[OrderView]) -> OrderView | None:
    """The one order there is, of which it is said why it cannot be."""
    return orders[0] if len(orders) == 1 else None


def _not_returned(chat: Chat, orders: Sequence[OrderView]) -> list[OrderView]:
    """The orders of which nothing goes back yet: what is wished for again is wished for those."""
    gone = {one.order_number for one in returns_of(chat, orders[0].customer_id)}
    return [one for one in orders if one.number not in gone]


def on_one_shelf(orders: Sequence[OrderView]) -> bool:
    """Whether products are told apart by their names alone, where no shelves do."""
    return len({line.category for order in orders for line in order.lines}) == 1


def _is_for(intent: str, order: OrderView, chat: Chat) -> bool:
    """Whether an order is of the kind that the very words of a wish are for."""
    if intent in {"return_item", "exchange_item"}:
        return _returnable(order, chat)
    return intent in {"change_item", "cancel_order"} and _changeable(order, chat)


def _finish_without(chat: Chat, step: Step) -> None:
    """No order fits: until when one would have, by the shop's rules (raises Finished)."""
    act, person = act_of(chat), [chat.words.person()]
    if act is not None and chat.services.policy.rule(act).by == "nobody":
        chat.finish("utter_refused_not_offered", person, act=chat.words.text(f"act.{act}"))
    values = {} if act is None else {"until": until(chat, act), "then": then(chat, "none")}
    chat.finish(step.option("none", "utter_no_orders"), person, **values)


def _is_postcode(number: str, text: str) -> bool:
    """Whether a number stands in an address: behind a house number, before a town."""
    german = rf"\d+\s?[a-zA-Z]?\s*[,，]\s*{number}\s+[A-ZÀ-Þ]"
    american = rf"[a-z.]\s*,\s*[A-Z]{{2}},?\s+{number}\b|\b(?:zip|postcode|postal)\b[\w\s]{{0,10}}{number}\b"
    return re.search(rf"{german}|{american}", text) is not None


def _number_named(chat: Chat) -> str | None:
    """The first order number that is no other order's, which only tells an address."""
    others = {found.group(1).lower() for found in POINTS.finditer(chat.turn.text)}
    named = chat.turn.entities.get("order_number", ())
    own = [one for one in named if one.lower().lstrip("#") not in others]
    return own[0] if own else None


def ask_order(chat: Chat, orders: Sequence[OrderView]) -> None:
    """Which of these? Raises Asked."""
    chat.state.shown.kind = "orders"
    chat.state.shown.keys = [one.number for one in orders]
    options = [Option(one.number, chat.words.order_title(one)) for one in orders]
    cards = [small_order_card(chat, one, chat.words.order_title(one)) for one in orders]
    goods = chat.turn.first("category") or chat.turn.first("product")
    if goods and not chat.turn.is_button and not names_own(chat):
        chat.say("utter_goods_in_no_order")
    chat.ask("choose", "order", "utter_ask_which_order", options=options, cards=cards)


def ask_another(chat: Chat, frame: Frame) -> None:
    """ "The other one" where several could be meant: which? Raises Asked; else returns."""
    known = frame.slots.get("order")
    if known is None or chat.signed_in is None or not OTHER_ONE.search(chat.turn.text):
        return
    others = [one for one in _orders(chat) if one.number != known]
    if not others:
        return
    frame.drop("order", *OrderSlot.clears)
    frame.agreed = ""
    chat.state.question = None
    ask_order(chat, others[:LISTED])


def _orders(chat: Chat) -> list[OrderView]:
    return orders_of(chat, customer_of(chat))


def orders_of(chat: Chat, customer: CustomerId) -> list[OrderView]:
    """The customer's newest orders, read once a turn."""
    return chat.read_once("orders", lambda session: access_orders(session, customer, limit=READ))


def order_naming(chat: Chat) -> str | None:
    """The one other order than the one spoken of whose products the message names."""
    if chat.signed_in is None:
        return None
    named = [one.number for one in _naming(chat, orders_of(chat, chat.signed_in))]
    return named[0] if len(named) == 1 and named[0] != chat.state.focus.order else None


def _naming(chat: Chat, orders: Sequence[OrderView]) -> list[OrderView]:
    """The orders whose products the message names, told apart by what is in them.

    Where all goods stand on one shelf those are meant that have the most of what is named.
    """
    if on_one_shelf(orders):
        return with_goods(chat.said or chat.turn.text, orders)
    flat = [(order, line) for order in orders for line in order.lines]
    names = [(line.names, line.category) for _, line in flat]
    numbers = {flat[place][0].number for place in mentioned(chat.turn, names)}
    return [order for order in orders if order.number in numbers]


def naming_own(chat: Chat) -> list[OrderView]:
    """The customer's orders whose products the message names."""
    return [] if chat.signed_in is None else _naming(chat, orders_of(chat, chat.signed_in))


def names_own(chat: Chat) -> bool:
    """Whether a product of one of the customer's orders is named."""
    return bool(naming_own(chat))


def _fits(chat: Chat, order: OrderView) -> bool:
    frame = chat.state.frame
    rule = "any" if frame is None else str(frame.slots.get("_fits") or "any")
    return FITS[rule](order, chat)


def order_of(chat: Chat, frame: Frame) -> OrderView:
    """The order of a task past its `need: order`."""
    order = order_called(chat, customer_of(chat), str(frame.slots["order"]))
    assert order is not None, "an order that was there a moment ago"
    return order


def mentions_line(chat: Chat, lines: Sequence[LineView]) -> list[LineView]:
    """The lines whose product the message names, of several alike the one that it describes."""
    names = [(line.names, line.category) for line in lines]
    named = [lines[place] for place in mentioned(chat.turn, names)]
    if len(lines) < 2 or len({line.category for line in lines}) > 1:
        return named  # shelves tell the products apart
    found: list[LineView] = []
    for piece in pieces(chat.turn.text, lines):
        meant = described(piece)
        is_one = len({line.product_id for line in meant}) == 1
        found += meant if is_one else [line for line in meant if line in named]
    return [line for line in lines if line in found] or named
