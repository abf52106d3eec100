"""Which items of an order words speak of, and which words belong to which of them.

"The keyboard for a clicky one and the thermostat for one with Google" says one thing of each.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from catalogue_search.option_words import mentions
from kit.i18n import Texts
from kit.phrases import spoken
from shop.views import LineView

_WORDS: Final = re.compile(r"[a-z0-9]+")
_CJK: Final = re.compile(r"[\u3400-\u9fff]+")
_ALL_ITEMS: Final = spoken("tasks", "item_words.all_items")
# What ends the words on one item before another one is named.
_JOINT: Final = re.compile(
    r"[,;.!?，；。！？、\n]|\b(?:and|plus|also|then|but|while|as well as)\b|和|跟|与|以及|还有|另外|再把|同时",
    re.IGNORECASE,
)
# What stands behind these, after an item's name, says how it shall be.
_INTO: Final = re.compile(
    r"\b(?:to|into|for|be|become|but|instead|want|like|need|prefer|asked|should)\b|→|换成|改成|换为|改为|变成|换|改|要",
    re.IGNORECASE,
)
# An "and" with these behind it begins another item: "and the black, armless chair".
_DETERMINER: Final = re.compile(
    r"\s*(?:also |then |exchange |change |swap |return )*(?:the(?! same)|my|a|an|that|this|one|two)\b",
    re.I,
)
# What stands between these, before a name, tells what it is like: 玻璃、白色、3英尺的书架.
_LISTING: Final = frozenset({"、"})
_ATTRIBUTE_ENDS: Final = re.compile(r"的\s*$")
_DETERMINED: Final = r"(?:(?<=the )|(?<=my )|(?<=that )|(?<=and )|(?<=this )|(?<=your ))"
_NAME_ENDS: Final = r"(?=\W*$|\s*[,.;:!?)]|\s+(?:to|for|in|from|and|with|is|was|should|as|that|which|instead|i|go)\b)"
# Of two things of a kind the one that cost more, or less.
_DEARER: Final = spoken("tasks", "item_words.dearer")
_CHEAPER: Final = spoken("tasks", "item_words.cheaper")
_BOTH: Final = re.compile(
    r"\b(?:both|all|each|every|two|three)\b|两[个件双]|都(?!是|在|属于)|全部", re.IGNORECASE
)


@dataclass(frozen=True)
class Piece:
    """Words on one product of an order: the lines that it could be, and what is said of them.

    `name_end` is where the product's name ends in the text.
    """

    lines: tuple[LineView, ...]
    text: str
    name_end: int = 0


def pieces(text: str, lines: Sequence[LineView]) -> list[Piece]:
    """The text in pieces, each on the lines of one product; empty where none is named."""
    named = _named(text, lines)
    if not named:
        return []
    cuts: list[int] = [0]
    for (_, end, _), (start, _, _) in pairwise(named):
        cuts.append(_cut(text, end, start))
    bounds = [*cuts[1:], len(text)]
    found: dict[object, Piece] = {}
    for place, ((_, name_end, meant), start, end) in enumerate(
        zip(named, cuts, bounds, strict=True)
    ):
        key: object = meant[0].line_id if len(meant) == 1 else (place, meant[0].line_id)
        said, before = text[start:end], found.get(key)
        if before is None:
            found[key] = Piece(meant, said, name_end - start)
        else:
            found[key] = Piece(meant, f"{before.text} {said}", before.name_end)
    return list(found.values())


def _cut(text: str, start: int, end: int) -> int:
    """Where between two names the words on the first one end: at the last joint, but before what
    tells the second apart, "and the black, armless chair"."""
    joints = list(_JOINT.finditer(text, start, end))
    if not joints:
        return end
    strong = [one for one in joints if one.group() not in _LISTING]
    if len(strong) < len(joints) and _ATTRIBUTE_ENDS.search(text[start:end]):
        return (strong[-1] if strong else joints[0]).start()
    begins = [one for one in joints if _DETERMINER.match(text, one.end(), end)]
    described_after = begins and not _INTO.search(text, begins[-1].end(), end)
    return (begins[-1] if described_after else joints[-1]).start()


def _named(text: str, lines: Sequence[LineView]) -> list[tuple[int, int, tuple[LineView, ...]]]:
    """Where products are named, by their whole names first, then by the last word of them."""
    plain = text.lower()
    groups: dict[int, list[LineView]] = {}
    for line in lines:
        groups.setdefault(int(line.product_id), []).append(line)
    found: list[tuple[int, int, int]] = []
    for product, its in groups.items():
        for pattern in _patterns(its[0].names):
            found += [(*one.span(), product) for one in pattern.finditer(plain)]
    whole = [
        one
        for one in found
        if not any(
            other[0] <= one[0] and one[1] <= other[1] and other[1] - other[0] > one[1] - one[0]
            for other in found
        )
    ]
    by_place: dict[tuple[int, int], list[int]] = {}
    for start, end, product in whole:
        by_place.setdefault((start, end), []).append(product)
    result: list[tuple[int, int, tuple[LineView, ...]]] = []
    for (start, end), products in sorted(by_place.items()):
        meant = tuple(line for one in dict.fromkeys(products) for line in groups[one])
        if result and result[-1][2] == meant and len(meant) == 1:
            result[-1] = (result[-1][0], end, meant)
        else:
            result.append((start, end, meant))
    return result


def names_item(text: str, names: Texts) -> bool:
    """Whether words name a product, by its whole name or the last word of it."""
    return any(one.search(text.lower()) for one in _patterns(names))


@lru_cache(maxsize=2048)
def _patterns(names: Texts) -> tuple[re.Pattern[str], ...]:
    signs = [name for name in names.all if _CJK.search(name)]
    found = []
    for name in [one for one in names.all if one not in signs] or signs[:1]:
        found += _by_words(_WORDS.findall(name.lower()))
    for whole in (name.lower().split()[-1] for name in signs):
        # 清风美利奴T恤 is said as T恤, too
        found += [re.compile(re.escape(piece)) for piece in {whole, whole[-3:], whole[-2:]}]
    return tuple(found)


def _by_words(words: Sequence[str]) -> list[re.Pattern[str]]:
    found = []
    for several in {tuple(words), tuple(words[-2:]), tuple(words[-1:])}:
        if several and (len(several) > 1 or len(several[0]) > 2):
            written = r"[\s-]*".join(map(_number_of, several))
            found.append(re.compile(rf"(?<![a-z0-9]){written}(?![a-z0-9])"))
    if len(words) > 1 and len(words[0]) > 4:  # "the jigsaw" alone, not "the water resistant one"
        found.append(re.compile(rf"{_DETERMINED}{_number_of(words[0])}{_NAME_ENDS}"))
    return found


def _number_of(word: str) -> str:
    """A word of a name as one or several are called: lamps, shelves."""
    single = _singular(word)
    if single.endswith(("lf", "fe")):
        return rf"{re.escape(single.rstrip('e')[:-1])}(?:fe?|ves)"
    return re.escape(single) + "(?:e?s)?"


def _singular(word: str) -> str:
    """A word without its plural's s; a glass keeps its own."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def described(piece: Piece, taken: Sequence[int] = ()) -> list[LineView]:
    """The lines of a piece that its words mean: all, or the one that they describe.

    Of lines that are the very same the first is as good as any that is not `taken`. Where the words
    tell nothing of several, all that they could be.
    """
    lines = list(piece.lines)
    if len(lines) < 2 or means_several(piece):
        return lines
    if (one := told_apart(piece)) is not None:
        return [one]
    if len({line.variant_id for line in lines}) == 1:
        return [next((line for line in lines if line.line_id not in taken), lines[0])]
    return lines


def told_apart(piece: Piece) -> LineView | None:
    """The one line of several that the words tell from the others: by what it is like, or by what
    it cost; None where they do not."""
    lines, ways = list(piece.lines), _descriptions(piece, list(piece.lines))
    for words in ways:
        scores = [_likeness(words, line, lines) for line in lines]
        best = max(scores)
        if best and scores.count(best) == 1:
            return lines[scores.index(best)]
        lines = [one for one, score in zip(lines, scores, strict=True) if score == best]
    for words in ways:
        if (way := price_compared(words)) and len({one.unit_price.amount for one in lines}) > 1:
            ends = max if way == "dearer" else min
            return ends(lines, key=lambda one: one.unit_price.amount)
    return None


def alike(piece: Piece) -> list[LineView]:
    """The lines of a piece that are what its words say of them now: "all my small shirts"."""
    lines = list(piece.lines)
    for words in _descriptions(piece, lines)[:1]:
        scores = [_likeness(words, line, lines) for line in lines]
        lines = [one for one, score in zip(lines, scores, strict=True) if score == max(scores)]
    return lines


def price_compared(text: str) -> str:
    """`dearer` or `cheaper` where words compare what things cost; else nothing."""
    if _CHEAPER.search(text):
        return "cheaper"
    return "dearer" if _DEARER.search(text) else ""


def means_several(piece: Piece) -> bool:
    """Whether all items of a product are meant: "both bottles"."""
    return _BOTH.search(piece.text) is not None


def _descriptions(piece: Piece, lines: Sequence[LineView]) -> list[str]:
    """Words that may say how the item is now, the likeliest first: "the black chair", "the chair
    (black, fixed) to …", "the chair with black fabric"."""
    head, tail = piece.text[: piece.name_end], piece.text[piece.name_end :]
    cut = _INTO.search(tail)
    if cut is not None:
        return [head + tail[: cut.start()]]
    named = mentions(head, [one.options for one in lines], lines[0].names.together)
    return [head, piece.text] if named else [piece.text]


def _likeness(words: str, line: LineView, lines: Sequence[LineView]) -> int:
    """How many values of a line's options the words name."""
    named = mentions(words, [one.options for one in lines], line.names.together)
    own = set(line.options)
    return len({(one.option, one.value) for one in named if not one.is_not} & own)


def means_all_items(text: str) -> bool:
    """Whether words speak of all that is in an order: "switch all items to the cheapest"."""
    return _ALL_ITEMS.search(text) is not None
