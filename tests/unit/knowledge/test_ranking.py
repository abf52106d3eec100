"""Learning how to rank: what helps gets weight, what is held out stays out."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge.belonging import NOWHERE, belonging_without_itself, learn_belonging
from knowledge.building import choose_threshold
from knowledge.fitting import (
    Fitter,
    Outcome,
    fit_confidence,
    ranks,
    within_group_whitening,
)
from knowledge.ranking import SIGNALS, plain_ranking, signals_of
from knowledge.shelf import Passage, Shelf


def labelled(groups: int = 30, each: int = 8, noise: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Vectors whose last half of dimensions only disturbs; and their groups."""
    randomness = np.random.default_rng(4)
    places = np.repeat(np.arange(groups), each)
    middles = randomness.normal(size=(groups, 24))
    middles[:, 12:] = 0
    made = middles[places] + 0.3 * randomness.normal(size=(len(places), 24))
    made[:, 12:] *= noise / 0.3
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32), places


def mrr(vectors: np.ndarray, groups: np.ndarray) -> float:
    near = vectors @ vectors.T
    np.fill_diagonal(near, -2)
    right = groups[:, None] == groups
    np.fill_diagonal(right, False)
    return float(np.mean(1 / ranks(near, right)))


def test_whitening_plays_down_what_disturbs() -> None:
    vectors, groups = labelled()
    plain = plain_ranking(24)
    mean, whitening = within_group_whitening(vectors[::2], groups[::2], 0.1)
    learned = replace(plain, mean=mean, whitening=whitening)
    held_out = vectors[1::2]
    before = mrr(held_out, groups[1::2])
    assert mrr(learned.adapted(held_out), groups[1::2]) > before + 0.2


def test_lonely_texts_leave_the_space_as_it_is() -> None:
    vectors, _ = labelled()
    _, whitening = within_group_whitening(vectors, np.arange(len(vectors)), 0.1)
    np.testing.assert_array_equal(whitening, np.eye(24, dtype=np.float32))


def test_the_signal_that_tells_gets_the_weight() -> None:
    vectors, groups = labelled(noise=0.3)
    texts = [f"word{number}" for number in np.random.default_rng(0).integers(0, 9, len(groups))]
    ranking, asked = Fitter(texts, vectors, groups.tolist()).fit()
    weight = dict(zip(SIGNALS, ranking.weights, strict=True))
    assert weight["words"] < 0.5 < weight["meaning"] + weight["adapted_meaning"]
    assert all(group >= 0 for one in asked for group in one.groups)
    assert min(ranking.weights) >= 0


def test_a_text_never_finds_itself_while_learning() -> None:
    vectors, groups = labelled(groups=4, each=3)
    _, asked = Fitter(["x"] * 12, vectors, groups.tolist()).fit()
    assert asked
    assert all(float(one.raw.max()) < 0.9999 for one in asked)


def test_nothing_alike_leaves_common_sense() -> None:
    vectors, _ = labelled()
    ranking, asked = Fitter(["x"] * 240, vectors, list(range(240))).fit()
    assert asked == []
    np.testing.assert_array_equal(ranking.weights, plain_ranking(24).weights)


def test_fellows_vote_together() -> None:
    adapted = np.array([0.9, 0.8, 0.8], np.float32)
    signals = signals_of(adapted, adapted, np.zeros(3, np.float32), ["a", "b", "b"], {}, 5.0)
    one, two = np.exp(0), 2 * np.exp(-0.5)
    np.testing.assert_allclose(signals[:, 3], [one / (one + two), *[two / (one + two)] * 2], 1e-5)


def test_probabilities_are_honest() -> None:
    randomness = np.random.default_rng(2)
    outcomes = []
    for _ in range(3_000):
        best, gap = randomness.uniform(0, 8), randomness.exponential(2)
        chance = 1 / (1 + np.exp(-(0.7 * best + 0.4 * gap - 4)))
        outcomes.append(Outcome(best, best - gap, bool(randomness.random() < chance)))
    slope, offset = fit_confidence(outcomes)
    assert slope == pytest.approx([0.7, 0.4, 0.0, 0.0], abs=0.15)
    assert offset == pytest.approx(-4, abs=0.5)


MOST = 0.06


def test_wrong_answers_are_kept_rare() -> None:
    randomness = np.random.default_rng(3)
    outcomes = [
        Outcome(best, best - 1, bool(randomness.random() < best / 12))
        for best in randomness.uniform(0, 10, 800)
    ]
    slope, offset = fit_confidence(outcomes)
    ranking = replace(plain_ranking(4), slope=slope, offset=offset)
    threshold, metrics = choose_threshold(
        ranking, outcomes, [Outcome(2, 1, is_right=False)] * 50, MOST
    )
    assert 0.5 < threshold < 0.9
    # (what is measured is rounded to four places)
    assert 0 < metrics["wrong_and_answered"] * 800 / 850 <= MOST + 1e-4
    assert metrics["strangers_answered"] == 0


def test_confidence_is_learned_from_the_sentence_too() -> None:
    """Cosines lie close together, so what they tell is learned by their own spread."""
    randomness = np.random.default_rng(5)
    outcomes = []
    for near, clear in zip(
        randomness.uniform(0.9, 1, 3_000), randomness.uniform(0, 0.6, 3_000), strict=True
    ):
        chance = 1 / (1 + np.exp(-(40 * (near - 0.95) + 5 * (clear - 0.3))))
        is_right = bool(randomness.random() < chance)
        outcomes.append(Outcome(5.0, 4.0, is_right, near=float(near), clear=float(clear)))
    slope, _ = fit_confidence(outcomes)
    assert slope == pytest.approx([0.0, 0.0, 40, 5], rel=0.15)


def test_the_threshold_counts_how_clear_the_sentence_is() -> None:
    """It is chosen by the probabilities that hits have in use: with what tells of the sentence."""
    randomness = np.random.default_rng(4)
    outcomes = [
        Outcome(5.0, 4.0, bool(randomness.random() < share), clear=float(share))
        for share in randomness.uniform(0, 1, 800)
    ]
    ranking = replace(plain_ranking(4), slope=np.array([0.0, 0.0, 0.0, 6.0]), offset=-3.0)
    threshold, metrics = choose_threshold(ranking, outcomes, [], MOST)
    answered = [
        one for one in outcomes if ranking.probability(5.0, 4.0, 0.0, one.clear) >= threshold
    ]
    assert 0 < len(answered) < len(outcomes)
    wrong = sum(not one.is_right for one in answered) / len(outcomes)
    assert metrics["wrong_and_answered"] == pytest.approx(wrong, abs=1e-4)
    assert wrong <= MOST


def test_a_shelf_follows_its_changes() -> None:
    vectors, groups = labelled(groups=6, each=4)
    passages = [Passage(f"g{group}", f"text {at}") for at, group in enumerate(groups)]
    shelf = Shelf.of(plain_ranking(24), passages, vectors)
    assert shelf.rank("text 5", vectors[5])[0].passage == passages[5]
    assert all(
        one.passage.text != "text 5" for one in shelf.rank("text 5", vectors[5], without="text 5")
    )
    shelf.remove("g1")
    assert {one.passage.group for one in shelf.rank("text 5", vectors[5])}.isdisjoint({"g1"})
    shelf.put("new", ["text 5 again"], vectors[5:6])
    assert shelf.rank("text 5", vectors[5])[0].passage.group == "new"
    np.testing.assert_array_equal(shelf.vectors(["new", "g0"]), vectors[[5, 0, 1, 2, 3]])


def test_a_group_is_known_by_all_its_texts_and_a_text_tells_nothing_of_itself() -> None:
    vectors, groups = labelled()
    of = groups.tolist()
    alone = belonging_without_itself(vectors, of)
    again = learn_belonging(np.delete(vectors, 9, axis=0), of[:9] + of[10:]).of(vectors[9])
    np.testing.assert_allclose(alone[9], [again[one] for one in dict.fromkeys(of)], atol=0.03)
    near = vectors @ vectors.T
    np.fill_diagonal(near, -2)
    by_nearest = float(np.mean(groups[near.argmax(axis=1)] == groups))
    assert float(np.mean(alone.argmax(axis=1) == groups)) > by_nearest + 0.1


def test_where_every_text_is_its_own_group_there_is_nothing_to_belong_to() -> None:
    vectors, _ = labelled(groups=4, each=2)
    assert learn_belonging(vectors, list(range(8))) is NOWHERE


def test_a_shelf_learns_a_group_that_was_added() -> None:
    vectors, groups = labelled(groups=6, each=6, noise=0.3)
    passages = [Passage(f"g{group}", f"text {at}") for at, group in enumerate(groups)]
    weights = np.array([0.0, 0.0, 0.0, 0.0, 9.0])
    shelf = Shelf.of(replace(plain_ranking(24), weights=weights), passages[:30], vectors[:30])
    shelf.put("g5", [one.text for one in passages[30:35]], vectors[30:35])
    assert shelf.rank("x", vectors[35])[0].passage.group != "g5"
    shelf.learn()
    assert shelf.rank("x", vectors[35])[0].passage.group == "g5"
