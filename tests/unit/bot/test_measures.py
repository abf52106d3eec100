"""Figures of an evaluation against what is known by hand or from scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from understanding.evaluation.measures import (
    Judged,
    area,
    calibration_error,
    confusion,
    figures,
    outcome,
)
from understanding.intents.out_of_scope import Scored, choose

TRUTH = ["a", "a", "b", "b", "c", "none", "none", "none"]
JUDGED = Judged(
    ["a", "b", "b", "b", "a", "a", "b", "c"],
    np.array([0.9, 0.6, 0.8, 0.7, 0.5, 0.4, 0.3, 0.9]),
    np.array([0.9, 0.6, 0.8, 0.2, 0.5, 0.4, 0.3, 0.9]),
)


def test_figures_are_those_of_scikit_learn() -> None:
    found = figures(outcome(JUDGED, TRUTH, 0.45, "none"))
    answers = ["a", "b", "b", "none", "a", "none", "none", "c"]
    assert found["accuracy"] == pytest.approx(4 / 8)
    assert found["in_scope_accuracy"] == pytest.approx(2 / 5)
    assert found["oos_recall"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["oos_precision"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["mcc"] == pytest.approx(metrics.matthews_corrcoef(TRUTH, answers), abs=1e-4)
    f1 = metrics.f1_score(TRUTH, answers, average="macro", zero_division=0)
    assert found["macro_f1"] == pytest.approx(f1, abs=1e-4)
    inside = [label != "none" for label in TRUTH]
    assert found["auroc"] == pytest.approx(metrics.roc_auc_score(inside, JUDGED.score), abs=1e-4)
    assert found["accuracy_low"] < found["accuracy"] < found["accuracy_high"]  # type: ignore[operator]


def test_nothing_is_rejected_without_a_label() -> None:
    result = outcome(JUDGED, TRUTH, 0.45, None)
    assert not result.rejected.any()
    assert confusion(result).sum() == len(TRUTH)
    assert figures(result)["auroc"] is None


def test_honest_confidence_has_no_error() -> None:
    confidence = np.full(1_000, 0.8, np.float32)
    right = np.arange(1_000) < 800
    assert calibration_error(confidence, right) == pytest.approx(0, abs=1e-6)
    assert calibration_error(confidence, ~right) == pytest.approx(0.6, abs=1e-6)
    assert calibration_error(confidence[:0], right[:0]) is None


def test_ties_count_half() -> None:
    assert area(np.array([0.5, 0.5]), np.array([True, False])) == 0.5
    assert area(np.array([0.5]), np.array([True])) is None


def test_the_threshold_parts_what_can_be_parted() -> None:
    inside = Scored(np.array([0.6, 0.7, 0.8, 0.9]), np.array([True, True, True, True]))
    threshold, how = choose(inside, np.array([0.1, 0.2, 0.3]), 0.3)
    assert threshold == 0.6
    assert "30%" in how
