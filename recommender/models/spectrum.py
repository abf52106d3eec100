"""Leading singular vectors of a large sparse matrix."""

import numpy as np
from scipy import linalg, sparse

from recommender.data import Floats


def leading(
    matrix: sparse.csr_matrix, rank: int, rng: np.random.Generator, *, rounds: int = 4
) -> tuple[Floats, Floats]:
    """The largest singular values (rank,) and their right vectors (columns, rank), float32.

    Randomised subspace iteration with orthogonalised powers: Halko, Martinsson, Tropp: Finding
    Structure with Randomness (SIAM Review 2011), algorithm 4.4. `rank` is cut to what the matrix
    can have.
    """
    rank = min(rank, *matrix.shape)
    if rank == 0 or matrix.nnz == 0:
        return np.zeros(0, np.float32), np.zeros((matrix.shape[1], 0), np.float32)
    width = min(rank + max(16, rank // 8), *matrix.shape)
    basis = rng.standard_normal((matrix.shape[1], width)).astype(np.float32)
    for _ in range(rounds):
        basis = _orthogonal(matrix.T @ (matrix @ basis))
    image = matrix @ basis
    # The small square matrix holds the squared singular values.
    values, rotation = linalg.eigh(image.T @ image)
    order = np.argsort(-values)[:rank]
    singular = np.sqrt(np.maximum(values[order], 0)).astype(np.float32)
    return singular, np.ascontiguousarray(basis @ rotation[:, order], dtype=np.float32)


def _orthogonal(vectors: Floats) -> Floats:
    basis: Floats = linalg.qr(vectors, mode="economic", check_finite=False, overwrite_a=True)[0]
    return basis
