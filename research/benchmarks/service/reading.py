"""What a scripted shopper reads in a reply: what it asks, names, and whether it refuses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from research.benchmarks.service.agendas import Item, Wish

_REFUSED: Final = re.compile(
    r"\b(?:can't|cannot|can ?not|couldn't|unable|not able|(?:is|are)n't (?:possible|available)|"
    r"not possible|not available|no longer (?:possible|available|be)|sold out|out of stock|"
    r"unfortunately|colleague has to|needs a colleague|too late|only (?:be|go|pending|delivered)|"
    r"(?:does|do|did)n't (?:have|allow|exist)|"
    r"not (?:allowed|accepted|found|enough)|already|no \w+(?: \w+)? (?:like that|fits|matches))\b|"
    r"(?:无法|不能|不可以|没办法|缺货|不支持|已售完|卖完)"
)
# What a question without a mark is about, first match first.
_QUESTIONS: Final = (
    (
        "confirm",
        re.compile(
            r"\b(?:shall i|should i|do you (?:confirm|want me to)|is that (?:right|"
            r"correct)|go ahead\?|ok(?:ay)?\?)|(?:确认|可以吗|对吗|要我)"
        ),
    ),
    ("email", re.compile(r"\be-?mail\b|邮箱")),
    ("name_zip", re.compile(r"\b(?:zip|post ?code|postal code)\b|邮编")),
    ("order_number", re.compile(r"\border (?:number|id)\b|\bwhich order\b|订单号|哪个订单|哪一单")),
    ("reason", re.compile(r"\b(?:reason|why)\b|原因|为什么")),
    (
        "more",
        re.compile(
            r"\b(?:anything else|any other item|is that all|all the items)\b|"
            r"还有|其他"
        ),
    ),
    ("method", re.compile(r"\b(?:pay(?:ment)?|refund(?:ed)?|gift card|paypal)\b|付款|退款|支付")),
    ("address", re.compile(r"\baddress\b|地址")),
    (
        "variant",
        re.compile(
            r"\b(?:which (?:one|colou?r|size|version|variant|option)|instead)\b|"
            r"换成"
        ),
    ),
    ("lines", re.compile(r"\bwhich (?:item|product|of)\b|哪(?:件|个|些)")),
)
_MISSED: Final = re.compile(
    r"\b(?:didn't (?:quite )?(?:get|understand|catch)|don't understand|not sure (?:i|what)|"
    r"rephrase|other words|another way|not getting this right|couldn't work that|"
    r"say (?:it|that) again)\b|"
    r"没(?:太)?(?:听|看|理解|明白)|换个说法"
)
_KINDS: Final = {
    "cancel": r"cancel|取消|退款",
    "cancel_items": r"cancel|remove|take|取消|去掉",
    "return": r"return|send|refund|back|退",
    "exchange": r"exchang|swap|replac|instead|→|换",
    "change": r"chang|modif|swap|replac|exchang|instead|→|换|改",
    "address": r"address|send|ship|deliver|go(?:es)? to|地址|寄|送",
    "default_address": r"address|地址",
    "payment": r"pay|charg|付|支付",
}

# What else than the wish a question may be about.
_MOVES: Final = re.compile(r"\bsend order\b|\b(?:ship|deliver) (?:it|order)\b|改送|寄往|送往")
_CANCELS: Final = re.compile(r"\bcancel\b|取消")


@dataclass(frozen=True)
class Heard:
    """What the assistant said in one turn: its texts, and what it asks where it says that.

    `question` is the text that asks, without what was told before it.
    """

    text: str
    kind: str = ""
    slot: str = ""
    options: tuple[str, ...] = ()
    by_person: bool = False
    question: str = ""

    @property
    def asked(self) -> str:
        """The text that asks; all that was said where that is not known."""
        return self.question or self.text


def heard_from(
    texts: list[str], asks: Mapping[str, Any], *, question: str = "", by_person: bool = False
) -> Heard:
    """What a shopper hears of replies: their texts and what the last one asks."""
    return Heard(
        question=question,
        text="\n".join(filter(None, texts)),
        kind=str(asks.get("kind") or ""),
        slot=str(asks.get("slot") or ""),
        options=tuple(map(str, asks.get("options") or ())),
        by_person=by_person,
    )


@dataclass(frozen=True)
class Known:
    """What the shopper knows of the shop: the goods in its orders, its payment methods.

    `goods` are product names by order number, `methods` the file's own entries by key.
    """

    goods: Mapping[str, Sequence[str]] = field(default_factory=dict)
    methods: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def products(self) -> set[str]:
        """Every product in the shopper's orders."""
        return {product for products in self.goods.values() for product in products}


@dataclass(frozen=True)
class Misfit:
    """How a confirmation differs from the wish: what is wrong, and the item it is about."""

    what: str
    item: Item | None = None


def was_refused(text: str) -> bool:
    """Whether a reply says that something cannot be done."""
    return _REFUSED.search(text.lower().replace("’", "'")) is not None


def was_missed(text: str) -> bool:
    """Whether a reply says that it was not understood."""
    return _MISSED.search(text.lower().replace("’", "'")) is not None


def asked_in(text: str) -> str:
    """What the words of a reply ask for; "" where they ask nothing."""
    low = text.lower()
    if "?" not in low and "？" not in low and "please" not in low and "请" not in low:
        return ""
    asking = " ".join(
        one for one in re.split(r"(?<=[.!?。！？\n])\s*", low) if re.search(r"[?？]|please|请", one)
    )
    return next((slot for slot, found in _QUESTIONS if found.search(asking)), "")


def misfits(text: str, wish: Wish, known: Known) -> list[Misfit]:
    """What in a confirmation is not as the shopper wished; nothing is left to say yes to it."""
    low = _plain(text)
    found: list[Misfit] = []
    asks = re.findall(r"[^!?。！？\n]*[?？]", low)
    cancels = any(_CANCELS.search(one) for one in asks)
    moves = any(_MOVES.search(one) for one in asks)
    if wish.do not in _KINDS or not re.search(_KINDS[wish.do], low):
        return [Misfit("kind")]
    if cancels and wish.do not in {"cancel", "cancel_items"}:
        return [Misfit("kind")]
    if moves and wish.do not in {"address", "default_address"}:
        return [Misfit("kind")]
    numbers = {one.upper() for one in re.findall(r"(?<![a-z])w\d{7}(?!\d)", low)}
    if wish.order and numbers and wish.order not in numbers:
        return [Misfit("order")]
    values = {
        value.lower() for one in wish.items for value in (*one.has.values(), *one.gets.values())
    }
    things = re.sub(r": [^,:()→\n]+(?=[,)]| [→(])", ": ", low)  # no "compartment: laptop"
    named = {one for one in known.products() if one.lower() not in values and _names(things, one)}
    for item in (one for one in wish.items if not one.dropped):
        if not _names(low, item.product):
            found.append(Misfit("missing", item))
        elif not any(
            all(_tells(part, name, value) for name, value in item.gets.items())
            for part in _become(text, item.product) or [low]
        ):
            found.append(Misfit("target" if item.wants or item.target else "items", item))
    if wish.items and named - {item.product for item in wish.items}:
        found.append(Misfit("items"))
    other = _other_reason(wish.reason)
    if wish.do == "cancel" and other and other in low and wish.reason not in low:
        found.append(Misfit("reason"))
    if wish.method and not _pays_with(low, wish.method, known):
        found.append(Misfit("method"))
    if wish.address and not all(
        _plain(part) in low
        for key, part in wish.address.items()
        if part and key in {"address1", "address2", "zip"}
    ):
        found.append(Misfit("place"))
    return found


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("**", "").replace("：", ": "))


def _become(text: str, product: str) -> list[str]:
    """What a product is to become, where lines say so: "kettle: white → black" """
    lines = [_plain(line) for line in text.split("\n") if "→" in line]
    return [line.split("→", 1)[1].strip() for line in lines if _names(line, product)]


def _names(low: str, product: str) -> bool:
    return _word(low, product.lower(), r"(?:s|es)?")


def _word(low: str, word: str, end: str = "") -> bool:
    if re.search(r"[\u4e00-\u9fff]", word):
        return word in low
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}{end}(?![a-z0-9])", low) is not None


def _tells(low: str, name: str, value: str) -> bool:
    """Whether the words tell an option's value; one that is a no may be left out."""
    if value in {"no", "none", "yes", "否", "无", "是"}:
        return True
    low_value = value.lower()
    names = {low_value, low_value.replace("-", " ")}
    title = name.lower()
    if re.search(rf"(?:^|[,，、(→:]\s?){re.escape(title)}: ", low):
        return any(_word(low, f"{title}: {one}") for one in names)
    return any(_word(low, one) for one in names)


def _other_reason(reason: str) -> str:
    return {"no longer needed": "by mistake", "ordered by mistake": "no longer needed"}.get(
        reason, ""
    )


def _pays_with(low: str, key: str, known: Known) -> bool:
    """Whether the wished method is named, or none at all."""
    named = {one for one, method in known.methods.items() if _names_method(low, method)}
    wished = known.methods.get(key)
    if wished is None:  # a method that the shop does not know of
        return False
    if not named or key in named:
        others = {one for one in named if one != key and known.methods[one].get("last_four")}
        last = str(wished.get("last_four") or "")
        clear = [one for one in others if str(known.methods[one]["last_four"]) in low]
        return not (last and clear and last not in low)
    return False


def _names_method(low: str, method: Mapping[str, Any]) -> bool:
    if method["source"] == "paypal":
        return "paypal" in low
    gift = ("gift card", "礼品卡")
    if method["source"] == "gift_card":
        return any(one in low for one in gift)
    rest = low
    for one in gift:
        rest = rest.replace(one, "")
    brand = str(method.get("brand", "")).lower()
    return str(method.get("last_four", "----")) in rest or (
        re.search(r"\bcard\b|信用卡", rest) is not None or bool(brand and brand in rest)
    )
