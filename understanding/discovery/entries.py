"""How good found intents are: test messages assigned to them, counted against the true ones.

The protocol is that of DSTC11's open intent induction (Gung et al. 2023): a linear softmax on
frozen sentence vectors learns the found intents, answers the test messages, and its answers are
matched one to one with the true intents. Whatever found the intents is measured by the same code.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from encoders.scores import Vectors
from understanding.evaluation.examples import BadExamples, decoded

ITERATIONS: Final = 300


@dataclass(frozen=True)
class Entry:
    """Intents that somebody found: each example with the name of its intent."""

    texts: tuple[str, ...]
    intents: tuple[str, ...]


@dataclass(frozen=True)
class TestMessage:
    """A message with the intent that it has, or none where that is not known."""

    text: str
    intent: str | None

    __test__ = False  # no test of pytest's


def read_pool(path: Path) -> list[str]:
    """The messages of a file, one a line; gz allowed. Raises BadExamples."""
    # Line numbers count, so nothing is dropped but the end of the last line.
    lines = decoded(path).removesuffix("\n").split("\n")
    for row, line in enumerate(lines, start=1):
        if not line.strip():
            raise BadExamples(f"{path.name}, row {row}: the message is empty; drop the line")
    return lines


def read_test(path: Path) -> list[TestMessage]:
    """JSON lines with `utterance` or `text`, and `intent` where it is known; gz allowed.

    Raises BadExamples with the row that cannot be used.
    """
    found = []
    for row, line in enumerate(decoded(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            body = json.loads(line)
        except ValueError as error:
            raise BadExamples(f"{path.name}, row {row}: not JSON; one object a line") from error
        text = (body.get("utterance") or body.get("text")) if isinstance(body, Mapping) else None
        if not isinstance(text, str) or not text.strip():
            wanted = '{"utterance": "…", "intent": "…"}'
            raise BadExamples(f"{path.name}, row {row}: not an object like {wanted}")
        intent = body.get("intent")
        if intent is not None and not isinstance(intent, str):
            raise BadExamples(f"{path.name}, row {row}: intent must be a text")
        found.append(TestMessage(text, intent))
    if not found:
        raise BadExamples(f"{path.name} holds no messages")
    if len({one.intent is None for one in found}) > 1:
        raise BadExamples(f"{path.name}: some messages have an intent and some none; give all one")
    return found


def read_entries(path: Path, pool: Sequence[str]) -> dict[str, Entry]:
    """Entries by team: team -> list of {intent_id, utterances}, an utterance being its line number
    in the pool from 0, or its text; gz allowed. Raises BadExamples."""
    content = decoded(path)
    try:
        body = json.loads(content)
    except ValueError as error:
        raise BadExamples(f"{path.name} cannot be read: {error}") from error
    if not isinstance(body, Mapping):
        raise BadExamples(f"{path.name} must hold one object: team -> list of intents")
    return {str(team): _entry(f"{path.name}, {team}", found, pool) for team, found in body.items()}


def _entry(where: str, found: Any, pool: Sequence[str]) -> Entry:
    texts, intents = [], []
    try:
        for intent in found:
            for said in intent["utterances"]:
                texts.append(said if isinstance(said, str) else pool[_line(said)])
                intents.append(str(intent["intent_id"]))
    except (KeyError, TypeError, ValueError) as error:
        wanted = '{"intent_id": …, "utterances": [0, "…"]}'
        raise BadExamples(f"{where}: an intent is not an object like {wanted}") from error
    except IndexError as error:
        raise BadExamples(f"{where}: an utterance's number is beyond the pool") from error
    if len(set(intents)) < 2:
        raise BadExamples(f"{where}: at least two intents are needed")
    return Entry(tuple(texts), tuple(intents))


def _line(said: Any) -> int:
    """The number of a line; raises IndexError below 0, where Python would count from the end."""
    number = int(said)
    if number < 0:
        raise IndexError(number)
    return number


def assigned(known: Vectors, intents: Sequence[str], asked: Vectors) -> list[str]:
    """The intent of each vector asked, by a softmax that learned from vectors with intents."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=ITERATIONS).fit(known, list(intents))
    return [str(one) for one in model.predict(asked)]


def measured(truth: Sequence[str], answers: Sequence[str]) -> dict[str, float]:
    """`acc` after one-to-one assignment, `nmi` and `ari` of answers against true intents."""
    from scipy.optimize import linear_sum_assignment
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    counts = _counts(truth, answers)
    rows, columns = linear_sum_assignment(-counts)
    return {
        "acc": round(float(counts[rows, columns].sum()) / len(truth), 4),
        "nmi": round(float(normalized_mutual_info_score(truth, answers)), 4),
        "ari": round(float(adjusted_rand_score(truth, answers)), 4),
    }


def _counts(truth: Sequence[str], answers: Sequence[str]) -> npt.NDArray[np.int64]:
    """How often each answer stands for each true intent, (true intents, answers)."""
    meant = {name: at for at, name in enumerate(sorted(set(truth)))}
    said = {name: at for at, name in enumerate(sorted(set(answers)))}
    counts = np.zeros((len(meant), len(said)), np.int64)
    for one, other in zip(truth, answers, strict=True):
        counts[meant[one], said[other]] += 1
    return counts
