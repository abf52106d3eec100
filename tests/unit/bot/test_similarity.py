"""The kernel model: leaving out in closed form is leaving out in truth, landmarks come close."""

import numpy as np
import pytest

from understanding.intents import similarity
from understanding.intents.similarity import Held, Views, best_temperature, learn

SHARES = {"en": 0.7, "words": 0.3}


def clusters(count: int, seed: int = 0) -> tuple[Views, list[str]]:
    rng = np.random.default_rng(seed)
    middles = np.random.default_rng(99).normal(size=(4, 16))
    kinds = [place % 4 for place in range(count)]
    vectors = middles[kinds] + 0.6 * rng.normal(size=(count, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    texts = [f"word{kind} thing{rng.integers(9)}" for kind in kinds]
    return Views(texts, {"en": vectors.astype(np.float32)}), [f"intent{kind}" for kind in kinds]


def test_leaving_out_in_closed_form_is_leaving_out() -> None:
    views, intents = clusters(40)
    whole = learn(views, intents, SHARES)
    near = np.exp((whole.model._similarity(views) - 1) / similarity.WIDTH)
    np.fill_diagonal(near, 1)
    hot = np.eye(4, dtype=np.float32)[[whole.model.labels.index(one) for one in intents]]
    for gone in (0, 17, 39):
        rest = np.delete(np.arange(40), gone)
        ridge = near[np.ix_(rest, rest)] + whole.penalty * np.eye(39)
        expected = near[gone, rest] @ np.linalg.solve(ridge, hot[rest])
        assert whole.left_out.scores[gone] == pytest.approx(expected, abs=2e-3)


def test_landmarks_come_close_to_all_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    views, intents = clusters(400)
    asked, meant = clusters(200, seed=1)
    exact = learn(views, intents, SHARES)
    monkeypatch.setattr(similarity, "LANDMARKS", 150)
    monkeypatch.setattr(similarity, "FEW", 50)
    some = learn(views, intents, SHARES)
    assert len(some.model.weights) == 150
    accuracy = []
    for one in (exact, some):
        scores = one.model.answers(asked).scores
        labels = [one.model.labels[place] for place in scores.argmax(axis=1)]
        accuracy.append(np.mean([a == b for a, b in zip(labels, meant, strict=True)]))
    assert accuracy[0] > 0.95
    assert abs(accuracy[0] - accuracy[1]) <= 0.02


def test_only_judged_texts_set_the_temperature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similarity, "TOO_FEW", 10)
    views, intents = clusters(60)
    wrong = [*intents[:30], *intents[31:], intents[30]]
    all_of_them = learn(views, wrong, SHARES).model.temperature
    assert learn(views, wrong, SHARES, list(range(30))).model.temperature < all_of_them


@pytest.mark.parametrize("few", [1000, 20])
def test_other_texts_can_judge(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(similarity, "FEW", few)  # with few the penalty is narrowed down first
    monkeypatch.setattr(similarity, "TOO_FEW", 10)
    views, intents = clusters(80)
    asked, meant = clusters(60, seed=2)
    right = learn(views, intents, SHARES, Held(asked, meant))
    wrong = learn(views, intents, SHARES, Held(asked, [*meant[1:], meant[0]]))
    assert right.loss < wrong.loss
    assert right.model.temperature < wrong.model.temperature
    scores = right.model.answers(asked).scores
    expected = best_temperature(scores, np.array([right.model.labels.index(m) for m in meant]))
    assert right.model.temperature == pytest.approx(expected)


def test_too_few_judges_choose_no_penalty() -> None:
    views, intents = clusters(300)
    few = learn(views, intents, SHARES, list(range(40)))
    many = learn(views, intents, SHARES, list(range(250)))
    assert few.penalty == similarity.USUAL_PENALTY != many.penalty
    asked, meant = clusters(30, seed=1)
    assert learn(views, intents, SHARES, Held(asked, meant)).penalty == similarity.USUAL_PENALTY
