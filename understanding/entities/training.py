"""Training of the taggers, in torch: the loss of a chain, a linear model and a network over units.

The linear model is a sparse conditional random field (Lafferty et al. 2001; AdaGrad, Duchi et al.
2011). The network is a two-way LSTM over the encoder's frozen token states, learned vectors of
words and vectors of their pieces, with the same loss on top (Lample et al. 2016). Seeds are fixed.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from understanding.entities.crf import Chain, Floats

Report = Callable[[str], None]
Places = Sequence[Sequence[Sequence[int]]]
BATCH: Final = 32
LINEAR_EPOCHS: Final = 8
LINEAR_RATE: Final = 0.15


class ChainLoss(nn.Module):
    """Negative log likelihood of tag sequences; what `allowed` forbids never gets weight."""

    def __init__(self, allowed: Chain) -> None:
        super().__init__()
        self.between = nn.Parameter(torch.zeros(allowed.between.shape))
        self.first = nn.Parameter(torch.zeros(allowed.first.shape))
        self.last = nn.Parameter(torch.zeros(allowed.last.shape))
        for name in ("between", "first", "last"):
            self.register_buffer(f"allowed_{name}", torch.from_numpy(getattr(allowed, name)))

    def forward(self, emissions: Tensor, tags: Tensor, mask: Tensor) -> Tensor:
        """Mean loss over texts: emissions (texts, units, tags), tags and mask (texts, units)."""
        between, first, last = self._scores()
        return (
            self._total(emissions, mask, between, first, last)
            - self._of(emissions, tags, mask, between, first, last)
        ).mean()

    def chain(self) -> Chain:
        """What was learned, for decoding without torch."""
        return Chain(*(score.detach().numpy().astype(np.float32) for score in self._scores()))

    def _scores(self) -> tuple[Tensor, Tensor, Tensor]:
        own = (self.between, self.first, self.last)
        limits: Any = (self.allowed_between, self.allowed_first, self.allowed_last)
        between, first, last = (a + b for a, b in zip(own, limits, strict=True))
        return between, first, last

    @staticmethod
    def _total(
        emissions: Tensor, mask: Tensor, between: Tensor, first: Tensor, last: Tensor
    ) -> Tensor:
        # In the space of probabilities a step is one product of matrices.
        top = between.max()
        steps = (between - top).exp()
        alpha = first + emissions[:, 0]
        for place in range(1, emissions.shape[1]):
            height = alpha.max(dim=1, keepdim=True).values
            reached = ((alpha - height).exp() @ steps).clamp_min(1e-30).log() + height + top
            alpha = torch.where(mask[:, place, None], reached + emissions[:, place], alpha)
        return torch.logsumexp(alpha + last, dim=1)

    @staticmethod
    def _of(
        emissions: Tensor,
        tags: Tensor,
        mask: Tensor,
        between: Tensor,
        first: Tensor,
        last: Tensor,
    ) -> Tensor:
        unit = emissions.gather(2, tags[:, :, None]).squeeze(2) * mask
        steps = between[tags[:, :-1], tags[:, 1:]] * mask[:, 1:]
        ends = tags.gather(1, mask.sum(dim=1, keepdim=True) - 1).squeeze(1)
        return unit.sum(dim=1) + steps.sum(dim=1) + first[tags[:, 0]] + last[ends]


@dataclass(frozen=True)
class Target:
    """What to learn: places of the right tags of each text, and which tags may be neighbours."""

    tags: Sequence[Sequence[int]]
    allowed: Chain

    @property
    def size(self) -> int:
        """Number of tags."""
        return len(self.allowed.first)


def batches(lengths: Sequence[int], random: np.random.Generator) -> Iterator[list[int]]:
    """Texts of like length together, in random order; texts without units are left out."""
    noisy = np.array(lengths) + random.random(len(lengths)) * 3
    order = [int(place) for place in np.argsort(noisy, kind="stable") if lengths[place]]
    starts = random.permutation(range(0, len(order), BATCH))
    for start in starts:
        yield order[start : start + BATCH]


def padded(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Rows as one array (0 behind their ends) and the mask of what is theirs."""
    longest = max(map(len, rows))
    values = torch.zeros((len(rows), longest), dtype=torch.int64)
    mask = torch.zeros((len(rows), longest), dtype=torch.bool)
    for place, row in enumerate(rows):
        values[place, : len(row)] = torch.as_tensor(row)
        mask[place, : len(row)] = True
    return values, mask


def train_linear(
    places: Places, features: int, target: Target, report: Report = lambda _: None
) -> tuple[Floats, Chain]:
    """Weights (features, tags) and the chain; `places` are each unit's features by text."""
    torch.manual_seed(7)
    random = np.random.default_rng(7)
    table = nn.EmbeddingBag(features, target.size, mode="sum", sparse=True)
    nn.init.zeros_(table.weight)
    loss = ChainLoss(target.allowed)
    rate = AdaGrad([table.weight, *loss.parameters()])
    lengths = [len(tags) for tags in target.tags]
    mean = torch.zeros_like(table.weight)
    for epoch in range(LINEAR_EPOCHS):
        for batch in batches(lengths, random):
            tags, mask = padded([target.tags[place] for place in batch])
            flat, offsets = joined([row for place in batch for row in places[place]])
            emissions = torch.zeros((*mask.shape, target.size))
            emissions[mask] = table(flat, offsets)
            loss(emissions, tags, mask).backward()
            rate.step()
        if epoch >= LINEAR_EPOCHS // 2:
            mean += table.weight.detach()
        report(f"linear model, pass {epoch + 1} of {LINEAR_EPOCHS}")
    weights: Floats = (mean / (LINEAR_EPOCHS - LINEAR_EPOCHS // 2)).numpy()
    return weights, loss.chain()


class AdaGrad:
    """Steps that shrink with what a weight has moved; only rows with a gradient are touched."""

    def __init__(self, weights: Sequence[Tensor]) -> None:
        self._weights = weights
        self._moved = [torch.full_like(weight, 1e-10) for weight in weights]

    @torch.no_grad()
    def step(self) -> None:
        """Move the weights by their gradients and forget these."""
        for weight, moved in zip(self._weights, self._moved, strict=True):
            slope = weight.grad
            if slope is None:
                continue
            if slope.is_sparse:
                slope = slope.coalesce()
                rows, values = slope.indices()[0], slope.values()
                total = moved[rows] + values**2
                moved[rows] = total
                weight[rows] -= LINEAR_RATE * values / total.sqrt()
            else:
                moved += slope**2
                weight -= LINEAR_RATE * slope / moved.sqrt()
            weight.grad = None


def joined(rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Rows of places one behind the other, and where each begins."""
    flat: npt.NDArray[np.int64] = np.fromiter(
        (place for row in rows for place in row), np.int64, sum(map(len, rows))
    )
    starts = np.cumsum([0, *(len(row) for row in rows[:-1])])
    return torch.from_numpy(flat), torch.from_numpy(starts)
