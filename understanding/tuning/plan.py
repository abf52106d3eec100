"""What a fine-tuning run is told; light enough for the command line and the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, get_args

Gear = Literal["frozen", "lora", "adalora", "prefix", "adapter", "full"]
GEARS: Final[tuple[Gear, ...]] = get_args(Gear)
# Learning rates: the fewer weights learn, the faster they may (as in the papers of each method).
RATES: Final[Mapping[Gear, float]] = {
    "lora": 1e-3,
    "adalora": 2e-3,
    "prefix": 1e-2,
    "adapter": 5e-3,
    "full": 1e-4,
}


class BadPlan(ValueError):
    """An option of tuning cannot be used; the message names it and what it may be."""


@dataclass(frozen=True)
class TuningPlan:
    """Options of a run.

    `epochs` of 0 are as many as the examples need (`rounds`), `contrast` is the weight of the
    supervised contrastive loss beside cross-entropy, `adversarial` the length of the FGM step on
    word embeddings (0: none), `entities` the weight of the token loss where examples have spans,
    `logs` a folder for TensorBoard.
    """

    gear: Gear = "frozen"
    epochs: int = 0
    batch: int = 32
    patience: int = 3
    contrast: float = 0.5
    adversarial: float = 0.0
    dropout: float = 0.1
    weight_decay: float = 0.01
    entities: float = 0.0
    seed: int = 7
    logs: Path | None = None

    def __post_init__(self) -> None:
        if self.gear not in GEARS:
            raise BadPlan(f"tuning must be one of {', '.join(GEARS)}, got {self.gear!r}")
        if self.epochs < 0:
            raise BadPlan(f"epochs must not be negative, got {self.epochs}")
        for name in ("batch", "patience"):
            if getattr(self, name) < 1:
                raise BadPlan(f"{name} must be at least 1, got {getattr(self, name)}")
        if not 0 <= self.dropout < 1:
            raise BadPlan(f"dropout must be from 0 to below 1, got {self.dropout}")
        for name in ("contrast", "adversarial", "weight_decay", "entities"):
            if getattr(self, name) < 0:
                raise BadPlan(f"{name} must not be negative, got {getattr(self, name)}")

    def rounds(self, examples: int) -> int:
        """Epochs at most: as told, or from 3 for many examples to 10 for few."""
        return self.epochs or max(3, min(10, 6000 // examples))

    @property
    def rate(self) -> float:
        """The highest learning rate of the run."""
        return RATES[self.gear]

    @classmethod
    def from_config(cls, options: Mapping[str, Any]) -> "TuningPlan":
        """A plan from lines of config.yml; raises BadPlan for a line that is not an option."""
        unknown = set(options) - set(cls.__dataclass_fields__)
        if unknown:
            raise BadPlan(
                f"{sorted(unknown)[0]} is no option of tuning; "
                f"there are {', '.join(cls.__dataclass_fields__)}"
            )
        values = dict(options)
        if values.get("logs"):
            values["logs"] = Path(str(values["logs"]))
        return cls(**values)
