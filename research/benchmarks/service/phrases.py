"""Things of the shop in a shopper's words: goods, what they should become, methods, places."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from research.benchmarks.service.agendas import Item
from research.benchmarks.service.words import Words

# Values that say nothing without the name of their option.
_BARE: Final = re.compile(r"[\d.,%]+|[A-Z]{1,3}")
_VAGUE: Final = {
    "low",
    "medium",
    "high",
    "small",
    "large",
    "dark",
    "light",
    "standard",
    "basic",
    "other",
}
_NOT: Final = {"no", "none"}
_ADJECTIVES: Final = {"waterproof"}


def value_phrase(name: str, value: str) -> str:
    """`size 8`, `black`, `high ventilation`, `no backlight`, `not waterproof`."""
    if name in _ADJECTIVES:
        return name if value == "yes" else f"not {name}"
    if value in _NOT:
        return f"no {name}"
    if value == "yes":
        return name
    if name == "pieces":
        return f"{value} pieces"
    if _BARE.fullmatch(value):
        return f"{name} {value}"
    alike = name.endswith((" color", " material"))  # frame colour and lens colour take the same
    if (value in _VAGUE or alike) and not value.endswith(name):
        return f"{value} {name}"
    return value


def _is_plain(options: Mapping[str, str]) -> bool:
    """Whether the values are words by themselves: "one in black", but not "one in no backlight"."""
    return all(
        name in _ADJECTIVES or value not in {*_NOT, "yes"} for name, value in options.items()
    )


def joined(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def thing(item: Item, words: Words, *, closely: bool) -> str:
    """`the black 1L Electric Kettle`; its options only where it must be told closely."""
    if item.words:
        return words.own(item.words)
    if words.language == "zh":
        return _zh_thing(item, words, closely=closely)
    product = item.product.lower() if words.chance(0.6) else item.product
    if not (closely and item.has):
        return f"the {product}"
    parts = [value_phrase(name, value) for name, value in item.has.items()]
    plain = [one for one in parts if not one.startswith(("no ", "not "))]
    forms: list[Callable[[], str]] = [
        lambda: f"the {product} ({', '.join(parts)})",
        lambda: f"the {' '.join(plain)} {product}",
        lambda: f"the {product} with {joined(_spelt(item.has))}",
    ]
    return words.random.choice(forms)()


def _spelt(options: Mapping[str, str]) -> list[str]:
    """`leather material`, `9 bar pressure`, `no backlight`: a value with its option's name."""
    return [
        value_phrase(name, value)
        if value in _NOT or value == "yes" or _BARE.fullmatch(value) or name == "pieces"
        else (value if value.endswith(name) else f"{value} {name}")
        for name, value in options.items()
    ]


def target(item: Item, words: Words) -> str:
    """`a black one with 9 bar pressure`, `the same but clicky`, `exactly the same one again`."""
    if item.target:
        return words.own(item.target)
    if words.language == "zh":
        return _zh_target(item, words)
    if not item.wants:
        return words.random.choice(
            [
                "exactly the same one again",
                "another one just like it",
                "the very same model",
                "an identical one",
                "the same one with the same options",
            ]
        )
    parts = [value_phrase(name, value) for name, value in item.wants.items()]
    spelt = _spelt(item.wants)
    pairs = [f"{name}: {value}" for name, value in item.wants.items()]
    forms = [f"one with {joined(spelt)}", f"one with {', '.join(pairs)}"]
    if _is_plain(item.wants):
        forms += [
            f"one that is {joined(parts)}",
            f"one in {joined(parts)}",
            f"the {', '.join(parts)} one",
        ]
    if set(item.wants) < set(item.has):
        forms += [f"the same but with {joined(spelt)}"]
        forms += [f"the same one but {joined(parts)}"] if _is_plain(item.wants) else []
    return words.random.choice(forms)


def swap(item: Item, words: Words, *, closely: bool, link: str = "for") -> str:
    """`the t-shirt for a red one`; a change is told with `to`."""
    old, new = thing(item, words, closely=closely), target(item, words)
    if words.language == "zh":
        return words.random.choice([f"{old}换成{new}", f"把{old}换成{new}", f"{old}改成{new}"])
    return f"{old} {link} {new}"


def listed(parts: Sequence[str], words: Words) -> str:
    """Several in one phrase, in the shopper's language."""
    if words.language == "zh":
        return "、".join(parts[:-1]) + ("和" if len(parts) > 1 else "") + parts[-1]
    return joined(parts)


def swaps_listed(parts: Sequence[str], words: Words) -> str:
    """Several swaps in one phrase."""
    if words.language == "zh":
        return "，".join(parts)
    if len(parts) < 2:
        return "".join(parts)
    return words.random.choice(
        [f"{'; '.join(parts[:-1])}; and {parts[-1]}", f"{', '.join(parts[:-1])}, and {parts[-1]}"]
    )


def method_phrase(method: Mapping[str, str], methods: int, words: Words) -> str:
    """`my PayPal account`, `the gift card`, `my Visa ending in 1234`.

    `method` has source, and for cards brand and last_four; of its kind there are `methods`.
    """
    kind, last = method["source"], method.get("last_four", "")
    brand = method.get("brand", "").title()
    if words.language == "zh":
        forms = {"paypal": ["PayPal", "我的PayPal"], "gift_card": ["礼品卡", "我的礼品卡"]}.get(
            kind, [f"尾号{last}的信用卡", f"{brand} {last}"]
        )
    elif kind == "paypal":
        forms = ["my PayPal account", "PayPal", "my paypal", "the PayPal account"]
    elif kind == "gift_card":
        forms = ["my gift card", "the gift card", "the gift card on my account"]
    else:
        forms = [
            f"my {brand} ending in {last}",
            f"the credit card ending in {last}",
            f"my {brand} card, {last}",
        ]
        if methods == 1:
            forms += ["my credit card", "the credit card"]
    return words.random.choice(forms)


def place_phrase(address: Mapping[str, str]) -> str:
    """`953 Park Avenue, Suite 613, New York, NY 10064`."""
    parts = (address.get("address1"), address.get("address2"), address.get("city"))
    end = " ".join(filter(None, (address.get("state"), address.get("zip"))))
    return ", ".join(filter(None, (*parts, end)))


def _zh_value(name: str, value: str) -> str:
    """`红色`, `尺码M`, `通风高`, `不防水`, `无扶手`: a value as it is said."""
    if value in {"是", "否"}:
        return name if value == "是" else f"不{name}"
    if value == "无":
        return f"无{name}"
    alike = name.endswith("颜色") and name != "颜色"
    if alike or re.fullmatch(r"[\d.,%]+|[A-Z]{1,3}|[高中低]|标准|[大小]号", value):
        return f"{name}{value}"
    return value


def _zh_thing(item: Item, words: Words, *, closely: bool) -> str:
    product = item.product
    if not (closely and item.has):
        return product
    parts = [_zh_value(name, value) for name, value in item.has.items()]
    return words.random.choice(
        [f"{'、'.join(parts)}的{product}", f"{product}（{'，'.join(parts)}）"]
    )


def _zh_target(item: Item, words: Words) -> str:
    if not item.wants:
        return words.random.choice(
            ["一模一样的", "同款同规格的", "完全相同的一件", "跟原来一样的", "同样规格的新的"]
        )
    parts = [_zh_value(name, value) for name, value in item.wants.items()]
    pairs = [
        f"{name}{value}" if value not in {"是", "否", "无"} else _zh_value(name, value)
        for name, value in item.wants.items()
    ]
    return words.random.choice(
        [f"{'、'.join(parts)}的", f"{'，'.join(pairs)}的", f"{'、'.join(pairs)}的那款"]
    )
