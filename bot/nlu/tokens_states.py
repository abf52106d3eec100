"""The encoder's states of units: the mean over the pieces that a unit is made of."""

from collections.abc import Sequence

import numpy as np

from bot.nlu.crf import Floats
from bot.nlu.tokens import Unit
from knowledge.onnx_encoder import OnnxEncoder


class EncoderStates:
    """States of units from an exported encoder; a unit beyond the encoder's reach has zeros."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder

    def states(self, texts: Sequence[str], units: Sequence[Sequence[Unit]]) -> list[Floats]:
        """One array (units, 384) per text."""
        found: list[Floats] = [
            np.zeros((len(one), self._encoder.dimensions), np.float32) for one in units
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
                    row[:] = hidden[piece:last].mean(axis=0)
        return found


def _meet(place: tuple[int, int], unit: Unit) -> bool:
    return place[0] < unit.end and unit.start < place[1]
