"""Values in the shopper's own words: a postal address, an e-mail address."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actions.answers.places import is_abroad
from actions.chat import Chat, Finished
from actions.own_orders import order_called
from actions.tasks.definitions import Step
from actions.tasks.order_slots import POINTS, order_of, orders_of
from actions.tasks.registry import SlotKind
from dialogue.polarity import read_polarity
from dialogue.state import Frame
from kit.phrases import spoken
from shop.access import access_addresses, access_customer
from shop.ids import CustomerId

LONGEST: Final = 300
SHORT_STREET: Final = 5
# What an address has: a house number with a street's word, a postcode, or a Chinese place.
_STREET: Final = re.compile(
    r"\b\w*(?:str(?:aße|asse|\.|eet)?|weg|platz|allee|gasse|ring|damm|ufer|chaussee|road|rd|avenue|ave|lane|"
    r"drive|dr|square|boulevard|blvd|way|court|rue|via|calle)\b\.?\s*,?\s*\d+|\b\d+[a-z]?\s+\w+\s+"
    r"(?:street|st|road|rd|avenue|ave|lane|drive|way|court|square|boulevard)\b",
    re.IGNORECASE,
)
_POSTCODE: Final = re.compile(r"(?<!\d)(?:[A-Z]{1,2}-)?\d{4,6}\s+[A-Za-zÄÖÜäöüß]{3,}")
_CHINESE: Final = re.compile(r"(?:省|市|区|县|镇|路|街|道|巷|弄|号楼?|栋|单元|室|村)")
_DENIED: Final = re.compile(r"不是[^，。！？,]*")
_MISTAKEN: Final = re.compile(r"[写填打搞弄]错|错了|不是")
_PLACE: Final = re.compile(r"[省市区县镇路街巷弄村]")
_ONLY_NUMBER: Final = re.compile(
    r"(?:\bnumber|\bno\.?|\bnr\.?|#|house(?: number)?)\s*(\d+\s?[a-z]?)\b|(\d+)\s*号(?!楼)",
    re.IGNORECASE,
)
# "No wait, it's 24" of an address that is asked about.
_ITS: Final = re.compile(
    r"(?:(?:no|oh|wait|sorry|actually|hm+|oops|i meant?)[ ,.!]*)+(?:it'?s |it is |it should be |number )?"
    r"(?P<number>\d{1,4}\s?[a-z]?)\W*$"
    r"|(?:不对?|等等?|等下|哦|错了|写错了|[，, ])*(?:应该)?是(?P<sign>\d{1,4})号?\W*$",
    re.IGNORECASE,
)
_ONLY_UNIT: Final = re.compile(r"([0-9]+|[A-Z])\s*(号楼|楼|层|室|栋|幢|座|单元|弄)")
_SENDS: Final = spoken("tasks", "value_slots.sends")
_LEAD: Final = re.compile(
    r"^.*?\b(?:to|at|it'?s|is|address(?: is)?|send (?:it|them) to|deliver (?:it )?to|instead|meant)\s*:?\s+"
    r"(?=\S*\d|(?-i:[A-ZÄÖÜ]))|^[^:\d]{0,60}:\s*(?=\S*\d|(?-i:[A-ZÄÖÜ]))|^.*?(?:改成|改到|换成|寄到|送到|地址是|地址[:：]|新地址[:：]?)",
    re.IGNORECASE | re.DOTALL,
)


# Who receives it and how to reach them, not where: "王芳 139…", "another name on the parcel".
_PHONE: Final = re.compile(r"(?<!\d)(?:\+?\d[\d \-/]{7,}\d)(?!\d)")
_RECIPIENT: Final = spoken("tasks", "value_slots.recipient")


class AddressSlot(SlotKind):
    """A postal address; a correction of the house number changes the known one."""

    name = "address"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """An address that the message tells, or points at."""
        if chat.turn.is_button:
            return chat.turn.first("address")
        return address_named(chat, frame.slots.get("address"), asked=chat.asked_for("address"))

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """Ask for it; the one it goes to now is shown. The country of an order stays."""
        address, order = frame.slots.get("address"), order_of(chat, frame)
        if address and is_abroad(str(address), order.country):
            del frame.slots["address"]
            chat.ask(
                "value",
                "address",
                "utter_ask_address_same_country",
                number=order.number,
                country=chat.words.country(order.country),
            )
        if address:
            return
        if _RECIPIENT.search(chat.turn.text) and not chat.turn.is_button:
            chat.offer(
                "person", "utter_recipient_by_person", [chat.words.person()], number=order.number
            )
            raise Finished
        chat.ask(
            "value", "address", "utter_ask_address", number=order.number, current=order.address
        )


def names_place(text: str) -> bool:
    """Whether words send something to an address: "deliver it to Hauptstr. 5, 20095 Hamburg"."""
    return looks_like_address(text) and _SENDS.search(text) is not None


def address_named(chat: Chat, known: Any | None, *, asked: bool, own: bool = True) -> str | None:
    """The address that a message tells, a change of the one `known`, or one that it points at: the
    customer's own, that of another order. `own` is False where their own is what changes."""
    text = " ".join(chat.turn.text.split())
    if looks_like_address(text):
        return address_in(text)
    if chat.signed_in is not None and (meant := _pointed_at(chat, chat.signed_in, text, own=own)):
        return meant
    if chat.turn.first("email"):
        return None
    unit = _ONLY_UNIT.findall(_DENIED.sub("", text))
    if known and unit and (other := with_unit(str(known), *unit[-1])) is not None:
        return other
    if known and (mended := mended_in(str(known), text)) is not None:
        return mended
    its = _ITS.fullmatch(text)
    if known and its is not None:
        return with_number(str(known), (its["number"] or its["sign"]).strip())
    number = _ONLY_NUMBER.search(text)
    if known and number is not None:
        return with_number(str(known), (number.group(1) or number.group(2)).strip())
    if asked and _might_be_address(chat, text):
        return text[:LONGEST]
    return None


_OWN: Final = spoken("tasks", "value_slots.own")


def _pointed_at(chat: Chat, customer: CustomerId, text: str, *, own: bool) -> str | None:
    if (found := POINTS.search(text)) is not None:
        order = order_called(chat, customer, found.group(1))
        return None if order is None else order.address
    addresses: list[str] = []
    if own:
        kept = chat.read_once("addresses", lambda session: access_addresses(session, customer))
        addresses = [one.text for one in kept]
        if _OWN.search(text) and _TO_OWN.search(text):
            return addresses[0] if addresses else None
    known = [one.address for one in orders_of(chat, customer)]
    if (number := chat.turn.first("order_number")) is not None:
        text = text.replace(number, " ")  # it is no house's
    return _of_town(text, [*known, *addresses])


def _of_town(text: str, addresses: Sequence[str]) -> str | None:
    """The one address in a town that words name: "my New York one", "the Washington DC address".

    Words with a house number that it has not are another address there.
    """
    found, numbers = set(), set(_HOUSE_NUMBER.findall(text))
    for address in addresses:
        if not numbers <= set(_HOUSE_NUMBER.findall(address)):
            continue
        last = [one.strip() for one in address.split(",")[-2:]]
        towns = [re.sub(r"\d[\w-]*|\b[A-Z]{2}\b", "", one).strip() for one in last]
        towns += _SHORT_NAMES.get(" ".join(towns).strip().lower(), ())
        for town in towns:
            if len(town) > 2 and re.search(rf"(?<![a-z]){re.escape(town)}(?![a-z])", text, re.I):
                found.add(address)
    return found.pop() if len(found) == 1 else None


_HOUSE_NUMBER: Final = re.compile(r"(?<![\w#])\d{1,4}(?![0-9])")
# What towns are called for short.
_SHORT_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "new york": ("NYC",),
    "los angeles": ("L.A.",),
    "san francisco": ("SF", "San Fran"),
    "philadelphia": ("Philly",),
    "washington": ("D.C.",),
}


_TO_OWN: Final = spoken("tasks", "value_slots.to_own")
# A house number, perhaps a flat, a town, a state of two letters and its number.
_AMERICAN: Final = re.compile(
    r"(?<![a-zA-Z0-9#])(?P<street>\d{1,6}[a-z]?\s[\w\s.'-]*?),\s*(?:(?P<flat>(?:suite|apt\.?|apartment|unit|floor|room|#)\s*[\w-]+),?\s*)?"
    r"(?P<town>[A-Za-z][A-Za-z .'-]*?),?\s+(?P<state>[A-Z]{2}),?\s+(?P<code>\d{5})(?:-\d{4})?\b",
    re.IGNORECASE,
)


def _american(text: str) -> str | None:
    """An American address as it is written on parcels: street, flat, town, state and number."""
    starts = [one.start() for one in re.finditer(r"(?<![a-zA-Z0-9#])\d", text)]
    ways = [found for at in starts if (found := _AMERICAN.match(text, at)) is not None]
    if not ways:
        return None
    found = ways[-1] if len(ways[-1]["street"]) > SHORT_STREET else ways[0]
    place = f"{found['state'].upper()} {found['code']}"
    parts = (found["street"], found["flat"], found["town"], place)
    return ", ".join(" ".join(one.split()) for one in parts if one)


def looks_like_address(text: str) -> bool:
    """Whether the words surely hold a street with a number or a postcode with a place."""
    if _STREET.search(text) or _POSTCODE.search(text) or _AMERICAN.search(text):
        return True
    if _MISTAKEN.search(text) and not _PLACE.search(text):
        return False  # 门牌号写错了 是12号不是21号 corrects one
    return len(_CHINESE.findall(text)) >= 2 and bool(re.search(r"\d|[一二三四五六七八九十]", text))


def address_in(text: str) -> str:
    """The address without the words that lead to it."""
    if (american := _american(text)) is not None:
        return american
    clauses = [one for one in re.split(r"[?!？！;；\n]+\s*", text) if looks_like_address(one)]
    text = clauses[-1] if clauses else text
    led = _LEAD.sub("", text, count=1).strip(" ,.!，。！")
    address = led if looks_like_address(led) else text
    return re.sub(
        r"(?:\s*(?:please|pls|thanks|thank you|instead|rather|now|谢谢|吧|可以吗))+[.!。！]*$",
        "",
        address,
        flags=re.IGNORECASE,
    ).strip(" ,，")[:LONGEST]


def with_unit(address: str, number: str, unit: str) -> str | None:
    """The address with another floor, room or block; None where it has none of that kind."""
    pattern = rf"[0-9A-Za-z]+(?=\s*{unit})"
    return re.sub(pattern, number, address, count=1) if re.search(pattern, address) else None


# "It's 14, not 4", 不是4号是14号: what is to stand in place of what.
_NOT_THAT: Final = re.compile(
    r"(?P<right>[\w-]+)[ ,–-]+(?:and )?not (?P<wrong>[\w-]+)"
    r"|\b(?:not|isn'?t) (?P<wrong2>[\w-]+)[ ,–-]+(?:but |it'?s )*(?P<right2>[\w-]+)",
    re.IGNORECASE,
)
_NOT_THAT_SIGNS: Final = re.compile(
    r"不是(?P<wrong>[\w-]+?)[号室楼栋]?[，,、 ]*(?:而|应该|应当)?[是改](?P<right>[\w-]+?)[号室楼栋]?\W*$"
    r"|是(?P<right2>[\w-]+?)[号室楼栋]?[，,、 ]*(?:而)?不是(?P<wrong2>[\w-]+?)[号室楼栋]?\W*$"
)


def mended_in(address: str, text: str) -> str | None:
    """The address with one word of it put right: "it's 14, not 4"; None where nothing is mended."""
    if text.rstrip().endswith(("?", "？")):
        return None
    for pattern in (_NOT_THAT, _NOT_THAT_SIGNS):
        for said in pattern.finditer(text):
            wrong, right = said["wrong"] or said["wrong2"], said["right"] or said["right2"]
            there = re.compile(rf"(?<![a-z0-9]){re.escape(wrong)}(?![a-z0-9])", re.IGNORECASE)
            if len(there.findall(address)) == 1 and not re.search(rf"\b{right}\b", address):
                return there.sub(right, address)
    return None


def with_number(address: str, number: str) -> str:
    """The address with another house number; Chinese ones have theirs before 号."""
    if re.search(r"\d+\s*号", address):
        return re.sub(r"\d+(?=\s*号)", number, address, count=1)
    return re.sub(r"(?<=\s)\d+\s?[a-zA-Z]?(?=\s*(?:,|$))", number, address, count=1)


# What pays is no place: "with the Mastercard 9838".
_PAYS: Final = re.compile(
    r"\b(?:pay|paid|payment|card|paypal|refund)\b|付款|支付|退款", re.IGNORECASE
)


def _might_be_address(chat: Chat, text: str) -> bool:
    """Words with a number, where an address was asked: no question, no yes, no wish of its own."""
    polarity = read_polarity(text, chat.turn.language)
    plain = polarity.kind == "none" and not polarity.is_question and not _PAYS.search(text)
    return (
        plain
        and len(text) >= 8
        and bool(re.search(r"\d", _PHONE.sub("", text)))
        and (chat.turn.first("order_number") is None or "," in text)
    )


class EmailSlot(SlotKind):
    """An e-mail address; a known customer's own is used unless another one is named."""

    name = "email"

    def found(self, chat: Chat, frame: Frame) -> Any | None:
        """The address that the message names."""
        return chat.turn.first("email")

    def need(self, chat: Chat, frame: Frame, step: Step) -> None:
        """The customer's own, else ask."""
        if frame.slots.get("email"):
            return
        if chat.signed_in is not None:
            with chat.services.database.reading() as session:
                customer = access_customer(session, chat.signed_in)
            if customer is not None and customer.email:
                frame.put("email", customer.email, "shop")
                return
        chat.ask("value", "email", step.option("ask", "utter_ask_notice_email"))
