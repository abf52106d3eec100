"""One LSTM for all series, with a head of quantiles and a linear highway beside it.

A network of each series loses to the last value (M4's own, OWA 1.48): it has too little to learn
from. This one sees windows of every series, each divided by its own mean. The LSTM reads a window
step by step and says the next `horizon` steps at once (Wen and others 2017, arXiv:1711.11053); a
linear layer on the plain window is added to what it says (LSTNet, Lai and others 2018), so that
the network need only learn what a regression cannot. Its head gives a mean and quantiles.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn

from forecasting.panel import Floats, Panel

HIDDEN: Final = 32
MOST_CONTEXT: Final = 65  # steps: a year of weeks and a quarter
LEAST_CONTEXT: Final = 6
LEAST_WINDOWS: Final = 1_000
BATCH: Final = 256
BATCHES: Final = 500  # whatever the number of series, so that the time is known beforehand
RATE: Final = 4e-3
CLIP: Final = 0.995  # a target beyond this quantile of its size counts as that quantile
MOST_WEIGHT: Final = 4.0
SEED: Final = 7
HEAD: Final = (0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 0.75, 0.8, 0.9, 0.95, 0.975)

Log = Callable[[str, float, int], None]


@dataclass(frozen=True)
class Told:
    """`mean` is (series, horizon), `quantiles` one such a level; NaN rows say nothing."""

    mean: Floats
    quantiles: dict[float, Floats]


@dataclass(frozen=True)
class Windows:
    """`inputs` (windows, context, features), `known` (windows, horizon, features known beforehand).

    `targets` (windows, horizon) and the first feature are divided by `sizes` (windows,).
    """

    inputs: Floats
    known: Floats
    targets: Floats
    sizes: Floats
    weights: Floats


class Network(nn.Module):
    """From windows to a mean and quantiles of each next step, (windows, horizon, 1 + levels)."""

    def __init__(self, context: int, features: int, known: int, horizon: int) -> None:
        super().__init__()
        self.shape = (horizon, 1 + len(HEAD))
        outputs = self.shape[0] * self.shape[1]
        self.lstm = nn.LSTM(features, HIDDEN, batch_first=True)
        self.say = nn.Sequential(
            nn.Linear(HIDDEN + horizon * known, 2 * HIDDEN),
            nn.Tanh(),
            nn.Linear(2 * HIDDEN, outputs),
        )
        self.highway = nn.Linear(context, outputs)
        last = self.say[2]
        assert isinstance(last, nn.Linear)
        nn.init.zeros_(last.weight)
        nn.init.constant_(self.highway.weight, 1.0 / context)
        nn.init.zeros_(self.highway.bias)

    def forward(self, inputs: Tensor, known: Tensor) -> Tensor:
        """The mean first, then the quantiles of `HEAD`."""
        states, _ = self.lstm(inputs)
        read = torch.cat([states[:, -1], known.flatten(1)], dim=1)
        said: Tensor = self.say(read) + self.highway(inputs[:, :, 0])
        return said.view(-1, *self.shape)


def lstm(panel: Panel, horizon: int, season: int, *, logs: Path | None = None) -> Told:
    """What the network says of every series that is long enough; all NaN with too little to learn.

    `logs` is a folder for TensorBoard. The same panel gives the same forecasts.
    """
    shape = (len(panel.ids), horizon)
    silent = Told(np.full(shape, np.nan), {level: np.full(shape, np.nan) for level in HEAD})
    context = context_of(panel, horizon)
    if context < LEAST_CONTEXT:
        return silent
    random = np.random.default_rng(SEED)
    origins = range(context, panel.steps - horizon + 1)
    learned = _windows(panel, origins, context, horizon, season, random)
    if learned is None or len(learned.sizes) < LEAST_WINDOWS:
        return silent
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # so small a network only waits for more of them
    try:
        network = _train(learned, random, logs)
    finally:
        torch.set_num_threads(threads)
    now = _windows(panel, (panel.steps,), context, horizon, season, random)
    if now is None:
        return silent
    rows = np.flatnonzero(_usable(panel.values[:, -context:]))
    with torch.no_grad():
        said = network(_tensor(now.inputs), _tensor(now.known)).double().numpy()
    said *= now.sizes[:, None, None]
    silent.mean[rows] = said[:, :, 0]
    ordered = np.sort(said[:, :, 1:], axis=2)
    for place, level in enumerate(HEAD):
        silent.quantiles[level][rows] = ordered[:, :, place]
    return silent


def context_of(panel: Panel, horizon: int) -> int:
    """Steps that the network reads: as many as leave most series three windows to learn from."""
    typical = int(np.quantile(panel.lengths, 0.25))
    return min(MOST_CONTEXT, typical - 2 * horizon, (2 * typical) // 3)


def _usable(values: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(~np.isnan(values).any(axis=1) & (np.abs(values).sum(axis=1) > 0))


def _windows(
    panel: Panel,
    origins: range | tuple[int, ...],
    context: int,
    horizon: int,
    season: int,
    random: np.random.Generator,
) -> Windows | None:
    """Windows that end at the origins, at most as many as are learned from."""
    usual = np.nan_to_num(np.nanmean(np.abs(panel.values), axis=1))
    at_most = max(1, BATCH * BATCHES // max(len(origins), 1))
    parts: list[Windows] = []
    for origin in origins:
        past = panel.values[:, origin - context : origin]
        rows = np.flatnonzero(_usable(past))
        if len(origins) > 1 and len(rows) > at_most:
            rows = np.sort(random.choice(rows, at_most, replace=False))
        if not len(rows):
            continue
        sizes = np.abs(past[rows]).mean(axis=1)
        ends = np.full((len(rows), horizon), np.nan)
        came = panel.values[rows, origin : origin + horizon]
        ends[:, : came.shape[1]] = came
        before = _known(panel, rows, origin - context, context, season)
        parts.append(
            Windows(
                np.concatenate([(past[rows] / sizes[:, None])[:, :, None], before], axis=2),
                _known(panel, rows, origin, horizon, season),
                ends / sizes[:, None],
                sizes,
                np.minimum(sizes / np.maximum(usual[rows], 1e-9), MOST_WEIGHT),
            )
        )
    if not parts:
        return None
    columns = ("inputs", "known", "targets", "sizes", "weights")
    return Windows(
        *(np.concatenate([getattr(part, column) for part in parts]) for column in columns)
    )


def _known(
    panel: Panel,
    rows: np.ndarray[tuple[int], np.dtype[np.int64]],
    begin: int,
    count: int,
    season: int,
) -> Floats:
    """Where in the season a step is, and price, promotion, holiday beside their usual values."""
    turn = 2.0 * np.pi * np.arange(begin, begin + count) / max(season, 1)
    columns = []
    if season > 1:
        columns = [np.broadcast_to(wave(turn), (len(rows), count)) for wave in (np.sin, np.cos)]
    for known in panel.known.values():
        part = known[rows]
        usual = np.nanmean(part[:, : panel.steps], axis=1, keepdims=True)
        spread = np.nanstd(part[:, : panel.steps], axis=1, keepdims=True)
        away = (part[:, begin : begin + count] - usual) / np.where(spread > 0, spread, 1.0)
        columns.append(np.nan_to_num(away))
    return np.stack(columns, axis=2) if columns else np.zeros((len(rows), count, 0))


def _train(learned: Windows, random: np.random.Generator, logs: Path | None) -> Network:
    """Pinball loss of the quantiles and squared error of the mean, windows by their volume."""
    torch.manual_seed(SEED)
    _, context, features = learned.inputs.shape
    network = Network(context, features, learned.known.shape[2], learned.targets.shape[1])
    limit = float(np.quantile(np.abs(learned.targets), CLIP))
    inputs, known = _tensor(learned.inputs), _tensor(learned.known)
    targets = _tensor(np.clip(learned.targets, -limit, limit))
    weights = _tensor(learned.weights)
    levels = torch.tensor(HEAD)
    optimiser = torch.optim.Adam(network.parameters(), RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=BATCHES)
    log = _writer(logs)
    for step in range(BATCHES):
        rows = torch.from_numpy(random.integers(0, len(inputs), BATCH))
        said = network(inputs[rows], known[rows])
        came = targets[rows].unsqueeze(2)
        gap = came - said[:, :, 1:]
        losses = torch.maximum(levels * gap, (levels - 1.0) * gap).mean(dim=(1, 2))
        losses = losses + ((came - said[:, :, :1]) ** 2).mean(dim=(1, 2)) / 4.0
        loss = (losses * weights[rows]).sum() / weights[rows].sum()
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        if step % 20 == 0:
            log("loss", float(loss.detach()), step)
            log("rate", float(schedule.get_last_lr()[0]), step)
    return network.eval()


def _writer(logs: Path | None) -> Log:
    """Where figures of the training go: TensorBoard's files, or nowhere."""
    if logs is None:
        return lambda name, value, step: None
    # TensorBoard takes its own small stand-in for TensorFlow when this module exists.
    sys.modules.setdefault("tensorboard.compat.notf", ModuleType("notf"))
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(str(logs))

    def log(name: str, value: float, step: int) -> None:
        writer.add_scalar(f"lstm/{name}", value, step)
        writer.flush()

    return log


def _tensor(values: Floats) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
