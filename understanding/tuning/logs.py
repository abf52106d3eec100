"""TensorBoard logs of a fine-tuning run; nothing is imported or written without a folder."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from understanding.evaluation.examples import Example

PROJECTED: Final = 2000


@dataclass(frozen=True)
class Scalars:
    """Figures of one epoch."""

    training_loss: float
    held_out_loss: float
    held_out_accuracy: float
    learning_rate: float


class TrainingLog:
    """Curves by epoch and, at the end, the vectors for TensorBoard's projector."""

    def __init__(self, folder: Path | None) -> None:
        self._writer: Any = None
        if folder is not None:
            # TensorBoard takes its own small stand-in for TensorFlow when this module exists;
            # TensorFlow itself would take seconds and hundreds of megabytes to write a log.
            sys.modules.setdefault("tensorboard.compat.notf", ModuleType("notf"))
            from torch.utils.tensorboard import SummaryWriter

            self._writer = SummaryWriter(str(folder))

    def write(self, epoch: int, scalars: Scalars) -> None:
        """Add the figures of an epoch."""
        if self._writer is None:
            return
        self._writer.add_scalar("loss/training", scalars.training_loss, epoch)
        self._writer.add_scalar("loss/held_out", scalars.held_out_loss, epoch)
        self._writer.add_scalar("accuracy/held_out", scalars.held_out_accuracy, epoch)
        self._writer.add_scalar("learning_rate", scalars.learning_rate, epoch)

    def close(self, vectors: Any, examples: Sequence[Example]) -> None:
        """Add the vectors, shape (examples, dimensions), labelled by intent, and close."""
        if self._writer is None:
            return
        labels = [[one.intent, one.text] for one in examples[:PROJECTED]]
        self._writer.add_embedding(
            vectors[:PROJECTED], metadata=labels, metadata_header=["intent", "text"], tag="texts"
        )
        self._writer.close()
