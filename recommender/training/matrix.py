"""Factors learned by the library implicit."""

import logging
from typing import Any

import numpy as np
from scipy import sparse

from recommender.data import Floats

log = logging.getLogger(__name__)


def als_items(
    chosen: sparse.csr_matrix,
    factors: int,
    regularisation: float,
    alpha: float,
    iterations: int,
    seed: int,
) -> Floats:
    """(items, factors) vectors by implicit's ALS; chosen entries have confidence 1 + `alpha`."""
    from implicit.cpu.als import AlternatingLeastSquares

    items = chosen.shape[1]
    if chosen.nnz == 0:
        return np.zeros((items, factors), dtype=np.float32)
    model = AlternatingLeastSquares(
        factors=factors,
        regularization=regularisation,
        iterations=iterations,
        random_state=seed,
        num_threads=0,
    )
    model.fit((chosen * (1 + alpha)).tocsr().astype(np.float32), show_progress=False)
    return np.ascontiguousarray(model.item_factors, dtype=np.float32)


def bpr_factors(
    chosen: sparse.csr_matrix,
    factors: int,
    learning_rate: float,
    regularisation: float,
    iterations: int,
    seed: int,
) -> tuple[Floats, Floats, Floats]:
    """People's vectors, items' vectors and items' biases by implicit's BPR.

    One thread, so that a seed gives the same vectors every time.
    """
    from implicit.cpu.bpr import BayesianPersonalizedRanking

    users, items = chosen.shape
    if chosen.nnz == 0 or items < 2:
        return (
            np.zeros((users, factors), np.float32),
            np.zeros((items, factors), np.float32),
            np.zeros(items, np.float32),
        )
    model: Any = BayesianPersonalizedRanking(
        factors=factors,
        learning_rate=learning_rate,
        regularization=regularisation,
        iterations=iterations,
        random_state=seed,
        num_threads=1,
    )
    model.fit(chosen.tocsr().astype(np.float32), show_progress=False)
    # The library keeps the bias as the items' last column, beside a constant 1 for people.
    vectors = np.asarray(model.item_factors, dtype=np.float32)
    people = np.asarray(model.user_factors, dtype=np.float32)
    return people[:, :-1].copy(), vectors[:, :-1].copy(), vectors[:, -1].copy()
