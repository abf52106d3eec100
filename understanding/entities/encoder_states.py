"""The encoder's states of units: the mean over the pieces that a unit is made of.

States of the middle and of the end of the encoder stand side by side, each brought to mean 0 and
variance 1: the last ones of a sentence encoder serve its one vector, those before know more of
words.
"""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

import numpy as np

from understanding.entities.crf import Floats
from understanding.entities.units import Unit

FLOOR: Final = 1e-5


class Pieces(Protocol):
    """An encoder that shows what it makes of a text's pieces."""

    @property
    def dimensions(self) -> int:
        """Of a state."""

    def hidden(self, texts: Sequence[str]) -> Iterator[tuple[int, Floats, list[tuple[int, int]]]]:
        """A text's place in `texts`, states (pieces, 2, dimensions), where each piece stands."""


class EncoderStates:
    """States of units from an encoder; a unit beyond the encoder's reach has zeros."""

    def __init__(self, encoder: Pieces) -> None:
        self._encoder = encoder

    def states(self, texts: Sequence[str], units: Sequence[Sequence[Unit]]) -> list[Floats]:
        """One array (units, 2 · dimensions of the encoder) per text."""
        found: list[Floats] = [
            np.zeros((len(one), 2 * self._encoder.dimensions), np.float32) for one in units
        ]
        for index, hidden, places in self._encoder.hidden(texts):
            piece = 0
            for row, unit in zip(found[index], units[index], strict=True):
                while piece < len(places) and places[piece][1] <= unit.start:
                    piece += 1  # pieces and units both stand in the order of the text
                last = piece
                while last < len(places) and _meet(places[last], unit):
                    last += 1
                if last > piece:
                    row[:] = level(hidden[piece:last].mean(axis=0)).ravel()
        return found


def level(states: Floats) -> Floats:
    """States, shape (…, dimensions), with mean 0 and variance 1 each (Ba et al. 2016)."""
    moved = states - states.mean(axis=-1, keepdims=True)
    found: Floats = moved / np.sqrt((moved**2).mean(axis=-1, keepdims=True) + FLOOR)
    return found


def _meet(place: tuple[int, int], unit: Unit) -> bool:
    return place[0] < unit.end and unit.start < place[1]
