"""Entities: patterns for what has a shape, gazetteers for what has a name.

Values are canonical: colour and category codes, size letters, numbers for ordinals. A longer match
beats a shorter one, a pattern beats a name, and a Latin name of five letters or more may have one slip.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kit.i18n import Language
from kit.languages import facts
from kit.numerals import chinese_value
from kit.spelling import one_slip

# Which entity a span goes to when several want it, first wins.
ORDER: Final = (
    "email",
    "tracking_number",
    "coupon",
    "phone",
    "price",
    "date",
    "order_number",
    "code",
    "product",
    "brand",
    "category",
    "colour",
    "size",
    "reason",
    "ordinal",
    "quantity",
)
NAMED: Final = frozenset(
    {"product", "brand", "category", "colour", "size", "reason", "ordinal", "quantity"}
)
_NUMBER: Final = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,5}(?:[.,]\d{1,2})?)"
# A Chinese number from ten on: 十二, 三百五, 两千.
_TENS: Final = (
    r"(?:[一二两三四五六七八九]?十|[一二两三四五六七八九][百千])[零一二两三四五六七八九十百]*"
)
_EURO_ZH: Final = r"(?:欧元|欧|块钱|块|元)"
_ABOUT_ZH: Final = r"(?=以内|以下|以上|左右)"
_FEASTS_ZH: Final = r"春节|元旦|国庆节?|中秋节?|圣诞节?|双十[一二]"
PATTERNS: Final[Mapping[str, tuple[str, ...]]] = {
    "email": (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+",),
    "tracking_number": (
        r"(?<![A-Za-z0-9])(?:JD|SF|1Z|DHL|UPS|LP|RR|CN)[A-Z0-9]{8,20}(?![A-Za-z0-9])",
        r"(?<!\d)\d{14,20}(?!\d)",
    ),
    "coupon": (r"(?<![A-Za-z0-9])(?=[A-Za-z]*[A-Za-z]{4})[A-Za-z]{4,12}\d{1,3}(?![A-Za-z0-9])",),
    "phone": (r"(?<![\w.])(?:\+|00)\d[\d ()/-]{7,16}\d(?!\w)", r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "price": (
        rf"(?:€|EUR|eur)\s?{_NUMBER}",
        rf"{_NUMBER}\s?(?:€|euros?\b|eur\b|EUR\b|欧元|欧|块钱|块|元)",
        rf"(?<=under ){_NUMBER}(?!\d)",
        rf"(?<=below ){_NUMBER}(?!\d)",
        rf"(?<=less than ){_NUMBER}(?!\d)",
        rf"(?<=over ){_NUMBER}(?!\d)",
        rf"(?<=up to ){_NUMBER}(?!\d)",
        rf"(?<=max ){_NUMBER}(?!\d)",
        rf"{_NUMBER}{_ABOUT_ZH}",
        rf"{_TENS}(?:{_EURO_ZH}|{_ABOUT_ZH})",
    ),
    "date": (
        r"\b(?:today|tomorrow|tonight|yesterday|(?:next|last|this) (?:week|month|weekend|monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b",
        r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
        r"\b\d{1,2}(?:st|nd|rd|th)? (?:of )?(?:january|february|march|april|may|june|july|august|september|october|november|december)\b",
        r"\b(?:january|february|march|april|june|july|august|september|october|november|december) \d{1,2}(?:st|nd|rd|th)?\b",
        r"\b\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?(?!\d|码)|\b\d{4}-\d{2}-\d{2}\b",
        rf"大后天|[今明后昨]晚上?|[今明]早上?|(?:这|本|上|下)个?月[底初末]?|[月年][底初末]|{_FEASTS_ZH}",
        r"今天|明天|后天|昨天|前天|(?:这|上|下)(?:个)?(?:周|星期|礼拜)[一二三四五六日天末]?|(?:周|星期|礼拜)[一二三四五六日天末]",
        r"(?:\d{4}年)?\d{1,2}月\d{1,2}[日号]|[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}[日号]",
        r"\d{1,2}号(?!店)",
    ),
    "order_number": (
        # (not the postcode of "Jonas Weber, 10115 Berlin")
        r"(?<![A-Za-z0-9.,/+-])(?!(?<=, )\d{5}\s+[A-ZÀ-Þ][a-zß-ÿ]{2,}\W*$)#?[A-Z]{0,2}\d{5,7}(?![A-Za-z0-9@]|[.,/-]\d)",
        r"(?<![A-Za-z0-9])#\d{3,7}(?!\w)",
        r"(?:(?<=order )|(?<=Order )|(?<=ORDER )|(?<=订单号)|(?<=订单号 )|(?<=订单号：)|(?<=订单)|(?<=订单 ))\d{4,15}(?!\d)",
    ),
    "code": (r"(?<![A-Za-z0-9.,/+-])\d{6}(?![A-Za-z0-9@])",),
    "size": (
        r"(?<![A-Za-z0-9])(?:XXS|XS|XL|XXL|XXXL|2XL|3XL|xxs|xs|xl|xxl)(?![A-Za-z0-9])",
        r"(?:(?<=size )|(?<=Size )|(?<=in a )|(?<=in an )|(?<=a )|(?<=in ))(?:S|M|L|s|m|l|small|medium|large)(?![A-Za-z0-9'-])",
        r"(?:(?<=for )|(?<=to )|(?<=the )|(?<=for a )|(?<=to a ))(?:small|medium|large)(?=\s*(?:[?.!,;]|$|please|instead|then))",
        r"(?<![A-Za-z0-9'&./-])[SML](?![A-Za-z0-9'&./-])",
        r"(?:三十[五六七八九]|四十[一二三四五六七]?)(?=码)",
        r"均码|加大[码号]|(?<![多加最])[大中小][码号](?!店)",
        r"(?<![A-Za-z0-9])[SML](?=码|号|的|太|还是|偏|$)",
        r"(?<=[穿选要])[SMLsml](?![A-Za-z0-9'-])",
        r"(?<=尺码)[SMLsml](?![a-z])",
        r"(?<![\dA-Za-z€.,])(?:3[5-9]|4[0-7])(?:\.5)?(?=码|号(?!店)|(?!\d|[.,]\d|\s?(?:€|euro|eur|欧|块|元|l\b|L\b|days|%|天|岁|litre|liter|升|mm|cm|g\b|min)))",
        r"(?<![A-Za-z0-9])(?:S/M|L/XL|35-38|39-42|43-46)(?![A-Za-z0-9])",
    ),
    "ordinal": (
        r"第(?:\d{1,2}|[一二三四五六七八九十])(?!次|时间)(?:个|件|款|双|条|单|项|种|只|份)?|最后(?:一)?(?:个|件|款|双|单)?",
    ),
    "quantity": (
        r"(?<![\w.,])(?:[2-9]|1\d)(?= (?:pieces?|pairs?|items?|of (?:them|these|those)))",
        rf"(?:[2-9]|1\d|{_TENS}|[两三四五六七八九])(?=件|双|个人|套|条裤)",
    ),
}
_SIZES: Final = {
    "small": "S",
    "medium": "M",
    "large": "L",
    "2XL": "XXL",
    "xxl": "XXL",
    "xl": "XL",
    "xs": "XS",
    "s": "S",
    "m": "M",
    "l": "L",
    "xxs": "XXS",
    "小码": "S",
    "小号": "S",
    "中码": "M",
    "中号": "M",
    "大码": "L",
    "大号": "L",
    "加大码": "XL",
    "加大号": "XL",
}
_CHINESE_DIGITS: Final = {c: str(n) for n, c in enumerate("零一二三四五六七八九")} | {
    "两": "2",
    "十": "10",
}
_CHINESE_VALUES: Final = {sign: int(value) for sign, value in _CHINESE_DIGITS.items()}
_CHINESE_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_WORDS: Final = re.compile(r"[A-Za-z0-9&'-]+")
LONGEST_NAME: Final = 7
FUZZY_FROM: Final = 5


@dataclass(frozen=True)
class Entity:
    """A span of the text with its canonical value."""

    entity: str
    start: int
    end: int
    value: str


@dataclass
class EntityModel:
    """Names by entity: Latin ones by their words, Chinese ones by their characters."""

    names: dict[str, tuple[str, str]]

    def __post_init__(self) -> None:
        self._latin: dict[str, tuple[str, str]] = {}
        self._chinese: dict[str, list[str]] = defaultdict(list)
        self._by_length: dict[tuple[str, int], list[str]] = defaultdict(list)
        for surface, target in self.names.items():
            if _CJK.search(surface):
                self._chinese[surface[0]].append(surface)
            else:
                self._latin[surface] = target
                if " " not in surface and len(surface) >= FUZZY_FROM:
                    self._by_length[surface[0], len(surface)].append(surface)
        for surfaces in self._chinese.values():
            surfaces.sort(key=len, reverse=True)
        self._compiled = {
            name: tuple(re.compile(pattern) for pattern in patterns)
            for name, patterns in PATTERNS.items()
        }

    def extract(self, text: str) -> list[Entity]:
        """Entities of `text` that do not overlap, in order of place."""
        found = list(self._shaped(text))
        found += self._latin_names(text)
        found += self._chinese_names(text)
        rank = {name: place for place, name in enumerate(ORDER)}
        found.sort(
            key=lambda e: (
                _place(text, e, rank),
                -(e.end - e.start),
                rank[e.entity],
                e.start,
            )
        )
        taken = [False] * len(text)
        kept = []
        for entity in found:
            if not any(taken[entity.start : entity.end]):
                taken[entity.start : entity.end] = [True] * (entity.end - entity.start)
                kept.append(entity)
        return sorted(kept, key=lambda e: e.start)

    def _shaped(self, text: str) -> Iterable[Entity]:
        lowered = text.lower()
        for name, patterns in self._compiled.items():
            place = lowered if name == "date" else text
            for pattern in patterns:
                for match in pattern.finditer(place):
                    value = match.group()
                    if name == "code" or (
                        name == "order_number" and value.isdigit() and len(value) == 6
                    ):
                        # Six digits may be either; the dialogue knows which one it asked for.
                        name_here = (
                            "code" if len(value.lstrip("#")) == 6 and value.isdigit() else name
                        )
                    else:
                        name_here = name
                    yield Entity(
                        name_here, match.start(), match.end(), _canonical(name_here, value)
                    )

    def _latin_names(self, text: str) -> Iterable[Entity]:
        words = list(_WORDS.finditer(text))
        lowered = [word.group().lower() for word in words]
        for first in range(len(words)):
            for last in range(min(len(words), first + LONGEST_NAME), first, -1):
                phrase = " ".join(lowered[first:last])
                target = self._latin.get(phrase)
                if target is None and last == first + 1:
                    target = self._close_to(phrase)
                if target is not None:
                    yield Entity(target[0], words[first].start(), words[last - 1].end(), target[1])
                    break

    def _close_to(self, word: str) -> tuple[str, str] | None:
        if len(word) < FUZZY_FROM or not word.isalpha() or word in RIGHTLY_SPELT:
            return None
        for length in (len(word), len(word) - 1, len(word) + 1):
            for known in self._by_length.get((word[0], length), ()):
                if one_slip(word, known):
                    return self._latin[known]
        return None

    def _chinese_names(self, text: str) -> Iterable[Entity]:
        place = 0
        while place < len(text):
            for surface in self._chinese.get(text[place], ()):
                if text.startswith(surface, place):
                    name, value = self.names[surface]
                    yield Entity(name, place, place + len(surface), value)
                    place += len(surface) - 1
                    break
            place += 1

    def save(self, folder: Path) -> None:
        """Write entities.json."""
        text = json.dumps(self.names, ensure_ascii=False)
        (folder / "entities.json").write_text(text, "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "EntityModel":
        """Read what `save` wrote."""
        raw: dict[str, list[str]] = json.loads((folder / "entities.json").read_text("utf-8"))
        return cls({surface: (name, value) for surface, (name, value) in raw.items()})


_ORDER_WORD: Final = re.compile(r"(?:\border(?: number| no\.?)?|订单号?)[ #:：]*$", re.IGNORECASE)


def _place(text: str, entity: Entity, rank: Mapping[str, int]) -> int:
    """Which of two readings of the same characters wins; what is called an order is one."""
    if entity.entity == "order_number" and _ORDER_WORD.search(text[: entity.start]):
        return -1
    return 20 if entity.entity in NAMED else rank[entity.entity]


def _canonical(name: str, value: str) -> str:
    if name == "size" and value[0] in "三四":
        return str(chinese_number(value))
    if name == "size":
        return _SIZES.get(value, _SIZES.get(value.lower(), value) if value.isalpha() else value)
    if name == "order_number":
        return value.lstrip("#")
    if name in {"coupon", "tracking_number"}:
        return value.upper()
    if name == "email":
        return value.lower().rstrip(".")
    if name == "ordinal":
        return _ordinal(value)
    if name == "quantity":
        return value if value.isdigit() else str(chinese_number(value))
    if name == "price":
        return _price(value)
    return value


def _ordinal(value: str) -> str:
    if value.startswith("最后"):
        return "-1"
    inner = re.sub(r"[第个件款双条单项种只份]", "", value)
    return _CHINESE_DIGITS.get(inner, inner)


def _price(value: str) -> str:
    """`100` from `100 euros`, `1200.50` from `€ 1200,50`, `1299` from `1,299元`, `300` from `三百块`."""
    digits = re.search(r"[\d.,]*\d", value)
    if digits is None:
        return str(chinese_number(value))
    plain = re.sub(r",(?=\d{3}(?!\d))", "", digits.group())
    return plain.replace(",", ".")


def chinese_number(text: str) -> int:
    """See chinese_value: `250` from `两百五十元`."""
    return chinese_value(text, _CHINESE_VALUES, _CHINESE_UNITS)


def collect_names(
    annotated: Iterable[tuple[str, str, str]],
    synonyms: Mapping[str, str],
    lookups: Mapping[str, Iterable[str]],
    catalogue: Mapping[str, tuple[str, str]],
) -> EntityModel:
    """Names from examples (surface, entity, value), synonyms, lookup tables and the catalogue.

    A synonym's entity is that of its value elsewhere. Names that are also everyday words lose.
    """
    names: dict[str, tuple[str, str]] = {}
    entity_of: dict[str, str] = {}
    for surface, entity, value in annotated:
        if entity in NAMED:
            if entity == "ordinal":
                entity_of[value] = entity  # "2" is a quantity as well, but "second" never is
            entity_of.setdefault(value, entity)
            names.setdefault(surface.lower(), (entity, synonyms.get(surface, value)))
    for entity, elements in lookups.items():
        if entity in NAMED:
            for element in elements:
                value = synonyms.get(element, synonyms.get(element.lower(), element))
                entity_of.setdefault(value, entity)
                names[element.lower()] = (entity, value)
    for surface, value in synonyms.items():
        if value in entity_of:
            names[surface.lower()] = (entity_of[value], value)
    names.update({surface.lower(): target for surface, target in catalogue.items()})
    return EntityModel({s: t for s, t in names.items() if _is_worth_knowing(s, t[0])})


# Everyday words one slip away from names: "there" is no misspelt three.
RIGHTLY_SPELT: Final = frozenset(
    {
        "there",
        "these",
        "those",
        "their",
        "theirs",
        "where",
        "which",
        "would",
        "could",
        "about",
        "other",
        "others",
        "after",
        "think",
        "thing",
        "things",
        "while",
        "again",
        "still",
        "place",
        "price",
        "right",
        "light",
        "might",
        "great",
        "really",
        "until",
        "under",
        "sounds",
    }
)
# Words that stand for sizes, ordinals or products only in a phrase.
EVERYDAY: Final = frozenset(
    {
        "s",
        "m",
        "l",
        "a",
        "one",
        "first",
        "last",
        "it",
        "that",
        "this",
        "them",
        "two",
        "three",
        "other",
        "the other",
        "small",
        "medium",
        "large",
        "shoes",
        "thing",
        "item",
        "product",
        "late",
        "wrong",
        "big",
        "late order",
        "one of them",
        "four",
        "five",
        "six",
    }
)


def _is_worth_knowing(surface: str, entity: str) -> bool:
    if entity == "ordinal":
        bare = all(sign in _CHINESE_VALUES for sign in surface)  # the 三 of 三亚 is no place
        return not bare and surface not in {"a", "it", "that", "this", "one"}
    if entity == "quantity":
        return False
    if entity == "size" and (surface.isdigit() or len(surface) == 1):
        return False  # the patterns know when these are sizes
    return surface not in EVERYDAY


# A product is asked for in the same words whatever its name is, an order whatever its number.
_DATA_MASKS: Final = {"order_number": "10482", "email": "me@mail.com"}


def masked(text: str, entities: Iterable[Entity], language: Language) -> str:
    """`text` with names of products, categories and brands as what they are, data as one example."""
    words = {**facts(language).masks, **_DATA_MASKS}
    for entity in sorted(entities, key=lambda one: -one.start):
        if entity.entity in words:
            text = text[: entity.start] + words[entity.entity] + text[entity.end :]
    return text


def as_rasa(entities: Iterable[Entity], extractor: str) -> list[dict[str, Any]]:
    """Entities as Rasa's messages carry them."""
    return [
        {
            "entity": e.entity,
            "start": e.start,
            "end": e.end,
            "value": e.value,
            "extractor": extractor,
            "confidence_entity": 1.0,
        }
        for e in entities
    ]
