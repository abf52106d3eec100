"""Which sentence of an article answers a question, and whether it says yes or no.

A sentence counts by its own nearness, by the nearest question that is known to lead to it, by words
in common, and by holding what the question asks for (a time, an amount, a place, leave). The words
yes and no come only from people: from questions annotated with them, never from a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from knowledge.questions import Entry, Polarity, told
from knowledge.sentences import Sentence, asks_leave, fits_the_question

NEAREST: Final = 0.6
OWN: Final = 0.2
WORDS: Final = 0.15
KIND: Final = 0.05
# Between two questions that lead to one sentence, one yes and one no, the nearer must be so nearer.
CLEARLY: Final = 0.03
# A sentence that no question leads to counts by its own nearness, less than a question would.
UNASKED: Final = 0.1
# A sentence that is not so much better than the next one is said together with it.
SURELY_BETTER: Final = 0.05


@dataclass(frozen=True)
class Picked:
    """The sentence at `place`, what to say with it, and yes or no where people said so.

    `near` is the cosine of the second nearest of the article's texts, which tells more than the
    nearest: one text alone may be near by chance. `clear` is how much better the sentence is than
    the next.
    """

    place: int
    text: str
    polarity: Polarity | None
    near: float = 0.0
    clear: float = 0.0


def pick(
    query: str,
    entries: Sequence[Entry],
    sentences: Sequence[Sentence],
    near: npt.NDArray[Any],
    apart: npt.NDArray[Any],
    words: npt.NDArray[Any],
    *,
    surely: float,
    without: str | None = None,
) -> Picked:
    """The sentence that answers `query` best.

    `near`, `apart`, `words` are each entry's cosine, its cosine once what the article has in
    common is taken away, and its share of common words, shape (entries,).
    From the cosine `surely` on a question is taken to ask the same. The very text `without` is left
    out.
    """
    scores = np.full((len(sentences), 3), -1.0)
    for at, entry in enumerate(entries):
        if entry.place is None or entry.text == without:
            continue
        row = scores[entry.place]
        row[2] = max(row[2], words[at])
        if entry.is_question:
            row[0] = max(row[0], apart[at])
        else:
            row[1] = apart[at]
    scores[:, 0] = np.where(scores[:, 0] > -1, scores[:, 0], scores[:, 1] - UNASKED)
    kinds = np.array([fits_the_question(query, one.text) for one in sentences])
    total = scores @ np.array([NEAREST, OWN, WORDS]) + KIND * kinds
    place = int(np.argmax(total))
    polarity = _polarity(query, place, entries, near, surely, without)
    said = _told_with(sentences, place, total)
    others = np.delete(total, place)
    clear = float(total[place] - others.max()) if len(others) else float(total[place])
    texts = [at for at, entry in enumerate(entries) if entry.text != without]
    return Picked(place, said, polarity, float(np.sort(near[texts])[-2:][0]), clear)


def _told_with(sentences: Sequence[Sentence], place: int, total: npt.NDArray[np.float64]) -> str:
    """The sentence, its exception if one follows, and the next best if nearly as good."""
    last = place
    if place + 1 < len(sentences) and sentences[place + 1].limits:
        last = place + 1
    order = np.argsort(-total)
    other = int(order[1]) if len(order) > 1 else place
    if place <= other <= last or total[place] - total[other] >= SURELY_BETTER:
        return told(sentences, place, last)
    if abs(other - place) == 1:
        return told(sentences, min(place, other), max(last, other))
    gap = "" if sentences[place].text[-1] in "。！？" else " "
    return gap.join([told(sentences, place, last), told(sentences, other, other)])


def _polarity(
    query: str,
    place: int,
    entries: Sequence[Entry],
    near: npt.NDArray[Any],
    surely: float,
    without: str | None,
) -> Polarity | None:
    if not asks_leave(query):
        return None
    by_nearness = sorted(
        (
            (float(near[at]), entry.polarity)
            for at, entry in enumerate(entries)
            if entry.place == place and entry.polarity is not None and entry.text != without
        ),
        reverse=True,
    )
    if not by_nearness or by_nearness[0][0] < surely:
        return None
    best, polarity = by_nearness[0]
    rival = next((one for one, other in by_nearness if other != polarity), -1.0)
    return polarity if best - rival >= CLEARLY else None
