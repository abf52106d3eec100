"""`concierge bench sentiment`: moods of public reviews, and the assistant's own model on them.

The reviews lie in the folder of public data sets (`CONCIERGE_SHARED_DATA`, by default
../shared/data). A fifth of each set is for the test, drawn with a fixed seed; nothing is chosen by
it. VADER (Hutto and Gilbert 2014) judges the same English test part, with its usual band and with
the band that suits the training part best. The assistant's own model learned from our examples
alone; reviews are not what it is made for, which is why they are an honest check.
"""

import csv
import gzip
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from encoders.shared import ensure_exports, shared_encoders
from kit.i18n import Language
from research.benchmarks.real_input import shared_data
from research.benchmarks.table import measure_each
from understanding.evaluation.sentiment import evaluate
from understanding.sentiment.assistant import fit_sentiment, read_examples
from understanding.sentiment.encoded import encoded
from understanding.sentiment.examples import Labelled

SEED: Final = 7
# English snippets have a mean of twenty ratings from -4 to 4; between these they count as neutral.
NEUTRAL_BAND: Final = 0.5
VADER_BAND: Final = 0.05
SETS: Final[dict[str, Language]] = {"online_shopping_10_cats": "zh", "amazon_snippets": "en"}
# A character SVM on another random fifth; see docs/benchmarks/sentiment.md.
KNOWN_CHINESE: Final = 0.9401


def run(root: Path, data_dir: Path, stock: Path | None, only: Sequence[str] = ()) -> dict[str, Any]:
    """Measure the sets and print their figures, as `<set>_<figure>`."""
    ensure_exports(data_dir)

    def shown(name: str) -> dict[str, Any]:
        found = measure(name, shared_data(root) / "nlu", data_dir)
        print(name, *(f"{key}={value}" for key, value in found.items()), sep="\n  ")
        return found

    return measure_each(only, SETS, shown)


def measure(name: str, nlu: Path, data_dir: Path) -> dict[str, Any]:
    """Figures of one set, of its peers, and of the assistant's own model on the same test part."""
    language, encoders = SETS[name], shared_encoders(data_dir)
    texts = chinese(nlu) if language == "zh" else english(nlu)
    train, test = divided(texts)
    figures, _ = evaluate(
        train,
        test,
        lambda some: encoders.encode(some, language),
        _say,
        partial(encoders.hidden, language=language),
    )
    if language == "en":
        figures |= vader(train, test)
    else:
        figures["character_svm_accuracy"] = KNOWN_CHINESE
    return figures | own_model(test, language, data_dir)


def chinese(nlu: Path) -> list[Labelled]:
    """Reviews of goods of ten kinds, without repeats and empty ones."""
    path = nlu / "zh_shopping/online_shopping_10_cats.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        labels = {
            row["review"].strip().lstrip("\ufeff"): row["label"] for row in csv.DictReader(file)
        }
    return [
        Labelled(text, "positive" if label == "1" else "negative")
        for text, label in labels.items()
        if text
    ]


def english(nlu: Path) -> list[Labelled]:
    """Sentences of Amazon reviews."""
    path = nlu / "en_reviews/amazon_snippets.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        means = {row["text"].strip(): float(row["mean_sentiment"]) for row in csv.DictReader(file)}
    return [
        Labelled(
            text,
            "positive"
            if mean > NEUTRAL_BAND
            else "negative"
            if mean < -NEUTRAL_BAND
            else "neutral",
        )
        for text, mean in means.items()
        if text
    ]


def divided(texts: Sequence[Labelled]) -> tuple[list[Labelled], list[Labelled]]:
    """Four fifths to learn from and one to measure on."""
    order = np.random.default_rng(SEED).permutation(len(texts))
    cut = len(texts) // 5
    return [texts[place] for place in order[cut:]], [texts[place] for place in order[:cut]]


def vader(train: Sequence[Labelled], test: Sequence[Labelled]) -> dict[str, float]:
    """VADER's accuracy and macro F1 with its own band, its accuracy with training's best band."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyser = SentimentIntensityAnalyzer()
    learned, asked = (
        np.array([analyser.polarity_scores(one.text)["compound"] for one in some])
        for some in (train, test)
    )
    usual = _by_band(asked, VADER_BAND)
    best = max(np.linspace(0, 0.9, 91), key=lambda band: _right(_by_band(learned, band), train))
    return {
        "vader_accuracy": round(_right(usual, test), 4),
        "vader_macro_f1": round(_macro_f1(usual, test), 4),
        "vader_fitted_accuracy": round(_right(_by_band(asked, float(best)), test), 4),
        "vader_fitted_band": round(float(best), 2),
    }


def own_model(test: Sequence[Labelled], language: Language, data_dir: Path) -> dict[str, float]:
    """How the assistant's own model does on the test part; without neutral texts it has to choose
    between the other two."""
    encoders = shared_encoders(data_dir)
    model = fit_sentiment(read_examples()[language], encoders, language)
    texts = [one.text for one in test]
    vectors = encoded(texts, lambda some: encoders.encode(some, language), _say)
    probabilities = model.mood.probabilities(texts, vectors)
    figures = {"own_model_accuracy": _accuracy(model.mood.labels, probabilities, test)}
    if not any(one.sentiment == "neutral" for one in test):
        sided = probabilities.copy()
        sided[:, model.mood.labels.index("neutral")] = 0
        figures["own_model_two_sided_accuracy"] = _accuracy(model.mood.labels, sided, test)
    return figures


def _accuracy(labels: Sequence[str], probabilities: Any, test: Sequence[Labelled]) -> float:
    guesses = [labels[place] for place in probabilities.argmax(axis=1)]
    return round(_right(guesses, test), 4)


def _by_band(compound: Any, band: float) -> list[str]:
    return [
        "positive" if one >= band else "negative" if one <= -band else "neutral" for one in compound
    ]


def _right(guesses: Sequence[str], test: Sequence[Labelled]) -> float:
    return float(np.mean([a == b.sentiment for a, b in zip(guesses, test, strict=True)]))


def _macro_f1(guesses: Sequence[str], test: Sequence[Labelled]) -> float:
    from sklearn.metrics import f1_score

    return float(f1_score([one.sentiment for one in test], guesses, average="macro"))


def _say(said: str) -> None:
    print(said, end="\r")
