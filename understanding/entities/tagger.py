"""The tagger of entities at run time: a linear model and networks that vote, without torch.

Each scores the tags of every unit; the scores are added with the weights below (a product of
experts, Hinton 2002) and the best allowed path of tags gives the spans. `entities.fit`
learns taggers.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from understanding.entities.crf import Chain, Floats, best_path, marginals
from understanding.entities.features import (
    Names,
    Vocabulary,
    pieces_features,
    read_units,
    window_features,
)
from understanding.entities.network import Network
from understanding.entities.units import Span, Unit, spans_of

# Share of the linear model where there are networks as well; chosen on development sets.
LINEAR_SHARE: Final = 0.4
# Of what `save` writes; 2: states of two layers.
SCHEMA: Final = 2


class TokenEncoder(Protocol):
    """Gives the states of units, one array (units, dimensions) per text."""

    def states(self, texts: Sequence[str], units: Sequence[Sequence[Unit]]) -> list[Floats]:
        """The states of each text's units; `texts` are those that the units stand in."""


@dataclass(frozen=True)
class Linear:
    """A linear model: places of its features, weights (features, tags), and its chain."""

    vocabulary: Vocabulary
    weights: Floats
    chain: Chain

    def scores(self, rows: Sequence[Sequence[str]]) -> Floats:
        """Scores of the units that `rows` describe, shape (units, tags)."""
        found = [self.weights[self.vocabulary.look_up(row)].sum(axis=0) for row in rows]
        return np.array(found, np.float32)


@dataclass
class Tagger:
    """Finds spans in texts; networks need the encoder whose states they learned from."""

    tags: list[str]
    names: Names
    linear: Linear
    words: Vocabulary = field(default_factory=lambda: Vocabulary({}))
    pieces: Vocabulary = field(default_factory=lambda: Vocabulary({}))
    networks: list[Network] = field(default_factory=list)
    encoder: TokenEncoder | None = None

    def predict(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text, in order of place."""
        return [[span for span, _ in found] for found in self.scored(texts)]

    def scored(self, texts: Sequence[str]) -> list[list[tuple[Span, float]]]:
        """Spans with the lowest probability among their units' tags."""
        read = [read_units(text) for text in texts]
        units = [units for units, _ in read]
        states: Sequence[Floats | None] = [None] * len(texts)
        if self.networks:
            if self.encoder is None:
                raise ValueError("this tagger has networks and needs the encoder they learned from")
            states = self.encoder.states([plain for _, plain in read], units)
        return [self._spans(*one, known) for one, known in zip(read, states, strict=True)]

    def _spans(
        self, units: list[Unit], text: str, states: Floats | None
    ) -> list[tuple[Span, float]]:
        if not units:
            return []
        matches = self.names.matches(units, text)
        found = [(self.linear.scores(window_features(units, matches)), self.linear.chain)]
        if states is not None:
            words = [word_place(self.words, unit) for unit in units]
            pieces = [self.pieces.look_up(row) for row in pieces_features(units, matches)]
            found += [(one.scores(words, pieces, states), one.chain) for one in self.networks]
        shares = [1.0]
        if len(found) > 1:
            shares = [LINEAR_SHARE, *[(1 - LINEAR_SHARE) / len(self.networks)] * len(self.networks)]
        emissions, chain = mixed(found, shares)
        path = best_path(emissions, chain)
        sure = marginals(emissions, chain)[np.arange(len(path)), path]
        spans = spans_of(units, [self.tags[place] for place in path])
        return [
            (span, float(min(s for s, u in zip(sure, units, strict=True) if _within(u, span))))
            for span in spans
        ]

    def save(self, folder: Path) -> None:
        """Write tagger.json and tagger.npz."""
        folder.mkdir(parents=True, exist_ok=True)
        facts = {
            "schema": SCHEMA,
            "tags": self.tags,
            "names": {surface: dict(counts) for surface, counts in self.names.counts.items()},
            "features": list(self.linear.vocabulary.places),
            "words": list(self.words.places),
            "pieces": list(self.pieces.places),
            "networks": len(self.networks),
        }
        (folder / "tagger.json").write_text(json.dumps(facts, ensure_ascii=False), "utf-8")
        arrays: dict[str, npt.NDArray[Any]] = {"linear": self.linear.weights.astype(np.float16)}
        arrays |= _chain_arrays("linear", self.linear.chain)
        for place, network in enumerate(self.networks):
            named = network.arrays.items()
            arrays |= {f"{place}.{name}": part.astype(np.float16) for name, part in named}
            arrays |= _chain_arrays(str(place), network.chain)
        np.savez(folder / "tagger.npz", **arrays)

    @classmethod
    def load(cls, folder: Path, encoder: TokenEncoder | None = None) -> "Tagger":
        """Read what `save` wrote; raises ValueError for what an earlier version wrote."""
        from collections import Counter

        facts = json.loads((folder / "tagger.json").read_text("utf-8"))
        if facts.get("schema") != SCHEMA:
            raise ValueError(f"{folder.name} holds a tagger of another schema: learn it again")
        arrays = np.load(folder / "tagger.npz", allow_pickle=False)
        networks = [
            Network(
                {
                    name.partition(".")[2]: arrays[name].astype(np.float32)
                    for name in arrays.files
                    if name.startswith(f"{place}.")
                },
                _chain(str(place), arrays),
            )
            for place in range(facts["networks"])
        ]
        return cls(
            tags=facts["tags"],
            names=Names({surface: Counter(counts) for surface, counts in facts["names"].items()}),
            linear=Linear(
                Vocabulary.of(facts["features"]),
                arrays["linear"].astype(np.float32),
                _chain("linear", arrays),
            ),
            words=Vocabulary.of(facts["words"]),
            pieces=Vocabulary.of(facts["pieces"]),
            networks=networks,
            encoder=encoder,
        )


def mixed(found: Sequence[tuple[Floats, Chain]], shares: Sequence[float]) -> tuple[Floats, Chain]:
    """Scores and chains added with their shares."""
    parts = [
        [share * part for part in (scores, chain.between, chain.first, chain.last)]
        for (scores, chain), share in zip(found, shares, strict=True)
    ]
    emissions, between, first, last = (
        sum(column[1:], column[0]) for column in zip(*parts, strict=True)
    )
    return emissions, Chain(between, first, last)


def word_place(words: Vocabulary, unit: Unit) -> int:
    """The place of a unit's word; 0 stands for those not known."""
    return words.places.get(unit.text.lower(), -1) + 1


def _within(unit: Unit, span: Span) -> bool:
    return unit.start < span.end and span.start < unit.end


def _chain_arrays(name: str, chain: Chain) -> dict[str, npt.NDArray[Any]]:
    return {
        f"between_{name}": chain.between,
        f"first_{name}": chain.first,
        f"last_{name}": chain.last,
    }


def _chain(name: str, arrays: Any) -> Chain:
    return Chain(arrays[f"between_{name}"], arrays[f"first_{name}"], arrays[f"last_{name}"])
