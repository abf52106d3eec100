"""Training of the self-attentive sequence model in torch."""

import logging
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import nn
from torch.nn import functional

from recommender.data import Floats, Histories

log = logging.getLogger(__name__)
BATCH = 128


class Block(nn.Module):
    """Causal attention and a small network, each after a layer norm and added to its input."""

    def __init__(self, width: int, dropout: float) -> None:
        """One head of the given width."""
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.query, self.key, self.value = (nn.Linear(width, width, bias=False) for _ in range(3))
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.dropout = nn.Dropout(dropout)

    def forward(self, state: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
        """`allowed` (users, positions, positions) is True where one may look."""
        normed = self.norm1(state)
        scores = self.query(normed) @ self.key(normed).transpose(1, 2) / state.shape[2] ** 0.5
        scores = scores.masked_fill(~allowed, -1e9).softmax(dim=2)
        state = state + self.dropout(scores @ self.value(normed))
        hidden = functional.relu(self.wide(self.norm2(state)))
        out: torch.Tensor = state + self.dropout(self.narrow(self.dropout(hidden)))
        return out


class Network(nn.Module):
    """Item and position vectors, blocks, a last norm; scores are products with item vectors."""

    def __init__(self, items: int, factors: int, blocks: int, length: int, dropout: float) -> None:
        """Item `items` is the padding."""
        super().__init__()
        self.item = nn.Embedding(items + 1, factors, padding_idx=items)
        self.position = nn.Embedding(length, factors)
        self.blocks = nn.ModuleList([Block(factors, dropout) for _ in range(blocks)])
        self.norm, self.dropout = nn.LayerNorm(factors), nn.Dropout(dropout)
        nn.init.normal_(self.item.weight, std=0.02)
        nn.init.normal_(self.position.weight, std=0.02)

    def forward(self, items: torch.Tensor) -> torch.Tensor:
        """(users, length, items) scores of what follows each position."""
        length, width = items.shape[1], self.item.weight.shape[1]
        back = torch.arange(length - 1, -1, -1, device=items.device)
        state = self.dropout(self.item(items) * width**0.5 + self.position(back))
        causal = torch.ones(length, length, dtype=torch.bool, device=items.device).tril()
        real = (items != self.item.num_embeddings - 1)[:, None, :]
        own = torch.eye(length, dtype=torch.bool, device=items.device)
        for block in self.blocks:
            state = block(state, causal & (real | own))
        scores: torch.Tensor = self.norm(state) @ self.item.weight[:-1].T
        return scores


def learned(
    histories: Histories,
    *,
    factors: int,
    blocks: int,
    length: int,
    epochs: int,
    dropout: float,
    seed: int,
) -> dict[str, npt.NDArray[np.float32]]:
    """Weights as arrays, by the names that `recommender.models.sequence.forward` reads."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network = Network(histories.items, factors, blocks, length, dropout).to(device)
    inputs, targets = _windows(histories, length)
    optimiser = torch.optim.AdamW(network.parameters(), lr=2e-3, weight_decay=1e-3)
    network.train()
    for epoch in range(epochs if len(inputs) else 0):
        total = 0.0
        batches = np.array_split(rng.permutation(len(inputs)), -(-len(inputs) // BATCH))
        for rows in batches:
            given = torch.from_numpy(inputs[rows]).to(device)
            wanted = torch.from_numpy(targets[rows]).to(device)
            real = wanted >= 0
            loss = functional.cross_entropy(network(given)[real], wanted[real])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            total += float(loss.detach())
        log.info("attention_epoch_trained epoch=%d loss=%.4f", epoch, total)
    return _arrays(network.cpu().eval())


def _windows(
    histories: Histories, length: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(windows, length) items, padded on the left, and what followed each (-1: nothing)."""
    inputs: list[npt.NDArray[np.int64]] = []
    targets: list[npt.NDArray[np.int64]] = []
    for user in range(len(histories)):
        items = histories.of(user)[0].astype(np.int64)
        for end in range(len(items), 1, -length):
            part = items[max(0, end - length - 1) : end]
            given = np.full(length, histories.items, dtype=np.int64)
            wanted = np.full(length, -1, dtype=np.int64)
            given[length - len(part) + 1 :], wanted[length - len(part) + 1 :] = part[:-1], part[1:]
            inputs.append(given)
            targets.append(wanted)
    empty = np.empty((0, length), dtype=np.int64)
    return (np.stack(inputs), np.stack(targets)) if inputs else (empty, empty)


def _arrays(network: Network) -> dict[str, Floats]:
    def table(tensor: Any) -> Floats:
        array: Floats = np.ascontiguousarray(tensor.detach().numpy(), dtype=np.float32)
        return array

    found = {
        "item": table(network.item.weight[:-1]),
        "position": table(network.position.weight),
        "norm.weight": table(network.norm.weight),
        "norm.bias": table(network.norm.bias),
    }
    for place, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        for norm in ("norm1", "norm2"):
            layer = getattr(block, norm)
            found[f"{place}.{norm}.weight"] = table(layer.weight)
            found[f"{place}.{norm}.bias"] = table(layer.bias)
        for name in ("query", "key", "value", "wide", "narrow"):
            found[f"{place}.{name}"] = table(getattr(block, name).weight)
        for name in ("wide", "narrow"):
            found[f"{place}.{name}_bias"] = table(getattr(block, name).bias)
    return found
