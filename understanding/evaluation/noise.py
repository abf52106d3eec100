"""How people really write: slips of the finger, no capitals, lost words, padding, mixed languages.

Each kind is a function of a text and a random generator. Training adds noisy copies of its examples
(`noisy_copies`); `benchmarks` measure on texts made noisy with other seeds and other paddings, so
that a gain is not the memory of a phrase.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np

from understanding.language import detect_language

_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_PADDING: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "hello, {}",
        "hey {}",
        "{} please",
        "{} thanks",
        "can you tell me {}",
        "i want to know: {}",
        "{} ?? please reply",
        "good morning. {}",
        "sorry but {}",
        "question: {}",
        "{} asap",
    ),
    "zh": (
        "你好，{}",
        "请问{}",
        "{}谢谢",
        "亲，{}",
        "麻烦问下{}",
        "{}急",
        "客服在吗{}",
        "我想知道{}",
    ),
}
_OTHER_PADDING: Final[Mapping[str, tuple[str, ...]]] = {
    "en": (
        "hi there, {}",
        "so {}",
        "{}, thank you so much",
        "quick one: {}",
        "{} any idea?",
        "ok so i was wondering, {}",
        "help! {}",
        "{} cheers",
        "excuse me, {}",
        "um {} right?",
    ),
    "zh": (
        "在吗？{}",
        "那个，{}",
        "{}拜托了",
        "帮我看看，{}",
        "{}多谢啦",
        "不好意思{}",
        "{}在线等",
    ),
}
# Words that shoppers who mix their languages say in the other one.
_MIXED: Final[Mapping[str, str]] = {
    "account": "账户",
    "money": "钱",
    "card": "卡",
    "today": "今天",
    "tomorrow": "明天",
    "please": "请",
    "thanks": "谢谢",
    "order": "订单",
    "refund": "退款",
    "address": "地址",
    "price": "价格",
    "how much": "多少钱",
    "where": "哪里",
    "when": "什么时候",
    "why": "为什么",
    "how": "怎么",
    "my": "我的",
    "phone": "手机",
    "pay": "付款",
    "payment": "付款",
    "transfer": "转账",
    "bank": "银行",
    "help": "帮忙",
    "weather": "天气",
    "time": "时间",
    "buy": "买",
    "change": "换",
    "cancel": "取消",
    "check": "查",
    "delivery": "快递",
    "password": "密码",
    "size": "尺码",
    "return": "退货",
    "product": "商品",
}
_BACK: Final = {chinese: english for english, chinese in reversed(tuple(_MIXED.items()))}

Noise = Callable[[str, np.random.Generator], str]


def _neighbours() -> dict[str, str]:
    near: dict[str, str] = {}
    for number, row in enumerate(_ROWS):
        for place, letter in enumerate(row):
            beside = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            for other in (number - 1, number + 1):
                if 0 <= other < len(_ROWS):
                    beside += _ROWS[other][max(place - 1, 0) : place + 1]
            near[letter] = beside
    return near


_NEAR: Final = _neighbours()
SLIPS_EVERY: Final = 12


def typos(text: str, rng: np.random.Generator) -> str:
    """Letters lost, doubled or swapped: one in about twelve letters, one at least."""
    return _slips(text, rng, _typo)


def keyboard(text: str, rng: np.random.Generator) -> str:
    """Letters hit beside the right key: one in about twelve letters, one at least."""
    return _slips(text, rng, _neighbour)


def casing(text: str, rng: np.random.Generator) -> str:
    """All capitals, none, or a capital for every word; marks of punctuation lost with the last."""
    how = rng.integers(3)
    if how == 0:
        return text.upper()
    return (
        text.title() if how == 1 else "".join(c for c in text.lower() if c not in ",.?!;:'，。？！")
    )


def dropped(text: str, rng: np.random.Generator) -> str:
    """About one word in six left out (one character in eight of Chinese), one at least."""
    chinese = detect_language(text) == "zh"
    parts = list(text) if chinese else text.split()
    if len(parts) < 3:
        return text
    lost = max(1, round(len(parts) / (8 if chinese else 6)))
    gone = set(rng.choice(len(parts), lost, replace=False).tolist())
    kept = [part for place, part in enumerate(parts) if place not in gone]
    return ("" if chinese else " ").join(kept)


def padded(text: str, rng: np.random.Generator) -> str:
    """The text within a phrase of courtesy or impatience."""
    return _within(text, rng, _PADDING)


def padded_otherwise(text: str, rng: np.random.Generator) -> str:
    """As `padded`, with phrases that training never adds."""
    return _within(text, rng, _OTHER_PADDING)


def mixed(text: str, rng: np.random.Generator) -> str:
    """One or two words said in the other language, where it has one of the words that we know."""
    if detect_language(text) == "zh":
        known = [word for word in _BACK if word in text]
        for word in _some(known, rng):
            text = text.replace(word, f" {_BACK[word]} ", 1)
        return text.strip()
    spaced = f" {text} "
    known = [word for word in _MIXED if f" {word} " in spaced.lower()]
    for word in _some(known, rng):
        at = spaced.lower().find(f" {word} ")
        if at >= 0:  # an earlier change may have taken it
            spaced = f"{spaced[: at + 1]}{_MIXED[word]}{spaced[at + 1 + len(word) :]}"
    return spaced.strip()


KINDS: Final[Mapping[str, Noise]] = {
    "typos": typos,
    "keyboard": keyboard,
    "casing": casing,
    "dropped": dropped,
    "templates": padded,
    "mixing": mixed,
}
# What tests are made of: the same slips by other seeds, other phrases.
TEST_KINDS: Final[Mapping[str, Noise]] = {**KINDS, "templates": padded_otherwise}


def noisy_copies(
    texts: Sequence[str], kinds: Sequence[str], copies: int, seed: int
) -> list[tuple[int, str]]:
    """`copies` noisy versions a text, each by a kind drawn at random, with the text's place.

    A version that came out as its original is left out. Raises KeyError for an unknown kind.
    """
    rng = np.random.default_rng(seed)
    chosen = [KINDS[kind] for kind in kinds]
    found = []
    for place, text in enumerate(texts):
        for _ in range(copies if chosen else 0):
            version = chosen[rng.integers(len(chosen))](text, rng)
            if version != text:
                found.append((place, version))
    return found


def _slips(
    text: str, rng: np.random.Generator, slip: Callable[[str, int, np.random.Generator], str]
) -> str:
    letters = [place for place, sign in enumerate(text) if sign.isascii() and sign.isalpha()]
    if not letters:
        return text
    count = max(1, round(len(letters) / SLIPS_EVERY))
    places = sorted(rng.choice(letters, count, replace=False).tolist(), reverse=True)
    for place in places:  # from behind, so that earlier places stay right
        text = slip(text, place, rng)
    return text


def _typo(text: str, place: int, rng: np.random.Generator) -> str:
    how = rng.integers(3)
    if how == 0:
        return text[:place] + text[place + 1 :]
    if how == 1 or place + 1 >= len(text):
        return text[:place] + text[place] + text[place:]
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _neighbour(text: str, place: int, rng: np.random.Generator) -> str:
    near = _NEAR[text[place].lower()]
    hit = near[rng.integers(len(near))]
    return text[:place] + (hit.upper() if text[place].isupper() else hit) + text[place + 1 :]


def _within(text: str, rng: np.random.Generator, phrases: Mapping[str, tuple[str, ...]]) -> str:
    choice = phrases[detect_language(text) or "en"]
    return choice[rng.integers(len(choice))].format(text)


def _some(words: Sequence[str], rng: np.random.Generator) -> list[str]:
    if not words:
        return []
    count = min(len(words), int(rng.integers(1, 3)))
    return [words[place] for place in rng.choice(len(words), count, replace=False)]
