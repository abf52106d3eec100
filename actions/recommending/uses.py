"""What things are for, as the shelves that serve it; only shelves that the shop has."""

import re
from typing import Final

from sqlalchemy.orm import Session

from shop.catalogue import CategoryView, list_categories

# A use, its shelves (the most telling first), and how people say it.
USES: Final = (
    (
        "hiking",
        ("hiking-boots", "backpacks", "trousers", "jackets", "socks", "trekking-poles"),
        r"\bhik(?:e|es|ing|er)\b|\btrek(?:s|king)?\b|\bmountains?\b|\bhuts?\b|\bwalks?\b|徒步|登山|爬山|山屋|远足",
    ),
    (
        "camping",
        ("tents", "sleeping-bags", "sleeping-mats", "stoves", "headlamps", "bottles"),
        r"\bcamp(?:ing|s)?\b|\bovernight\b|\boutdoors\b|露营|野营|过夜",
    ),
    (
        "running",
        ("trail-shoes", "t-shirts", "socks", "headlamps", "watches"),
        r"\brun(?:s|ning|ner)?\b|\bjogg?(?:ing)?\b|跑步|慢跑|越野跑",
    ),
    (
        "cold",
        ("jackets", "fleece", "base-layers", "gloves", "hats"),
        r"\bwinter\b|\bsnow\b|\bski(?:ing)?\b|\bcold\b|冬|雪|御寒|寒冷",
    ),
    (
        "everyday",
        ("sneakers", "shirts", "t-shirts", "dresses", "sunglasses"),
        r"\bevery ?day\b|\bcity\b|\boffice\b|\bwork\b|\bcasual\b|\btown\b|日常|通勤|城市|上班|逛街",
    ),
)
_PATTERNS: Final = tuple((shelves, re.compile(words, re.IGNORECASE)) for _, shelves, words in USES)
FEWEST: Final = 2
MOST: Final = 5


def names_use(text: str) -> bool:
    """Whether a message says what something is for."""
    return any(words.search(text) for _, words in _PATTERNS)


def shelves_meant(session: Session, text: str) -> tuple[str, ...]:
    """The shop's shelves for every use that a message names; empty when it names none."""
    wanted = [shelf for shelves, words in _PATTERNS if words.search(text) for shelf in shelves]
    if not wanted:
        return ()
    there = {one.slug for one in list_categories(session)}
    return tuple(shelf for shelf in dict.fromkeys(wanted) if shelf in there)


def uses_of(session: Session) -> tuple[list[tuple[str, tuple[str, ...]]], list[CategoryView]]:
    """Uses that this shop serves, with their shelves; if it serves too few, its largest shelves."""
    shelves = list_categories(session)
    there = {one.slug for one in shelves}
    uses = [
        (name, kept)
        for name, wanted, _ in USES
        if len(kept := tuple(shelf for shelf in wanted if shelf in there)) >= FEWEST
    ]
    if len(uses) >= FEWEST:
        return uses, []
    return [], sorted(shelves, key=lambda one: -one.product_count)[:MOST]
