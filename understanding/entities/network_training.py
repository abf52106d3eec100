"""The network over units and its training; see `understanding.entities.training`.

What it reads of a unit is one row: a learned vector of the word, the sum of learned vectors of its
pieces, and the encoder's states. The trained one (`Network`) is arrays alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from understanding.entities.crf import Floats, Halves
from understanding.entities.network import Network
from understanding.entities.training import (
    BATCH,
    ChainLoss,
    Places,
    Report,
    Target,
    batches,
    joined,
    padded,
)

WORD_SIZE: Final = 64
PIECES_SIZE: Final = 96
STATE_SIZE: Final = 128
HIDDEN: Final = 128
EPOCHS: Final = 10
RATE: Final = 3e-3
DROPOUT: Final = 0.5
# Rare words are read as unknown ones now and then, so that unknown ones are known.
WORD_DROPOUT: Final = 0.1


@dataclass(frozen=True)
class Read:
    """Units of texts as the network reads them: places of words (0 is unknown) and of pieces, and
    the encoder's states, one array (units, dimensions) per text, in half precision."""

    words: Sequence[Sequence[int]]
    pieces: Places
    states: Sequence[Halves]


class Reader(nn.Module):
    """From rows of units, shape (texts, units, size of row), to scores of tags."""

    def __init__(self, state_dimensions: int, tags: int, seed: int) -> None:
        super().__init__()
        self.learned = WORD_SIZE + PIECES_SIZE
        self.narrow = nn.Linear(state_dimensions, STATE_SIZE)
        self.drop = Dropout(seed)
        self.lstm = nn.LSTM(self.learned + STATE_SIZE, HIDDEN, batch_first=True, bidirectional=True)
        self.score = nn.Linear(2 * HIDDEN, tags)

    def forward(self, rows: Tensor) -> Tensor:
        """Scores, shape (texts, units, tags)."""
        learned, states = rows[:, :, : self.learned], rows[:, :, self.learned :]
        narrow = self.narrow(self.drop(states))
        hidden, _ = self.lstm(self.drop(torch.cat([learned, narrow], dim=2)))
        scores: Tensor = self.score(self.drop(hidden))
        return scores


class Dropout(nn.Module):
    """Usual dropout with NumPy's random numbers: on a CPU torch takes longer to draw its own than
    the rest of a step takes to think ahead."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = np.random.default_rng(seed)

    def forward(self, rows: Tensor) -> Tensor:
        """`rows`, in training with a share of the values set to 0."""
        if not self.training:
            return rows
        drawn = self._random.random(tuple(rows.shape), dtype=np.float32)
        return rows * (torch.from_numpy(drawn >= DROPOUT) / (1 - DROPOUT))


class Tables(nn.Module):
    """Learned vectors of words and of pieces."""

    def __init__(self, words: int, pieces: int) -> None:
        super().__init__()
        # A step touches few rows; gradients of all would take longer than the rest of the step.
        self.words = nn.Embedding(words, WORD_SIZE, sparse=True)
        self.pieces = nn.EmbeddingBag(pieces, PIECES_SIZE, mode="sum", sparse=True)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.normal_(self.pieces.weight, std=0.1)

    def forward(self, words: Sequence[int], pieces: Sequence[Sequence[int]]) -> Tensor:
        """One row per unit."""
        known = torch.as_tensor(words, dtype=torch.int64)
        if self.training:
            known = known * (torch.rand(known.shape) >= WORD_DROPOUT)
        return torch.cat([self.words(known), self.pieces(*joined(pieces))], dim=1)


def train_network(
    read: Read,
    vocabulary: tuple[int, int],
    target: Target,
    seed: int,
    report: Report = lambda _: None,
) -> Network:
    """Learn; `vocabulary` is the number of words and of pieces."""
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    tables = Tables(*vocabulary)
    reader = Reader(read.states[0].shape[1], target.size, seed)
    loss = ChainLoss(target.allowed)
    parts = nn.ModuleList([reader, loss])
    lengths = [len(tags) for tags in target.tags]
    optimizers: list[torch.optim.Optimizer] = [
        torch.optim.AdamW(parts.parameters(), lr=RATE, weight_decay=1e-4),
        torch.optim.SparseAdam(tables.parameters(), lr=RATE),
    ]
    steps = EPOCHS * -(-sum(map(bool, lengths)) // BATCH)
    cycle = torch.optim.lr_scheduler.OneCycleLR
    schedules = [cycle(one, RATE, total_steps=steps + 1) for one in optimizers]
    for epoch in range(EPOCHS):
        for batch in batches(lengths, random):
            tags, mask = padded([target.tags[place] for place in batch])
            emissions = reader(_rows(read, batch, mask, tables))
            value = loss(emissions, tags, mask)
            value.backward()
            nn.utils.clip_grad_norm_(parts.parameters(), 5.0)
            for optimizer, schedule in zip(optimizers, schedules, strict=True):
                optimizer.step()
                schedule.step()
                optimizer.zero_grad()
        report(f"network {seed}, pass {epoch + 1} of {EPOCHS}, loss {value.item():.2f}")
    return Network(_arrays(tables, reader), loss.chain())


def _rows(read: Read, batch: Sequence[int], mask: Tensor, tables: Tables) -> Tensor:
    learned = tables(
        [word for place in batch for word in read.words[place]],
        [pieces for place in batch for pieces in read.pieces[place]],
    )
    states = np.concatenate([read.states[place] for place in batch]).astype(np.float32)
    found = torch.cat([learned, torch.from_numpy(states)], dim=1)
    rows = torch.zeros((*mask.shape, found.shape[1]))
    rows[mask] = found
    return rows


def _arrays(tables: Tables, reader: Reader) -> dict[str, Floats]:
    """All weights under short names; see `Network.scores` for their use."""
    parts: dict[str, Any] = {
        "words": tables.words.weight,
        "pieces": tables.pieces.weight,
        "narrow": reader.narrow.weight,
        "narrow_bias": reader.narrow.bias,
        "score": reader.score.weight,
        "score_bias": reader.score.bias,
    }
    for name, suffix in (("ahead", "l0"), ("back", "l0_reverse")):
        parts[f"{name}_input"] = getattr(reader.lstm, f"weight_ih_{suffix}")
        parts[f"{name}_hidden"] = getattr(reader.lstm, f"weight_hh_{suffix}")
        biases = (getattr(reader.lstm, f"bias_{side}_{suffix}") for side in ("ih", "hh"))
        parts[f"{name}_bias"] = sum(biases)
    return {name: part.detach().numpy().astype(np.float32) for name, part in parts.items()}
