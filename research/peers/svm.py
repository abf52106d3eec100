"""The floor that ours is measured beside: n-grams into a linear support vector machine for intents,
a linear chain over words and their neighbours for entities. No encoder, no network."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from understanding.entities.fit import fit as fit_tagger
from understanding.entities.tagger import Tagger
from understanding.entities.units import Annotated, Span
from understanding.evaluation.examples import BadExamples, Example
from understanding.evaluation.measures import Judged
from understanding.intents.out_of_scope import STRANGE, Scored, choose

GIVEN_UP: Final = 0.25
HELD_OUT: Final = 5


class LinearSvm:
    """TF-IDF of words and of characters within words into a linear SVM, as scikit-learn has it."""

    def __init__(self) -> None:
        self.threshold = -np.inf
        self.threshold_chosen = "not used"
        self._model = _pipeline()
        self._tagger: Tagger | None = None

    def fit(
        self, train: Sequence[Example], validation: Sequence[Example], oos_label: str | None
    ) -> None:
        """Learn entities, where examples have some, and intents; choose a threshold.

        Without out-of-scope texts to choose it by, a share of a held-out fifth is given up.
        """
        if any(one.spans for one in train):
            self._tagger = fit_tagger([Annotated(one.text, one.spans) for one in train])
        if not all(one.intent for one in train):
            return
        known = [one for one in train if one.intent != oos_label]
        strangers = [one.text for one in (*train, *validation) if one.intent == oos_label]
        if oos_label is not None:
            inside = [one for one in validation if one.intent != oos_label]
            seen = known
            if not inside:
                order = np.random.default_rng(7).permutation(len(known))
                cut = len(known) // HELD_OUT
                inside, seen = [known[at] for at in order[:cut]], [known[at] for at in order[cut:]]
            _learn(self._model, seen)
            judged = self.judge([one.text for one in inside])
            right = np.array(
                [a == one.intent for a, one in zip(judged.labels, inside, strict=True)]
            )
            if strangers:
                self.threshold, self.threshold_chosen = choose(
                    Scored(judged.score, right), self.judge(strangers).score, STRANGE
                )
            else:
                self.threshold = float(np.quantile(judged.score, GIVEN_UP))
                self.threshold_chosen = f"{GIVEN_UP:.0%} quantile of held-out scores"
        _learn(self._model, known)

    def judge(self, texts: Sequence[str]) -> Judged:
        """Labels; confidence is the softmax of the margins, the score the highest margin."""
        margins = self._model.decision_function(list(texts))
        if margins.ndim == 1:
            margins = np.stack([-margins, margins], axis=1)
        labels = [str(self._model.classes_[place]) for place in margins.argmax(axis=1)]
        shares = np.exp(margins - margins.max(axis=1, keepdims=True))
        return Judged(labels, 1 / shares.sum(axis=1), margins.max(axis=1))

    def entities(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text."""
        return self._tagger.predict(texts) if self._tagger else [[] for _ in texts]

    def facts(self) -> dict[str, Any]:
        """Nothing further."""
        return {}

    def save(self, folder: Path, measured: dict[str, Any]) -> None:
        """A peer is measured and not kept; raises BadExamples."""
        raise BadExamples("--save keeps --model concierge only")


def _pipeline() -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    return make_pipeline(
        make_union(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
            TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
        ),
        LinearSVC(C=1.0, random_state=7),
    )


def _learn(model: Any, examples: Sequence[Example]) -> None:
    model.fit([one.text for one in examples], [one.intent for one in examples])
