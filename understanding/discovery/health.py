"""How well examples serve: labels that look wrong, texts under two intents, each intent's health.

A label looks wrong where a classifier that has not learned from the text gives another intent with
more probability than that intent's own examples get on average, and less to the one it stands
under (Northcutt et al. 2021, confident learning).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from encoders.scores import Vectors
from understanding.discovery.left_out import Judged, Places, judge
from understanding.ngrams import normalise, word_grams

# Examples whose vectors are nearer than this say the same.
NEAR: Final = 0.9
# Words that two near texts must share: "track it" and "cancel it" lie near and mean two things.
SHARED_WORDS: Final = 0.6
FEW: Final = 10
BLOCK: Final = 1024


@dataclass(frozen=True)
class Doubtful:
    """An example that rather belongs to `rather`, with both probabilities."""

    text: str
    intent: str
    rather: str
    probability: float
    own: float


@dataclass(frozen=True)
class Twins:
    """Two texts that say the same under two intents; `same` where not a letter differs."""

    text: str
    intent: str
    other_text: str
    other_intent: str
    nearness: float
    same: bool


@dataclass(frozen=True)
class Health:
    """One intent: examples, the share that its others recognise, the share of what is taken for it
    that is right, what it is taken for most, repeated texts, labels in doubt, twins elsewhere."""

    intent: str
    examples: int
    recall: float
    precision: float
    taken_for: str | None
    repeated: int
    doubtful: int
    twins: int

    @property
    def too_few(self) -> bool:
        """Whether there are too few examples to judge the intent by."""
        return self.examples < FEW


@dataclass(frozen=True)
class Checked:
    """What a check of examples found, the worst first."""

    accuracy: float
    intents: tuple[Health, ...]
    doubtful: tuple[Doubtful, ...]
    twins: tuple[Twins, ...]


def check_examples(texts: Sequence[str], intents: Sequence[str], vectors: Vectors) -> Checked:
    """Check examples by their unit vectors (texts, dimensions), centred on them all.

    Raises ValueError where there are fewer than two intents.
    """
    judged = judge(vectors, intents)
    labels, answers = judged.classifier.labels, judged.left_out.argmax(axis=1)
    doubtful = _doubtful(texts, intents, judged, answers)
    twins = _twins(texts, intents, vectors)
    health = [
        _health(place, labels, texts, intents, judged.truth, answers, doubtful, twins)
        for place in range(len(labels))
    ]
    return Checked(
        float((answers == judged.truth).mean()),
        tuple(sorted(health, key=lambda one: (one.recall, one.intent))),
        tuple(doubtful),
        tuple(twins),
    )


def _doubtful(
    texts: Sequence[str], intents: Sequence[str], judged: Judged, answers: Places
) -> list[Doubtful]:
    labels, left_out = judged.classifier.labels, judged.left_out
    own = left_out[np.arange(len(texts)), judged.truth]
    usual = np.array([own[judged.truth == place].mean() for place in range(len(labels))])
    found = []
    for row in range(len(texts)):
        rather = int(answers[row])
        if (
            rather == judged.truth[row]
            or left_out[row, rather] < usual[rather]
            or own[row] >= usual[judged.truth[row]]
        ):
            continue
        probability = float(left_out[row, rather])
        found.append(
            Doubtful(texts[row], intents[row], labels[rather], probability, float(own[row]))
        )
    return sorted(found, key=lambda one: (one.own - one.probability, one.text))


def _twins(texts: Sequence[str], intents: Sequence[str], vectors: Vectors) -> list[Twins]:
    plain = [normalise(text).strip(" .!?,。！？，") for text in texts]
    words = [set(word_grams(text)) for text in plain]
    names = np.array(intents)
    found = []
    for start in range(0, len(texts), BLOCK):
        near = vectors[start : start + BLOCK] @ vectors.T
        for at, other in zip(*np.nonzero(near >= NEAR), strict=True):
            row = start + int(at)
            if row >= other or names[row] == names[other]:
                continue
            same = plain[row] == plain[other]
            union = words[row] | words[other]
            shared = len(words[row] & words[other])  # none in texts of signs that have no words
            if not same and (not shared or shared < SHARED_WORDS * len(union)):
                continue
            found.append(
                Twins(
                    texts[row],
                    intents[row],
                    texts[other],
                    intents[other],
                    float(near[at, other]),
                    same,
                )
            )
    return sorted(found, key=lambda one: (not one.same, -one.nearness, one.text))


def _health(
    place: int,
    labels: Sequence[str],
    texts: Sequence[str],
    intents: Sequence[str],
    truth: Places,
    answers: Places,
    doubtful: Sequence[Doubtful],
    twins: Sequence[Twins],
) -> Health:
    intent = labels[place]
    own = truth == place
    right = int((answers[own] == place).sum())
    said = int((answers == place).sum())
    taken = Counter(int(one) for one in answers[own] if one != place)
    mine = [text for text, name in zip(texts, intents, strict=True) if name == intent]
    return Health(
        intent,
        len(mine),
        right / len(mine),
        right / said if said else 0.0,
        labels[taken.most_common(1)[0][0]] if taken else None,
        len(mine) - len({normalise(text) for text in mine}),
        sum(one.intent == intent for one in doubtful),
        sum(intent in (one.intent, one.other_intent) for one in twins),
    )
