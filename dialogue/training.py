"""Learning the acts from nlu_data, and loading what was learned."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

from dialogue.acts_data import read_folder
from dialogue.acts_model import ActsModel, train_acts
from dialogue.interpreter import LearnedInterpreter
from encoders.scores import Vectors
from encoders.shared import Encoders, shared_encoders
from kit.i18n import LANGUAGES, Language
from understanding.ngrams import with_one_number

log = logging.getLogger(__name__)
FOLDER: Final = "dialogue"


def train_dialogue(nlu_data: Path, data_dir: Path) -> dict[str, float]:
    """Learn the acts of each language that has examples; figures by language.

    Raises BadActs for a file that is wrong.
    """
    encoders = shared_encoders(data_dir)
    fitted: dict[Language, Future[ActsModel]] = {}
    # One language is fitted on one core while the next is encoded on the others.
    with ThreadPoolExecutor(1) as fitting:
        for language in LANGUAGES:
            examples = read_folder(nlu_data / language / "acts")
            if not examples:
                continue
            said = [with_one_number(one.text) for one in examples]
            texts = sorted(set(said))  # many stand in several contexts
            places = {text: place for place, text in enumerate(texts)}
            vectors = encoders.encode(texts, language)[[places[text] for text in said]]
            fitted[language] = fitting.submit(train_acts, examples, vectors)
    figures: dict[str, float] = {}
    for language, one in fitted.items():
        model = one.result()
        model.save(data_dir / FOLDER, language)
        figures[f"acts_{language}_examples"] = model.metrics["examples"]
        log.info("acts learned", extra={"language": language, **model.metrics})
    return figures


def has_learned(nlu_data: Path, data_dir: Path) -> bool:
    """Whether the acts of each language that has examples were learned."""
    return all(
        (data_dir / FOLDER / f"{language}.json").exists()
        for language in LANGUAGES
        if any((nlu_data / language / "acts").glob("*.yml"))
    )


def load_interpreter(data_dir: Path) -> LearnedInterpreter:
    """The interpreter with the acts that were learned; rules and intents alone without any."""
    models = {
        language: ActsModel.load(data_dir / FOLDER, language)
        for language in LANGUAGES
        if (data_dir / FOLDER / f"{language}.json").exists()
    }
    encoders: Encoders = shared_encoders(data_dir)

    def encode(text: str, language: Language) -> Vectors | None:
        vector: Vectors = encoders.encode([with_one_number(text)], language)[0]
        return vector

    return LearnedInterpreter(models, encode)
