"""A short summary of a conversation, made of sentences that were really said.

Extractive only: each sentence stands in the conversation word for word. A sentence counts for the
rare words it shares with the rest of what the shopper said, for numbers of orders, amounts and
days, and for being the first or the last; sentences that repeat one another appear once.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

MOST_SENTENCES: Final = 4
LONGEST_SENTENCE: Final = 220
_SENTENCE: Final = re.compile(r"[^.!?。！？\n]+(?:[.!?。！？]+|$)")
_WORD: Final = re.compile(r"[a-z0-9']+|[\u3400-\u9fff]")
_FACT: Final = re.compile(r"\d{2,}|[€$£¥]\s?\d|\b[A-Z]{2,}-\w+")
_EMPTY: Final = re.compile(
    r"^\W*(hi|hello|hey|thanks?|thank you|ok(ay)?|yes|no|please|sure|good (morning|evening)|"
    r"你好|您好|谢谢|好的?|是的?|嗯|请问)\W*$",
    re.IGNORECASE,
)


def summarise(said: Sequence[str], most: int = MOST_SENTENCES) -> str:
    """The sentences that say most of what the shopper said, in their order; "" for nothing."""
    sentences = _sentences(said)
    if not sentences:
        return ""
    words = [Counter(_WORD.findall(sentence.lower())) for sentence in sentences]
    spread = Counter(word for bag in words for word in bag)
    scores = []
    for place, (sentence, bag) in enumerate(zip(sentences, words, strict=True)):
        weight = sum(len(word) > 3 or word[0] >= "\u3400" for word in bag)
        shared = sum(1 for word in bag if spread[word] > 1)
        score = (weight + shared) / (4 + len(bag)) + 0.8 * len(_FACT.findall(sentence))
        score += 0.6 * (place == 0) + 0.5 * (place == len(sentences) - 1)
        scores.append(score)
    chosen: list[int] = []
    for place in sorted(range(len(sentences)), key=lambda i: -scores[i]):
        if all(_likeness(words[place], words[other]) < 0.7 for other in chosen):
            chosen.append(place)
        if len(chosen) == most:
            break
    return "\n".join(sentences[place] for place in sorted(chosen))


def _sentences(said: Sequence[str]) -> list[str]:
    found = []
    for text in said:
        for part in _SENTENCE.findall(text):
            sentence = part.strip()
            if _WORD.search(sentence.lower()) and not _EMPTY.match(sentence):
                found.append(sentence[:LONGEST_SENTENCE])
    return found


def _likeness(a: Counter[str], b: Counter[str]) -> float:
    return len(a.keys() & b.keys()) / max(1, min(len(a), len(b)))
