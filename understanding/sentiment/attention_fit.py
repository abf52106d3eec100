"""Learn which tokens of a text tell its mood; needs torch. Same seed, same weights."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from understanding.sentiment.attention import Attention, Halves, rows_of

SIZE: Final = 192
HEADS: Final = 4
DROPOUT: Final = 0.3
BATCH: Final = 32
RATE: Final = 1.5e-3
PASSES: Final = 10
SEED: Final = 7


class _Network(nn.Module):
    def __init__(self, dimensions: int, labels: int) -> None:
        super().__init__()
        self.drop = nn.Dropout(DROPOUT)
        self.narrow = nn.Linear(dimensions, SIZE)
        self.look = nn.Linear(SIZE, HEADS)
        self.score = nn.Linear((HEADS + 1) * SIZE, labels)

    def forward(self, rows: Tensor, mask: Tensor) -> Tensor:
        """Scores, shape (texts, labels), of rows (texts, tokens, dimensions)."""
        narrow = torch.relu(self.narrow(self.drop(rows))) * mask[:, :, None]
        weights = self.look(narrow).masked_fill(~mask[:, :, None], -1e9).softmax(dim=1)
        seen = torch.einsum("ntk,nts->nks", weights, narrow).flatten(1)
        found: Tensor = self.score(self.drop(torch.cat([seen, narrow.max(dim=1).values], dim=1)))
        return found


def fit_attention(
    states: Sequence[Halves],
    target: npt.NDArray[np.int64],
    report: Callable[[str], None] = lambda _: None,
) -> Attention:
    """Learn from each text's states, shape (tokens, 2, dimensions), and the place of its label."""
    torch.manual_seed(SEED)
    random = np.random.default_rng(SEED)
    count, dimensions = len(states), int(np.prod(states[0].shape[1:]))
    lengths = np.array([len(one) for one in states])
    network = _Network(dimensions, int(target.max()) + 1)
    optimizer = torch.optim.AdamW(network.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, RATE, total_steps=PASSES * -(-count // BATCH) + 1
    )
    loss = nn.CrossEntropyLoss(label_smoothing=0.05)
    for number in range(PASSES):
        # Texts of like length together: less padding.
        order = np.argsort(lengths * random.uniform(0.8, 1.25, count), kind="stable")
        for done, start in enumerate(random.permutation(range(0, count, BATCH))):
            places = order[start : start + BATCH]
            rows, mask = _batch([states[place] for place in places])
            loss(network(rows, mask), torch.from_numpy(target[places])).backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            if done % 100 == 0:
                share = done * BATCH / count
                report(f"learning which words tell, pass {number + 1} of {PASSES}: {share:.0%}")
    parts = [
        array.detach().numpy().astype(np.float32)
        for layer in (network.narrow, network.look, network.score)
        for array in (layer.weight.T, layer.bias)
    ]
    return Attention(*(np.ascontiguousarray(part) for part in parts))


def _batch(states: Sequence[Halves]) -> tuple[Tensor, Tensor]:
    rows = [torch.from_numpy(rows_of(one)) for one in states]
    mask = nn.utils.rnn.pad_sequence([torch.ones(len(one), dtype=torch.bool) for one in rows], True)
    return nn.utils.rnn.pad_sequence(rows, True), mask
