"""Rasa's DIET, trained on the same examples in this process, to be measured beside.

The pipeline and the 100 epochs are those that `rasa init` of Rasa 3.6 writes. Chinese, which the
whitespace tokenizer takes for one word, is split into characters first. Labelled out-of-scope texts
of the training file are an intent of their own, as Rasa's users have it.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from kit.i18n import Language
from understanding.entities.units import Span, units_of
from understanding.evaluation.examples import BadExamples, Example
from understanding.evaluation.measures import Judged

# The least confidence that Rasa's FallbackClassifier asks for when nothing else is said.
THRESHOLD: Final = 0.3
EPOCHS: Final = 100


class Diet:
    """Rasa's DIET for intents and entities."""

    def __init__(self, language: Language, epochs: int = EPOCHS, seed: int = 7) -> None:
        from rasa.engine.graph import ExecutionContext, GraphSchema
        from rasa.engine.storage.local_model_storage import LocalModelStorage
        from rasa.engine.storage.resource import Resource
        from rasa.nlu.classifiers.diet_classifier import DIETClassifier
        from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import (
            CountVectorsFeaturizer,
        )
        from rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer import (
            LexicalSyntacticFeaturizer,
        )
        from rasa.nlu.featurizers.sparse_featurizer.regex_featurizer import RegexFeaturizer
        from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer

        self.threshold = -np.inf
        self.threshold_chosen = "not used"
        self._oos_label: str | None = None
        # Kept for the life of this object: the components store themselves there.
        self._folder = tempfile.TemporaryDirectory(prefix="diet-")
        storage = LocalModelStorage.create(Path(self._folder.name))

        def made(name: str, kind: Any, **options: Any) -> Any:
            context = ExecutionContext(GraphSchema({}), node_name=name)
            config = {**kind.get_default_config(), **options}
            return kind.create(config, storage, Resource(name), context)

        characters = {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}
        tokenizer = made("tokenizer", WhitespaceTokenizer)
        self._tokenizer = _characters() if language == "zh" else tokenizer
        self._featurizers = [
            made("regex", RegexFeaturizer),
            made("lexical", LexicalSyntacticFeaturizer),
            made("words", CountVectorsFeaturizer),
            made("characters", CountVectorsFeaturizer, **characters),
        ]
        self._classifier = made(
            "diet", DIETClassifier, epochs=epochs, random_seed=seed, constrain_similarities=True
        )

    def fit(
        self, train: Sequence[Example], validation: Sequence[Example], oos_label: str | None
    ) -> None:
        """Learn intents and, where examples have spans, entities."""
        from rasa.shared.nlu.training_data.training_data import TrainingData

        known = TrainingData([_message(one) for one in train])
        self._tokenizer.process_training_data(known)
        for featurizer in self._featurizers:
            featurizer.train(known)
            featurizer.process_training_data(known)
        self._classifier.train(known)
        self._oos_label = oos_label
        if oos_label is not None:
            self.threshold, self.threshold_chosen = THRESHOLD, "what Rasa's FallbackClassifier has"

    def judge(self, texts: Sequence[str]) -> Judged:
        """Labels with DIET's own confidence; 0 is the score of what it takes for out of scope."""
        found = [self._read(text).get("intent") or {} for text in texts]
        labels = [str(one.get("name") or "") for one in found]
        confidence = np.array([float(one.get("confidence") or 0) for one in found])
        inside = np.array([label != self._oos_label for label in labels])
        return Judged(labels, confidence, confidence * inside)

    def entities(self, texts: Sequence[str]) -> list[list[Span]]:
        """The entities of each text, in order."""
        return [
            [Span(one["entity"], one["start"], one["end"]) for one in found]
            for found in (self._read(text).get("entities") or [] for text in texts)
        ]

    def facts(self) -> dict[str, Any]:
        """Nothing further."""
        return {}

    def save(self, folder: Path, measured: dict[str, Any]) -> None:
        """A peer is measured and not kept; raises BadExamples."""
        raise BadExamples("--save keeps --model concierge only")

    def _read(self, text: str) -> Any:
        from rasa.shared.nlu.training_data.message import Message

        message = Message({"text": text})
        for step in (self._tokenizer, *self._featurizers, self._classifier):
            step.process([message])
        return message


def _message(example: Example) -> Any:
    from rasa.shared.nlu.training_data.message import Message

    data: dict[str, Any] = {"text": example.text}
    if example.intent:
        data["intent"] = example.intent
    if example.spans:
        data["entities"] = [
            {
                "entity": span.entity,
                "start": span.start,
                "end": span.end,
                "value": example.text[span.start : span.end],
            }
            for span in example.spans
        ]
    return Message(data)


def _characters() -> Any:
    from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer

    class CharacterTokenizer(Tokenizer):  # type: ignore[misc]
        """Words of Latin letters, numbers, and single Chinese characters."""

        def tokenize(self, message: Any, attribute: str) -> list[Any]:
            return [Token(unit.text, unit.start) for unit in units_of(message.get(attribute))]

    return CharacterTokenizer(
        {"intent_tokenization_flag": False, "intent_split_symbol": "_", "token_pattern": None}
    )
