"""What a text says of a mood: hashed runs of signs and of words, with no vocabulary to keep.

Runs are hashed into a fixed number of places (Weinberger et al. 2009) by arithmetic on arrays, so
that fifty thousand reviews take seconds and a message takes a fraction of a millisecond.
"""

import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Codes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
# How many signs, and how many words, make a run.
SIGN_RUNS: Final = (1, 2, 3, 4, 5)
WORD_RUNS: Final = (1, 2, 3)
LONGEST: Final = 3000
_WORD: Final = re.compile(r"[^\W\d_\u2e80-\u9fff]+(?:'[^\W\d_]+)?|\d+|[\u2e80-\u9fff]|[!?]+")
_REPEATED: Final = re.compile(r"(.)\1{3,}")
_STEP: Final = np.uint64(0x9E3779B97F4A7C15)
_STIR: Final = np.uint64(0xBF58476D1CE4E5B9)
_HALF: Final = np.uint64(31)


def normalised(text: str) -> str:
    """Lower case, full-width signs as plain ones, every digit 0, at most three like signs in a row,
    a space at each end."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower().replace("’", "'")
    plain = re.sub(r"\d", "0", " ".join(plain.split()))
    return " " + _REPEATED.sub(r"\1\1\1", plain) + " "


def places_of(text: str, size: int) -> Places:
    """The places, each once and in order, of the text's runs in `size` (a power of two)."""
    plain = normalised(text)
    signs = np.array([ord(sign) for sign in plain], np.uint64)
    words = [zlib.crc32(word.encode()) for word in _WORD.findall(plain)]
    runs = [*_runs(signs, SIGN_RUNS, salt=1), *_runs(np.array(words, np.uint64), WORD_RUNS, salt=2)]
    found: Places = np.unique(np.concatenate(runs) & np.uint64(size - 1)).astype(np.int64)
    return found


def _runs(codes: Codes, lengths: Sequence[int], salt: int) -> list[Codes]:
    """A hash of every run of each of the lengths."""
    with np.errstate(over="ignore"):
        found, ahead = [], np.full(len(codes), salt, np.uint64)
        for length in range(1, max(lengths) + 1):
            ahead = ahead[: len(codes) - length + 1] if length > 1 else ahead
            ahead = (ahead * _STEP) ^ codes[length - 1 :]
            ahead = (ahead ^ (ahead >> _HALF)) * _STIR
            ahead = ahead ^ (ahead >> _HALF)
            if length in lengths:
                found.append(ahead)
    return found


def matrix(texts: Sequence[str], size: int) -> Any:
    """1 where a text has a run, as a scipy csr matrix, shape (texts, size). Training only."""
    from scipy.sparse import csr_matrix

    rows = [places_of(text, size).astype(np.int32) for text in texts]
    starts = np.cumsum([0, *map(len, rows)])
    values = np.ones(int(starts[-1]), np.float32)
    return csr_matrix((values, np.concatenate(rows), starts), shape=(len(rows), size))
