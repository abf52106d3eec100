"""Rating models on stars with a known structure."""

import numpy as np
import pytest

from recommender.data import BadInteractions, Interactions, Items
from recommender.evaluation.reading import Table
from research.recommender.ratings.base import Ratings
from research.recommender.ratings.evaluation import evaluate_ratings, folds, score
from research.recommender.ratings.stack import MODELS


def table() -> Table:
    """Sixty users of two tastes rate two thirds of thirty items: liked 5, others 2, and noise."""
    rng = np.random.default_rng(0)
    rows = [
        (user, item, (5.0 if user % 2 == item % 2 else 2.0) - (rng.random() < 0.2))
        for user in range(60)
        for item in range(30)
        if rng.random() < 0.67
    ]
    users, items, stars = zip(*rows, strict=True)
    return Table(users, items, stars, None)


def facts() -> Items:
    kinds = tuple(frozenset({f"kind={item % 2}"}) for item in range(30))
    return Items(tuple(str(item) for item in range(30)), attributes=kinds)


@pytest.mark.parametrize("alias", sorted(set(MODELS) - {"baseline"}))
def test_models_beat_the_baseline_and_repeat(alias: str) -> None:
    ratings = Ratings.from_interactions(table().interactions(), facts())
    train, test = folds(ratings, 0)[0]
    base = score(MODELS["baseline"](), train, test)
    found = score(MODELS[alias](), train, test)
    assert found.rmse < 0.7 * base.rmse
    assert score(MODELS[alias](), train, test).rmse == pytest.approx(found.rmse, rel=1e-6)


@pytest.mark.parametrize("alias", sorted(MODELS))
def test_unknown_users_and_items_get_a_finite_answer(alias: str) -> None:
    ratings = Ratings.from_interactions(table().interactions(), facts())
    model = MODELS[alias]().fit(ratings)
    users, items = np.asarray([-1, 0, -1], np.int32), np.asarray([0, -1, -1], np.int32)
    found = model.predict(users, items, np.zeros(3))
    assert np.isfinite(found).all()
    assert found[2] == pytest.approx(ratings.stars.mean(), abs=0.2)


def test_the_last_rating_of_a_pair_counts() -> None:
    data = Interactions.from_rows(["u", "u", "v"], ["i", "i", "i"], [1, 4, 2], [10, 20, 5])
    ratings = Ratings.from_interactions(data)
    assert sorted(ratings.stars.tolist()) == [2.0, 4.0]


def test_cross_validation_gives_flat_figures_and_names_what_is_missing() -> None:
    figures = evaluate_ratings(table(), None, facts(), name="knn-baseline")
    assert figures["rmse_low"] < figures["rmse"] < figures["rmse_high"]
    assert figures["ratings"] == len(table().users)
    against = evaluate_ratings(table(), table(), None, name="svd++")
    assert against["mae"] < figures["mae"]
    with pytest.raises(BadInteractions, match="needs a column rating"):
        evaluate_ratings(Table([1], [1], None, None), None, None)
    with pytest.raises(BadInteractions, match="--model must be best or one of"):
        evaluate_ratings(table(), None, None, name="magic")
