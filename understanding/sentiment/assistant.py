"""The assistant's own labelled examples and what it learns from them."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from encoders.shared import Encoders
from kit.i18n import LANGUAGES, Language
from kit.settings import load_settings
from understanding.sentiment.encoded import read
from understanding.sentiment.examples import Labelled, read_labelled
from understanding.sentiment.fit import fit_reader
from understanding.sentiment.model import SentimentModel


def example_files(language: Language) -> list[Path]:
    """The files of labelled examples of a language, in order of name."""
    return sorted((load_settings().root / "nlu_data" / language / "sentiment").glob("*.csv"))


def read_examples() -> Mapping[Language, list[Labelled]]:
    """All labelled examples of the languages that have some; raises BadExamples."""
    found = {
        language: [
            one
            for path in example_files(language)
            for one in read_labelled(path, with_urgency=True)
        ]
        for language in LANGUAGES
    }
    return {language: examples for language, examples in found.items() if examples}


def fit_sentiment(
    examples: list[Labelled], encoders: Encoders, language: Language
) -> SentimentModel:
    """Readers of mood and of urgency that learned from `examples`.

    Raises TooFewLabels when they are all alike.
    """
    texts = [one.text for one in examples]
    hidden = partial(encoders.hidden, language=language)
    vectors, states = read(
        texts,
        partial(encoders.encode, language=language),
        hidden if encoders.shows_tokens(language) else None,
    )
    mood = fit_reader(texts, [one.sentiment for one in examples], vectors, states=states)
    pressing = ["yes" if one.urgent else "no" for one in examples]
    return SentimentModel(mood, fit_reader(texts, pressing, vectors))
