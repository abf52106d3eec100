"""Learn a tagger of entities from annotated texts; needs torch."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from understanding.entities.crf import Halves, allowed
from understanding.entities.features import (
    Names,
    Vocabulary,
    pieces_features,
    read_units,
    window_features,
)
from understanding.entities.tagger import Linear, Tagger, TokenEncoder, word_place
from understanding.entities.units import OUTSIDE, Annotated, BadSpans, Unit, tags_of

if TYPE_CHECKING:
    from understanding.entities.training import Target

# A feature that one training unit only has is left out: it would be learned by heart.
LEAST: Final = 2
NETWORKS: Final = 1


def fit(
    examples: Sequence[Annotated],
    encoder: TokenEncoder | None = None,
    *,
    networks: int = NETWORKS,
    report: Callable[[str], None] = lambda _: None,
) -> Tagger:
    """A tagger that learned from `examples`; without an encoder only its linear model.

    Raises BadSpans when no example has an entity.
    """
    from understanding.entities.training import Target, train_linear

    if not any(example.spans for example in examples):
        raise BadSpans("no training text has an entity; annotate some")
    read = [read_units(example.text) for example in examples]
    units = [units for units, _ in read]
    texts = [text for _, text in read]
    marked = [tags_of(one, example.spans) for one, example in zip(units, examples, strict=True)]
    tags = sorted({OUTSIDE, *(tag for row in marked for tag in row)})
    place_of = {tag: place for place, tag in enumerate(tags)}
    target = Target([[place_of[tag] for tag in row] for row in marked], allowed(tags))
    names = Names.learn(examples)
    matches = [
        names.matches(one, text, own) for one, text, own in zip(units, texts, examples, strict=True)
    ]
    rows = [window_features(one, known) for one, known in zip(units, matches, strict=True)]
    vocabulary = Vocabulary.learn((row for text in rows for row in text), LEAST)
    places = [[vocabulary.look_up(row) for row in text] for text in rows]
    weights, chain = train_linear(places, len(vocabulary.places), target, report)
    tagger = Tagger(tags, names, Linear(vocabulary, weights, chain), encoder=encoder)
    if encoder is not None and networks:
        report("reading the texts with the encoder")
        states = [one.astype(np.float16) for one in encoder.states(texts, units)]
        _add_networks(tagger, units, matches, states, target, networks, report)
    return tagger


def _add_networks(
    tagger: Tagger,
    units: Sequence[Sequence[Unit]],
    matches: Sequence[Sequence[str]],
    states: Sequence[Halves],
    target: "Target",
    count: int,
    report: Callable[[str], None],
) -> None:
    from understanding.entities.network_training import Read, train_network

    rows = [pieces_features(*pair) for pair in zip(units, matches, strict=True)]
    tagger.pieces = Vocabulary.learn((row for text in rows for row in text), LEAST)
    words = ([unit.text.lower()] for text in units for unit in text)
    tagger.words = Vocabulary.learn(words, LEAST)
    read = Read(
        [[word_place(tagger.words, unit) for unit in text] for text in units],
        [[tagger.pieces.look_up(row) for row in text] for text in rows],
        states,
    )
    sizes = (len(tagger.words.places) + 1, len(tagger.pieces.places))
    for seed in range(1, count + 1):
        tagger.networks.append(train_network(read, sizes, target, seed, report))
