"""What a customer pays with, or gets money back to, as their words name it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from actions.chat import Chat
from actions.tasks.definitions import Step
from actions.tasks.identity_slots import customer_of
from actions.tasks.order_slots import order_of
from actions.tasks.registry import SlotKind
from actions.tasks.swap_slots import difference_of
from dialogue.state import Frame, Option
from kit.money import Money
from kit.phrases import spoken
from shop.access import access_payment_methods, access_payments
from shop.ids import CustomerId
from shop.views import OrderView, PaymentKind, PaymentMethodView

_KINDS: Final[Mapping[PaymentKind, re.Pattern[str]]] = {
    "gift_card": re.compile(r"(?<![a-z])gift[\s_-]?cards?|\bvouchers?\b|礼品卡|礼卡|购物卡", re.I),
    "paypal": re.compile(r"(?<![a-z])pay[\s-]?pal|贝宝", re.I),
    "store_credit": re.compile(r"\b(?:store|shop) credit\b|店铺余额|商店余额|账户余额", re.I),
    "alipay": re.compile(r"(?<![a-z])ali[\s-]?pay|支付宝", re.I),
    "wechat_pay": re.compile(r"(?<![a-z])we[\s-]?chat|微信", re.I),
    "invoice": re.compile(r"\binvoice\b|账单|发票付款", re.I),
    "card": re.compile(
        r"(?<![a-z])(?:credit|debit|bank)[\s_-]?cards?|(?<![a-z])visa(?![a-z])|(?<![a-z])master[\s-]?card|(?<![a-z])amex(?![a-z])|(?<!gift )(?<!gift-)\b(?:my|the|a) card\b|\bcard ending\b"
        r"|信用卡|银行卡|借记卡|万事达",
        re.I,
    ),
}
_ORIGINAL: Final = re.compile(
    r"\boriginal(?:ly)?\b|\b(?:same|whatever|the) (?:payment )?(?:method|card|account|way|one)\b[^.;!?]{0,24}\b(?:paid|used|bought|ordered|order|purchase)\b"
    r"|\b(?:what|how|where) i (?:originally )?(?:paid|used)\b|\bsame (?:payment )?(?:method|way)\b|\bback to where it came\b"
    r"|原路|原(?:来的?)?(?:支付|付款)|原来(?:的|付)|付款时|下单时用",
    re.I,
)
_OTHER: Final = spoken("tasks", "method_slots.other")
_NOT: Final = re.compile(
    r"(?:\bnot\b|n't|\binstead of\b|\brather than\b|\bno\b|\bfrom\b|不要|不用|别|而不是|从)[^,.;!?，。]{0,14}$",
    re.I,
)
_ASKS: Final = {
    "difference": "utter_ask_method_difference",
    "even": "utter_ask_method_even",
    "refund": "utter_ask_method_refund",
    "payment": "utter_ask_method_payment",
}
_REFUSED: Final = {
    "difference": "utter_method_refused_difference",
    "refund": "utter_method_refused_refund",
    "payment": "utter_method_refused_payment",
}
Purpose = str


class MethodSlot(SlotKind):
    """Payment methods of the customer in the order of their preference: a list of ids.

    A step says what for (`for`): `difference` of a swap, `refund` of a return, `payment` of an
    order. A customer who has no methods on record is not asked.
    """

    name = "method"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The methods that the message names, best first."""
        if chat.signed_in is None:
            return None
        if chat.turn.is_button:
            value = chat.turn.first("value") if chat.asked_for("method") else None
            return [int(value)] if value and value.isdigit() else None
        methods = methods_of(chat, chat.signed_in)
        text = chat.turn.text
        named = _named(text, methods, self._original(chat, frame, text))
        if not named and chat.asked_for("method") and _OTHER.search(text):
            refused = frame.slots.get("_refused_method") or []
            rest = [int(one.method_id) for one in methods if one.method_id not in refused]
            named = rest if len(rest) == 1 else []
        return named or None

    def chosen(self, value: str) -> Any:
        """An option's value: the id of a method."""
        return [int(value)]

    def _original(self, chat: Chat, frame: Frame, text: str) -> list[int]:
        """What paid for the order, where the words point at it."""
        number = frame.slots.get("order")
        if not number or chat.signed_in is None or not _ORIGINAL.search(text):
            return []
        return paid_by(chat, chat.signed_in, str(number))

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """The one named that will do, the only one that can be, or chosen from those."""
        customer, order, purpose = customer_of(chat), order_of(chat, frame), step.option("for")
        methods = methods_of(chat, customer)
        if not methods and purpose == "payment":
            chat.did("refused", frame.intent, order.number)
            chat.finish(
                "utter_no_method",
                [chat.words.person()],
                number=order.number,
                amount=chat.words.money(order.total),
            )
        if not methods:
            return
        if frame.slots.get("method") is None and (again := self._said_before(chat, frame)):
            frame.put("method", again)
        amount = _amount(chat, frame, order, purpose)
        usable = [one for one in methods if _may(chat, one, order, purpose)]
        wanted = frame.slots.get("method") or []
        for method_id in wanted:
            one = next((m for m in methods if m.method_id == method_id), None)
            if one is not None and one in usable and _covers(one, amount):
                frame.put(
                    "method",
                    [method_id, *(m for m in wanted if m != method_id)],
                    frame.sources.get("method", "said"),
                )
                return
        if wanted:
            self._say_refused(chat, frame, methods, wanted, order, amount, purpose)
        fits = [one for one in usable if _covers(one, amount)]
        if not fits:
            chat.did("refused", frame.intent, order.number)
            chat.finish(
                "utter_no_method",
                [chat.words.person()],
                number=order.number,
                amount=chat.words.money(amount),
            )
        if len(fits) == 1 and not wanted:
            frame.put("method", [int(fits[0].method_id)], "shop")
            return
        options = [Option(str(one.method_id), said_of(chat, one)) for one in fits]
        kind = "even" if purpose == "difference" and not amount.amount else purpose
        chat.ask(
            "choose",
            "method",
            _ASKS[kind],
            options=options,
            number=order.number,
            amount=chat.words.money(_positive(amount)),
            key=f"{order.number} {wanted}",
        )

    def _said_before(self, chat: Chat, frame: Frame) -> list[int]:
        """ "To my original payment method", said before the order was known."""
        texts = " ".join((*(frame.slots.get("_said") or ()), *(frame.slots.get("_words") or ())))
        return _named(
            texts, methods_of(chat, customer_of(chat)), self._original(chat, frame, texts)
        )

    def _say_refused(
        self,
        chat: Chat,
        frame: Frame,
        methods: Sequence[PaymentMethodView],
        wanted: Sequence[int],
        order: OrderView,
        amount: Money,
        purpose: str,
    ) -> None:
        """Why the method that was named will not do."""
        one = next((m for m in methods if m.method_id == wanted[0]), None)
        frame.drop("method")
        frame.put("_refused_method", list(wanted), "policy")
        if one is None:
            return
        values: dict[str, Any] = {
            "method": said_of(chat, one),
            "number": order.number,
            "amount": chat.words.money(_positive(amount)),
        }
        if not _may(chat, one, order, purpose):
            chat.say(_REFUSED[purpose], **values)
        else:
            assert one.balance is not None
            chat.say("utter_method_balance", balance=chat.words.money(one.balance), **values)


def kinds_named(text: str) -> list[PaymentKind]:
    """The kinds of payment methods that words name, whether the customer has such a one or not."""
    return [kind for kind, words in _KINDS.items() if words.search(text)]


def methods_of(chat: Chat, customer: CustomerId) -> list[PaymentMethodView]:
    """The customer's payment methods, read once a turn."""
    return chat.read_once("methods", lambda session: access_payment_methods(session, customer))


def paid_by(chat: Chat, customer: CustomerId, number: str) -> list[int]:
    """Ids of the methods that hold money of an order now, the first one first."""
    payments = chat.read_once(
        f"payments {number}", lambda session: access_payments(session, customer, number)
    )
    sums: dict[int, Decimal] = {}
    for one in payments:
        if one.method_id is not None:
            sign = 1 if one.kind == "payment" else -1
            key = int(one.method_id)
            sums[key] = sums.get(key, Decimal(0)) + sign * one.amount.amount
    return [key for key, left in sums.items() if left > 0] or list(sums)


def method_of(chat: Chat, frame: Frame) -> PaymentMethodView | None:
    """The method of a task past its `need: method`; None where the customer has none."""
    wanted = frame.slots.get("method") or []
    known = methods_of(chat, customer_of(chat))
    return next((one for one in known if wanted and one.method_id == wanted[0]), None)


def said_of(chat: Chat, method: PaymentMethodView) -> str:
    """A method as shoppers know it, with what is left on it where it has a balance."""
    name = chat.words.text(f"method.{method.kind}")
    if method.kind == "card" and method.last_four:
        name = chat.words.text(
            "method.ending", name=method.brand.title() or name, digits=method.last_four
        )
    if method.balance is None:
        return name
    return chat.words.text("method.balance", name=name, balance=chat.words.money(method.balance))


def _named(text: str, methods: Sequence[PaymentMethodView], original: Sequence[int]) -> list[int]:
    """Ids of methods that words name, in the order they are named."""
    found: list[tuple[int, int]] = []
    for one in methods:
        found += [(place, int(one.method_id)) for place in _places(text, one, methods)]
    for span in _ORIGINAL.finditer(text):
        found += [(span.start(), one) for one in original[:1]]
    said = [one for place, one in sorted(found) if not _NOT.search(text[:place])]
    return list(dict.fromkeys(said))


def _places(text: str, one: PaymentMethodView, methods: Sequence[PaymentMethodView]) -> list[int]:
    """Where a method is named: by its key, its last digits, or its kind, where it is the only one
    of the kind or its brand is named, too."""
    if one.key and (place := text.lower().find(one.key.lower())) >= 0:
        return [place]
    numbers = re.findall(r"\d{4,}", one.key)
    digits = [one.last_four, *numbers]
    for number in digits:
        if number and (at := re.search(rf"(?<!\d){number}(?!\d)", text)):
            return [at.start()]
    spans = [found.start() for found in _KINDS[one.kind].finditer(text)]
    alike = [other for other in methods if other.kind == one.kind]
    by_brand = one.brand and re.search(
        rf"\b{re.escape(one.brand)}\b", text.lower().replace("master card", "mastercard"), re.I
    )
    return spans if len(alike) < 2 or by_brand else []


def _may(chat: Chat, one: PaymentMethodView, order: OrderView, purpose: Purpose) -> bool:
    """Whether the shop lets this method take part: a refund goes where the rules say."""
    paid = paid_by(chat, customer_of(chat), order.number)
    if purpose == "payment":
        return int(one.method_id) not in paid
    if purpose != "refund":
        return True
    allowed = chat.services.policy.rule("return").refund_to
    if "original" in allowed and int(one.method_id) in paid:
        return True
    return one.kind in allowed


def _amount(chat: Chat, frame: Frame, order: OrderView, purpose: Purpose) -> Money:
    """What the method must have: of a refund nothing."""
    if purpose == "payment":
        return order.total
    if purpose == "difference":
        return difference_of(chat, frame)
    return Money(Decimal(0), order.total.currency)


def _positive(amount: Money) -> Money:
    return amount if amount.amount >= 0 else -amount


def _covers(one: PaymentMethodView, amount: Money) -> bool:
    return one.balance is None or one.balance.amount >= amount.amount
