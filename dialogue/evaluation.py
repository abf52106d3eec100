"""How well acts are told apart in context, on labelled files; the model is the one that serves.

Files are JSONL (`.gz` allowed), one message a line, in one of three forms:

- `{"system", "system_acts": [{"act", "slot"}], "user", "acts": [{"act"}]}` (Schema-Guided
  Dialogue);
- `{"system", "system_acts": [[act, domain, slot, value]], "user", "acts": […]}` (CrossWOZ): what is
  measured is which slots the message asks for;
- `{"question", "answer", "label"}`, as CSV too: one label an answer.
"""

import csv
import gzip
import io
import json
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dialogue.acts_data import BadActs
from dialogue.acts_model import Example, train_acts
from encoders.scores import Vectors
from understanding.ngrams import normalise, word_grams

THRESHOLD: Final = 0.5
# Circa's own names of its columns.
_COLUMNS: Final = {"question-X": "question", "answer-Y": "answer", "goldstandard2": "label"}
_FOUR: Final = {
    "Yes": "Yes",
    "Probably yes / sometimes yes": "Yes",
    "No": "No",
    "Probably no": "No",
    "Yes, subject to some conditions": "Yes, subject to some conditions",
    "In the middle, neither yes nor no": "In the middle, neither yes nor no",
}


@dataclass(frozen=True)
class Labelled:
    """Examples of a file; `single` says that each has exactly one label."""

    examples: list[Example]
    single: bool


def read_file(path: Path) -> Labelled:
    """Read a labelled file; raises BadActs with the row and what to change."""
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            content = file.read()
    except (OSError, UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise BadActs(f"{path.name}: cannot be read ({error})") from error
    name = path.name.removesuffix(".gz")
    if name.endswith((".csv", ".tsv")):
        return Labelled(list(_rows(path.name, content)), single=True)
    rows = []
    single = True
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            body = json.loads(line)
            example = _example(body)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise BadActs(
                f"{path.name}, row {number}: not one of the known forms ({error!r})"
            ) from (error)
        single = single and "label" in body
        rows.append(example)
    if not rows:
        raise BadActs(f"{path.name}: has no rows")
    return Labelled(rows, single)


def _rows(name: str, content: str) -> Iterable[Example]:
    first = content.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(content), delimiter="\t" if "\t" in first else ",")
    for number, row in enumerate(reader, 2):
        body = {_COLUMNS.get(key, key): value for key, value in row.items() if key}
        label = str(body.get("label") or "")
        if any(column not in body for column in ("question", "answer", "label")):
            raise BadActs(f"{name}, row {number}: needs the columns question, answer and label")
        if "goldstandard2" in row:
            if label not in _FOUR:
                continue  # raters were not agreed
            label = _FOUR[label]
        yield _answer(str(body["question"]), str(body["answer"]), label)


def _example(body: dict[str, Any]) -> Example:
    if "label" in body:
        return _answer(str(body["question"]), str(body["answer"]), str(body["label"]))
    acts = body["acts"]
    asked = _asked_words(str(body.get("system") or ""))
    if (acts and isinstance(acts[0], list)) or (
        body["system_acts"] and isinstance(body["system_acts"][0], list)
    ):
        said = [one for act in body["system_acts"] for one in (act[0], f"{act[0]} {act[2]}")]
        context = (*(f"open={one}" for one in dict.fromkeys(said)), *asked)
        wanted = tuple(dict.fromkeys(str(act[2]) for act in acts if act[0] == "Request"))
        return Example(str(body["user"]), context or ("open=none",), wanted)
    said = [
        one for act in body["system_acts"] for one in (act["act"], f"{act['act']} {act['slot']}")
    ]
    together = "+".join(sorted({act["act"] for act in body["system_acts"]}))
    context = (*(f"open={one}" for one in dict.fromkeys([together, *said])), *asked)
    return Example(str(body["user"]), context, tuple(dict.fromkeys(act["act"] for act in acts)))


def _answer(question: str, answer: str, label: str) -> Example:
    return Example(answer, ("open=question", *_asked_words(question)), (label,))


def _asked_words(text: str) -> tuple[str, ...]:
    grams = word_grams(normalise(text))
    return tuple(f"asked={gram}" for gram in grams)


def evaluate(
    train: Labelled, test: Labelled, known: Vectors | None = None, asked: Vectors | None = None
) -> dict[str, float]:
    """Figures of a model that learned from `train`, on `test`; vectors have a row an example.

    With one label a message the likeliest label counts; else every act that is likely, and the
    likeliest one where none is.
    """
    began = time.perf_counter()
    model = train_acts(train.examples, known)
    seconds = time.perf_counter() - began
    hits: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    exact = 0
    for place, one in enumerate(test.examples):
        vector = None if asked is None else asked[place]
        found = model.probabilities(one.text, one.context, vector)
        best = max(found, key=lambda name: found[name])
        likely = {name for name, p in found.items() if p >= THRESHOLD}
        empty = any(not example.acts for example in train.examples[:500])
        guess = {best} if test.single or (not likely and not empty) else likely
        wanted = set(one.acts)
        hits.update(guess & wanted)
        wrong.update(guess - wanted)
        missed.update(wanted - guess)
        exact += guess == wanted
    return {
        "micro_f1": _f1(hits.total(), wrong.total(), missed.total()),
        "macro_f1": _macro(hits, wrong, missed),
        "exact": exact / len(test.examples),
        "train_examples": float(len(train.examples)),
        "test_examples": float(len(test.examples)),
        "train_seconds": round(seconds, 2),
    }


def _macro(hits: Counter[str], wrong: Counter[str], missed: Counter[str]) -> float:
    names: Sequence[str] = sorted({*hits, *missed})
    return sum(_f1(hits[name], wrong[name], missed[name]) for name in names) / max(1, len(names))


def _f1(hits: int, wrong: int, missed: int) -> float:
    return 2 * hits / max(1, 2 * hits + wrong + missed)
