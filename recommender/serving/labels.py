"""A column of few distinct words, kept as numbers, so that asking for some of them is a look-up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64] | slice


@dataclass(frozen=True, eq=False)
class Labels:
    """`names[code[row]]` is the word of a row."""

    names: tuple[str, ...]
    code: npt.NDArray[np.int32]

    @classmethod
    def of(cls, words: Iterable[str]) -> "Labels":
        """The column with these words, row by row."""
        known: dict[str, int] = {}
        codes = [known.setdefault(word, len(known)) for word in words]
        return cls(tuple(known), np.asarray(codes, dtype=np.int32))

    def __len__(self) -> int:
        return len(self.code)

    def __getitem__(self, row: int) -> str:
        return self.names[int(self.code[row])]

    def same_as(self, row: int, rows: Rows = slice(None)) -> Mask:
        """(rows,) True where the word is that of `row`; of all rows, or of some."""
        same: Mask = self.code[rows] == self.code[row]
        return same

    def among(self, words: Sequence[str], rows: Rows = slice(None)) -> Mask:
        """(rows,) True where the word is one of `words`; of all rows, or of some."""
        wanted = set(words)
        good = np.fromiter((name in wanted for name in self.names), bool, len(self.names))
        code = self.code[rows]
        found: Mask = good[code] if len(good) else np.zeros(len(code), dtype=bool)
        return found
