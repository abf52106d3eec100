"""Examples as tensors: word pieces, intents and a tag for each piece."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch

from understanding.evaluation.examples import Example

LONGEST: Final = 96
IGNORED: Final = -100


@dataclass(frozen=True)
class Batch:
    """Tensors of a batch; `tags` has shape (texts, tokens) and is None without joint training."""

    ids: torch.Tensor
    mask: torch.Tensor
    intents: torch.Tensor
    tags: torch.Tensor | None

    def to(self, device: torch.device) -> "Batch":
        """The same on `device`."""
        tags = None if self.tags is None else self.tags.to(device)
        return Batch(self.ids.to(device), self.mask.to(device), self.intents.to(device), tags)


class Texts:
    """A fast tokenizer with the intents and tags of the examples to learn."""

    def __init__(
        self, tokenizer: Any, examples: Sequence[Example] = (), *, joint: bool = False
    ) -> None:
        self._tokenizer = tokenizer
        self.intents = sorted({one.intent for one in examples})
        entities = sorted({span.entity for one in examples for span in one.spans}) if joint else []
        self.tags = ["O", *(f"{part}-{name}" for name in entities for part in "BI")]
        self._joint = len(self.tags) > 1

    def tokens(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids and mask, shape (texts, tokens)."""
        found = self._read(texts)
        return found["input_ids"], found["attention_mask"]

    def placed(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Ids, mask, and where tokens begin and end (0, 0: nowhere), shape (texts, tokens, 2)."""
        found = self._read(texts)
        return found["input_ids"], found["attention_mask"], found["offset_mapping"]

    def batch(self, examples: Sequence[Example]) -> Batch:
        """The tensors of examples whose intents are known."""
        found = self._read([one.text for one in examples])
        intents = torch.tensor([self.intents.index(one.intent) for one in examples])
        tags = self._tags(examples, found["offset_mapping"]) if self._joint else None
        return Batch(found["input_ids"], found["attention_mask"], intents, tags)

    def _read(self, texts: Sequence[str]) -> Any:
        return self._tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=LONGEST,
            return_offsets_mapping=True,
            return_tensors="pt",
        )

    def _tags(self, examples: Sequence[Example], offsets: torch.Tensor) -> torch.Tensor:
        tags = torch.zeros(offsets.shape[:2], dtype=torch.int64)
        tags[offsets[:, :, 1] <= offsets[:, :, 0]] = IGNORED  # special signs and padding
        for row, one in enumerate(examples):
            for span in one.spans:
                begun = False
                for place, (start, end) in enumerate(offsets[row].tolist()):
                    if end > start and start < span.end and span.start < end:
                        tags[row, place] = self.tags.index(f"{'I' if begun else 'B'}-{span.entity}")
                        begun = True
        return tags
