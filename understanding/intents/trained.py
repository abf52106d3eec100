"""The assistant's understanding as `concierge nlu evaluate` measures it on files of any shop.

English is seen by MiniLM and by the multilingual encoder, which is the better one on short and
misspelt texts; other languages by the multilingual one alone. A fine-tuned encoder takes MiniLM's
place. Intents come from `intents.similarity`, entities from `entities.tagger`. Slips of the
finger are put right first (`understanding.spelling`), in English, for intents only.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np

from encoders.hashed import HashedEncoder, is_hashed
from encoders.onnx import OnnxEncoder, whole_words
from encoders.shared import ensure_exports, export_folder
from kit.i18n import LANGUAGES, Language
from kit.languages import facts
from understanding.entities.encoder_states import EncoderStates
from understanding.entities.fit import fit as fit_tagger
from understanding.entities.tagger import Tagger
from understanding.entities.units import Annotated, Span
from understanding.evaluation.card import write_card
from understanding.evaluation.examples import BadExamples, Example
from understanding.evaluation.measures import Judged
from understanding.evaluation.noise import noisy_copies
from understanding.intents.out_of_scope import (
    LEFT_OUT,
    STRANGE,
    Scored,
    choose,
    in_scope_score,
    left_out_scores,
    without_intents,
)
from understanding.intents.similarity import (
    WORDS,
    Floats,
    Held,
    Learned,
    SimilarityModel,
    Views,
    learn,
)
from understanding.spelling import Speller
from understanding.tuning.plan import TuningPlan

# Shares of the views (each language's `views`) are from leave-one-out likelihood on Banking77's 770
# and HINT3's training texts. What the views are called outside; each can be left out, to see what
# the vote of all is worth.
VIEWS: Final = {**{facts(one).view: one for one in LANGUAGES}, WORDS: WORDS}
# What a tuned encoder may count instead, and so many examples do to choose by.
TUNED_SHARES: Final = (0.7, 0.9)
ENOUGH: Final = 4000
Report = Callable[[str], None]

if TYPE_CHECKING:
    from understanding.tuning.encoder import TunedEncoder


class Encodes(Protocol):
    """An encoder, exported or fine-tuned."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """Unit vectors, shape (texts, dimensions)."""


def loaded(folder: Path) -> OnnxEncoder | HashedEncoder:
    """The exported encoder of a folder, or what stands in where none could be had."""
    return HashedEncoder() if is_hashed(folder) else OnnxEncoder(folder)


def encoders_of(shares: Mapping[str, float], data_dir: Path) -> dict[Language, Encodes]:
    """The encoders among the views that `shares` weigh."""
    wanted = [name for name in LANGUAGES if name in shares]
    return {name: loaded(export_folder(data_dir, name)) for name in wanted}


def shares_of(language: Language, views: Sequence[str]) -> dict[str, float]:
    """What each of some views counts, in all 1; every view of the language where none is named.

    Raises BadExamples for a view that the language has not.
    """
    known = {name: place for name, place in VIEWS.items() if place in facts(language).views}
    for name in views:
        if name not in known:
            raise BadExamples(
                f"--views must be some of {', '.join(known)} for {language}, got {name!r}"
            )
    chosen = {known[name]: facts(language).views[known[name]] for name in views or known}
    return {place: share / sum(chosen.values()) for place, share in chosen.items()}


class Ours:
    """Intents and entities learned from examples of one language."""

    def __init__(
        self,
        language: Language,
        data_dir: Path,
        plan: TuningPlan,
        noise: Sequence[str] = (),
        copies: int = 2,
        *,
        views: Sequence[str] = (),
        report: Report = lambda _: None,
        encoders: Mapping[Language, Encodes] | None = None,
    ) -> None:
        self.threshold = -np.inf
        self.threshold_chosen = "not used"
        self._language = language
        self._shares = shares_of(language, views)
        self._plan, self._noise, self._copies, self._report = plan, noise, copies, report
        ensure_exports(data_dir)
        self._data_dir = data_dir
        loaded_now = encoders or encoders_of(self._shares, data_dir)
        self._encoders = {name: one for name, one in loaded_now.items() if name in self._shares}
        self._learned: Learned
        self._tuned: TunedEncoder | None = None
        self._model: SimilarityModel | None = None
        self._tagger: Tagger | None = None
        self._speller: Speller | None = None
        self._facts: dict[str, Any] = {}

    def fit(
        self, train: Sequence[Example], validation: Sequence[Example], oos_label: str | None
    ) -> None:
        """Learn intents, where all examples have one, and entities, where some have."""
        known = [one for one in train if one.intent and one.intent != oos_label]
        if known:
            if facts(self._language).measured_in == "words":
                whole = whole_words(export_folder(self._data_dir, self._language))
                self._speller = Speller([one.text for one in known], whole)
            intents = {one.intent for one in known}
            asked = [one for one in validation if one.intent in intents]
            unseen = self._tune(known, asked)
            self._learn(known, unseen, asked)
            if oos_label is not None:
                self._choose(known, (*train, *validation), validation, unseen, oos_label)
        elif self._plan.gear != "frozen":
            raise BadExamples("--tuning learns from intents; give every example one")
        if any(one.spans for one in train):
            self._report("learning entities")
            annotated = [Annotated(one.text, one.spans) for one in train]
            self._tagger = fit_tagger(annotated, self._states(), report=self._report)

    def judge(self, texts: Sequence[str]) -> Judged:
        """Labels, calibrated probabilities and scores of being in scope."""
        assert self._model is not None, "fit first"
        answers = self._model.answers(self._asked(texts))
        probability = self._model.probabilities(answers.scores)
        best = probability.argmax(axis=1)
        confidence = probability.max(axis=1)
        return Judged(
            [self._model.labels[place] for place in best],
            confidence,
            in_scope_score(confidence, answers),
        )

    def entities(self, texts: Sequence[str]) -> list[list[Span]]:
        """The spans of each text."""
        return self._tagger.predict(texts) if self._tagger else [[] for _ in texts]

    def facts(self) -> dict[str, Any]:
        """Temperature, regularisation and what tuning did."""
        return self._facts

    def save(self, folder: Path, measured: dict[str, Any]) -> None:
        """Keep intents, entities and a card that says what they are."""
        if self._model is not None:
            self._model.save(folder)
        if self._tagger is not None:
            self._tagger.save(folder)
        if self._tuned is not None:
            self._tuned.save(folder / "encoder")
        encoders = {
            str(name): one.card.model if isinstance(one, OnnxEncoder) else type(one).__name__
            for name, one in self._encoders.items()
        }
        write_card(folder, encoders, self._plan, self._noise, measured)

    def _views(self, texts: Sequence[str]) -> Views:
        return Views(texts, {name: one.encode(texts) for name, one in self._encoders.items()})

    def _states(self) -> EncoderStates | None:
        """What the tagger reads: the tuned encoder where entities were part of its task."""
        if self._tuned is not None and self._plan.entities > 0:
            return EncoderStates(self._tuned)
        frozen = loaded(export_folder(self._data_dir, self._language))
        return EncoderStates(frozen) if isinstance(frozen, OnnxEncoder) else None

    def _asked(self, texts: Sequence[str]) -> Views:
        """What texts to judge look like, slips put right."""
        if self._speller is not None:
            texts = [self._speller.corrected(text) for text in texts]
        return self._views(texts)

    def _tune(self, known: Sequence[Example], validation: Sequence[Example]) -> list[int] | None:
        """Put a fine-tuned encoder in the first one's place; the examples that it did not see."""
        if self._plan.gear == "frozen":
            return None
        from understanding.tuning.encoder import tuned_encoder

        name = self._language
        if name not in self._shares:
            raise BadExamples(f"--tuning needs the view of the encoder for {name} among --views")
        copies = noisy_copies([one.text for one in known], self._noise, self._copies, 7)
        tuned = tuned_encoder(name, known, copies, validation, self._plan, self._report)
        self._encoders[name] = self._tuned = tuned
        found = tuned.tuned
        self._facts |= {
            "tuning_epochs": len(found.losses),
            "tuning_held_out_accuracy": round(found.held_out_accuracy, 4),
        }
        return found.held_out

    def _learn(
        self, known: Sequence[Example], unseen: list[int] | None, validation: Sequence[Example]
    ) -> None:
        """Learn intents; `unseen` are the examples that a tuned encoder has not learned from, none
        where it had the validation part to stop by."""
        self._report("reading the texts with the encoders")
        texts, intents = [one.text for one in known], [one.intent for one in known]
        copies = noisy_copies(texts, self._noise, self._copies, 7)
        views = self._views([*texts, *(text for _, text in copies)])
        intents += [intents[place] for place, _ in copies]
        judged: list[int] | Held | None = unseen
        if self._tuned is not None and not unseen and validation:
            asked = self._asked([one.text for one in validation])
            judged = Held(asked, [one.intent for one in validation])
        self._report("learning intents")
        self._shares = self._shares_after_tuning(views, intents, judged)
        learned = learn(views, intents, self._shares, judged)
        self._learned, self._model = learned, learned.model
        self._facts |= {
            "temperature": round(learned.model.temperature, 4),
            "penalty": learned.penalty,
            **{
                f"share_{name}": round(self._shares[place], 3)
                for name, place in VIEWS.items()
                if place in self._shares
            },
        }

    def _shares_after_tuning(
        self, views: Views, intents: Sequence[str], judged: list[int] | Held | None
    ) -> dict[str, float]:
        """The shares under which texts that a tuned encoder has not learned from are likeliest.

        An encoder that has learned the task may deserve more of the vote than one that has not.
        """
        if self._tuned is None or len(self._shares) < 2:
            return self._shares
        unseen = [] if isinstance(judged, Held) else judged or []
        others = np.random.default_rng(7).permutation(sorted({*range(len(intents))} - {*unseen}))
        rows = [*unseen, *others[:ENOUGH].tolist()]
        if not isinstance(judged, Held):
            judged = list(range(len(unseen)))
        part, meant = views.rows(rows), [intents[row] for row in rows]
        options = [self._shares]
        for share in TUNED_SHARES:
            rest = (1 - share) / (1 - self._shares[self._language])
            options.append(
                {
                    place: share if place == self._language else rest * own
                    for place, own in self._shares.items()
                }
            )
        return min(options, key=lambda option: learn(part, meant, option, judged).loss)

    def _choose(
        self,
        known: Sequence[Example],
        labelled: Sequence[Example],
        validation: Sequence[Example],
        unseen: list[int] | None,
        oos_label: str,
    ) -> None:
        """The threshold from validation and labelled texts where there are some, else from texts
        and whole intents that a model was kept from."""
        assert self._model is not None
        strangers = [one.text for one in labelled if one.intent == oos_label]
        inside = [one for one in validation if one.intent in set(self._model.labels)]
        if not strangers:
            views = self._views([one.text for one in known])
            intents = [one.intent for one in known]
            found, outside = without_intents(views, intents, self._shares, self._report)
            self.threshold, how = choose(found, outside, LEFT_OUT)
            self.threshold_chosen = f"{how}, on training intents left out in turn"
            return
        if inside:
            judged = self.judge([one.text for one in inside])
            right = [a == one.intent for a, one in zip(judged.labels, inside, strict=True)]
            found = Scored(judged.score, np.array(right))
        else:
            rows = unseen or list(range(len(known)))
            found = left_out_scores(self._learned, [one.intent for one in known], rows)
        self.threshold, how = choose(found, self.judge(strangers).score, STRANGE)
        where = "validation" if inside else "left-out training"
        self.threshold_chosen = f"{how}, on {where} and labelled out-of-scope texts"
