"""Places in questions about delivery, and questions that lean on the one before them."""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from babel import Locale

from kit.i18n import DEFAULT_LANGUAGE, LANGUAGES, Language, length
from kit.phrases import meanings, phrase, spoken

_ZONES: Final = {
    "elsewhere": (
        r"\b(?:iceland|america|usa|u\.s\.a?\.?|united states|canada|australia|new zealand|japan|"
        r"(?:south )?korea|india|brazil|argentina|chile|mexico|turkey|türkiye|russia|ukraine|"
        r"serbia|bosnia|albania|singapore|malaysia|thailand|vietnam|indonesia|israel|dubai|uae|"
        r"saudi arabia|south africa|egypt|morocco|hong ?kong|macau|macao|taiwan|taipei|new york|"
        r"tokyo|sydney|toronto|reykjav[ií]k)\b|"
        r"冰岛|美国|加拿大|澳大利亚|澳洲|新西兰|日本|韩国|印度|巴西|墨西哥|土耳其|俄罗斯|乌克兰|塞尔维亚|"
        r"新加坡|马来西亚|泰国|越南|印尼|以色列|迪拜|南非|埃及|香港|澳门|台湾|台北|纽约|东京|悉尼|多伦多"
    ),
    "norway": r"\b(?:norway|oslo|bergen)\b|挪威|奥斯陆",
    "switzerland": r"\b(?:switzerland|swiss|zurich|zürich|geneva|bern|basel)\b|瑞士|苏黎世|日内瓦",
    "kingdom": (
        r"\b(?:united kingdom|uk|u\.k\.|great britain|england|scotland|wales|london)\b|"
        r"英国|伦敦|苏格兰"
    ),
    "china": (
        r"\b(?:mainland china|china|beijing|shanghai|shenzhen|guangzhou|chengdu|hangzhou|wuhan)\b|"
        r"中国大陆|中国|国内|北京|上海|深圳|广州|成都|杭州|武汉|南京|西安|重庆|天津|苏州|"
        r"新疆|乌鲁木齐|西藏|拉萨|内蒙古?|呼和浩特|黑龙江|哈尔滨|吉林|长春|辽宁|沈阳|大连|河北|石家庄|"
        r"河南|郑州|山东|济南|青岛|山西|太原|陕西|甘肃|兰州|青海|宁夏|四川|云南|昆明|贵州|贵阳|广西|"
        r"南宁|广东|东莞|佛山|海南|海口|三亚|福建|福州|厦门|江西|南昌|湖南|长沙|湖北|安徽|合肥|江苏|"
        r"无锡|浙江|宁波|温州"
    ),
    "union": (
        r"\b(?:austria|belgium|bulgaria|croatia|cyprus|czechia|czech republic|denmark|estonia|"
        r"finland|france|germany|greece|hungary|ireland|italy|latvia|lithuania|luxembourg|malta|"
        r"(?:the )?netherlands|holland|poland|portugal|romania|slovakia|slovenia|spain|sweden|"
        r"vienna|paris|rome|madrid|berlin|hamburg|munich|warsaw|amsterdam|lisbon)\b|"
        r"奥地利|比利时|保加利亚|克罗地亚|捷克|丹麦|爱沙尼亚|芬兰|法国|德国|希腊|匈牙利|爱尔兰|意大利|拉脱维亚|"
        r"立陶宛|卢森堡|马耳他|荷兰|波兰|葡萄牙|罗马尼亚|斯洛伐克|斯洛文尼亚|西班牙|瑞典|维也纳|巴黎|罗马|马德里"
    ),
}
_FINDERS: Final = {zone: re.compile(words, re.IGNORECASE) for zone, words in _ZONES.items()}
_SENDS: Final = spoken("answers", "places.sends")
_LEANS: Final = spoken("answers", "places.leans")
_CJK: Final = re.compile(r"[\u3400-\u9fff]")
_LAST_WORDS: Final = 3
# What a short question asks by itself: 几天能到 after 运费多少 asks of time alone.
_WHOLE: Final = spoken("answers", "places.whole")


def zone_of(text: str) -> str | None:
    """The delivery zone of the first place named; None where there is none."""
    found = [(match.start(), zone) for zone, one in _FINDERS.items() if (match := one.search(text))]
    if found:
        return min(found)[1]
    city = _cities().search(text)
    return None if city is None else zone_of_country(_codes_of_cities()[city[0].lower()])


def zone_of_country(code: str) -> str | None:
    """The delivery zone of a country by its ISO 3166 code; None for none, or an unknown one."""
    name = str(Locale(DEFAULT_LANGUAGE).territories.get(code, ""))
    return next((zone for zone, one in _FINDERS.items() if one.search(name)), None)


def is_served(zone: str) -> bool:
    """Whether we deliver to a zone."""
    return zone != "elsewhere"


def called(zone: str, language: Language) -> str:
    """What articles call a place of the zone."""
    return str(phrase(language, "actions", f"places.called.{zone}"))


def is_abroad(address: str, country: str) -> bool:
    """Whether an address surely lies outside `country` (ISO 3166 code).

    A Latin address names its country or city last: London Road in Hamburg is not in London.
    """
    place = address
    if not _CJK.search(address):
        parts = [part for part in address.replace("\n", ",").split(",") if part.strip()]
        place = " ".join((parts[-1] if parts else "").split()[-_LAST_WORDS:])
    codes = _codes_in(place)
    if codes or not country:
        return bool(country) and country not in codes
    zone, own = zone_of(place), zone_of_country(country)
    return zone is not None and own is not None and zone != own


def country_named(text: str) -> str | None:
    """The ISO 3166 code of the one country that `text` names, else of the one in which the city
    lies that it names; None for none or several."""
    codes = _codes_in(text) or {_codes_of_cities()[one.lower()] for one in _cities().findall(text)}
    return codes.pop() if len(codes) == 1 else None


@cache
def _codes_of_cities() -> dict[str, str]:
    return {city: str(code) for city, code in meanings("actions", "places.cities").items()}


@cache
def _cities() -> re.Pattern[str]:
    return _any_of(_codes_of_cities())


@cache
def _countries() -> dict[str, str]:
    """Codes by the names of countries in every language."""
    return {
        name.lower(): code
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    """Any of the names; letters as whole words, signs as they stand."""
    return re.compile(
        "|".join(re.escape(one) if _CJK.search(one) else rf"\b{re.escape(one)}\b" for one in names),
        re.IGNORECASE,
    )


@cache
def _names() -> re.Pattern[str]:
    """Any country's name; of two that begin alike the longer one."""
    return _any_of(sorted(_countries(), key=len, reverse=True))


def _codes_in(text: str) -> set[str]:
    """The codes of the countries that `text` names."""
    return {_countries()[one.lower()] for one in _names().findall(text)}


def named_by_zone(text: str, language: Language) -> str:
    """The text with each place called as the articles call places of its zone."""
    for zone, finder in _FINDERS.items():
        text = finder.sub(called(zone, language), text)

    def in_zone(found: re.Match[str]) -> str:
        zone = zone_of_country(_codes_of_cities()[found[0].lower()])
        return found[0] if zone is None else called(zone, language)

    return _cities().sub(in_zone, text)


# "And can I return from there?" is asked of the place before, whatever else it asks.
_THERE: Final = re.compile(r"\b(?:from|to|in) there\b|那边|那里", re.IGNORECASE)


def at_that_place(text: str, zone: str | None, language: Language) -> str:
    """`text` with the place asked about before, in place of a word that points back to it."""
    if zone is None or zone_of(text) is not None:
        return text
    there = phrase(language, "actions", "places.there").format(called(zone, language))
    return _THERE.sub(there, text)


def in_context(
    text: str, before: str, zone_before: str | None, language: Language, *, goes_on: bool = False
) -> str:
    """The question that is meant: `text` alone, or read with the question `before` it, which it
    `goes_on` from or leans on by its words.

    A place takes the place of the one before; what leaves the place out keeps it.
    """
    zone = zone_of(text)
    short = length(text, language) <= phrase(language, "actions", "places.left_out")
    leans = goes_on or short or _LEANS.search(text.strip()) is not None
    if not before or not leans:
        return named_by_zone(text, language)
    if zone is not None and zone_of(before) is not None:
        place = called(zone, language)
        return re.sub("|".join(_ZONES.values()), place, before, flags=re.IGNORECASE)
    if zone is None and zone_before is None and _WHOLE.search(text):
        return text
    if zone is None and zone_before is not None:
        asked: str = phrase(language, "actions", "places.asked_of")
        return asked.format(text=text, place=called(zone_before, language))
    return named_by_zone(f"{before} {text}", language)


def where_we_do_not_deliver(question: str, language: Language) -> str | None:
    """Of a question about sending to a place we do not serve: whether we deliver there."""
    place = called("elsewhere", language)
    if place.lower() not in question.lower() or not _SENDS.search(question):
        return None
    return whether_delivered(place, language)


def whether_delivered(place: str, language: Language) -> str:
    """The question whether we deliver to a place, in an article's words."""
    return str(phrase(language, "actions", "places.whether").format(place))
