"""Habits: one's own purchases against what everybody buys."""

import numpy as np
import pytest

from recommender.base import Interactions
from recommender.models.habits import Habits

DAY = 86_400.0


def shop() -> Interactions:
    """Ten people buy bread; Ann bought tea twice lately and soap a year before."""
    rows = [(f"p{n}", "bread", 365 * DAY) for n in range(10)]
    rows += [("ann", "tea", 364 * DAY), ("ann", "tea", 365 * DAY), ("ann", "soap", 0.0)]
    users, items, times = zip(*rows, strict=True)
    return Interactions.from_rows(users, items, [1.0] * len(rows), times)


def test_the_score_is_counts_plus_the_prior() -> None:
    model = Habits(prior=2.0, own_days=365.0, half_life_days=1e12).fit(shop())
    scores = model._scores(model.histories_for(["ann"]))[0]
    of = dict(zip(model.item_ids, scores.tolist(), strict=True))
    assert of["bread"] == pytest.approx(2 * 10 / 13, rel=1e-5)
    assert of["tea"] == pytest.approx(1 + 0.5 ** (1 / 365) + 2 * 2 / 13, rel=1e-5)
    assert of["soap"] == pytest.approx(0.5 + 2 / 13, rel=1e-5)


def test_a_large_prior_leaves_the_list_to_what_sells() -> None:
    own = Habits(prior=0.5).fit(shop()).recommend("ann", 3, repeats=True)[0]
    common = Habits(prior=100.0).fit(shop()).recommend("ann", 3, repeats=True)[0]
    assert [one.item for one in own] == ["tea", "soap", "bread"]
    assert common[0].item == "bread"


def test_only_own_purchases_are_given_as_reasons() -> None:
    model = Habits(prior=0.5).fit(shop())
    tea, _, bread = model.recommend("ann", 3, repeats=True)[0]
    assert tea.reason.because == (("tea", 1.0),)
    assert (bread.reason.kind, bread.reason.because) == ("popular", ())


def test_what_is_told_is_what_taking_it_away_costs() -> None:
    model = Habits().fit(shop())
    history, items = model.histories_from([["tea", "tea", "soap"]]), np.arange(3)
    told = model._contributions(history, items)
    np.testing.assert_allclose(told, super(Habits, model)._contributions(history, items), atol=1e-5)
