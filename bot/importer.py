"""Reads `nlu_data/` for Rasa, so that plain `rasa train` works.

`nlu_data/<language>/{nlu,lookups}` are examples and names, `nlu_data/<language>/responses` what the
assistant says, `nlu_data/{rules,stories}` what happens when. Responses of the default language
always apply, those of another become variations that apply while the slot `language` names it.
"""

from pathlib import Path
from typing import Any, Final

import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.core.training_data.structures import StoryGraph
from rasa.shared.importers import utils
from rasa.shared.importers.importer import TrainingDataImporter
from rasa.shared.nlu.training_data.training_data import TrainingData
from rasa.shared.utils.io import read_model_configuration

from kit.intents import FILE, OWN, BadIntents, load_intents
from kit.languages import DEFAULT_LANGUAGE, LANGUAGES, Language, facts
from understanding.language import written_in

ROOT: Final = Path("nlu_data")
FOLDER: Final = "folder"  # what an example carries where only its folder tells its language


class TrainingFilesError(ValueError):
    """A file of the training data is wrong; the message names it, the key and the fix."""


class NluDataImporter(TrainingDataImporter):  # type: ignore[misc]
    """Puts the files of all languages together."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: list[str] | str | None = None,
        **_options: Any,
    ) -> None:
        self._config_file = config_file
        self._domain_file = Path(domain_path or "domain.yml")
        self._root = self._domain_file.parent / ROOT
        self._examples: TrainingData | None = None

    def get_config(self) -> dict[str, Any]:
        """The pipeline and the policies."""
        if self._config_file is None:
            return {}
        config: dict[str, Any] = read_model_configuration(self._config_file)
        return config

    def get_config_file_for_auto_config(self) -> str | None:
        """The file Rasa would fill in, which is complete already."""
        return self._config_file

    def get_domain(self) -> Domain:
        """domain.yml with the responses of all languages, the declared intents and admins' own."""
        content = _read(self._domain_file)
        content["responses"] = merged_responses(self._root)
        known = [*(content.get("intents") or ()), *self._declared()]
        content["intents"] = [*known, *sorted(self._own_intents() - set(map(_name, known)))]
        return Domain.from_dict(content)

    def get_stories(self, exclusion_percentage: int | None = None) -> StoryGraph:
        """Rules and stories, which know no language."""
        files = self._files("rules") + self._files("stories")
        return utils.story_graph_from_paths(files, self.get_domain(), exclusion_percentage)

    def get_conversation_tests(self) -> StoryGraph:
        """None: whole conversations are tested with the real actions."""
        return StoryGraph([])

    def get_nlu_data(self, language: str | None = DEFAULT_LANGUAGE) -> TrainingData:
        """Examples, synonyms, patterns and lookups of every language, read once."""
        if self._examples is not None:
            return self._examples
        found = []
        for name in LANGUAGES:
            files = [file for one in ("nlu", "lookups") for file in self._files(f"{name}/{one}")]
            found.append(utils.training_data_from_paths(files, language))
            if len(written_in(facts(name).script)) > 1:  # letters alone do not tell it
                for example in found[-1].training_examples:
                    example.set(FOLDER, name)
        self._examples = TrainingData().merge(*found)
        return self._examples

    def _own_intents(self) -> set[str]:
        """Intents of an admin's own; every other one is declared."""
        return {name for name in self.get_nlu_data().intents if name.startswith(OWN)}

    def _declared(self) -> list[str]:
        path = self._root / FILE
        try:
            return list(load_intents(path)) if path.exists() else []
        except BadIntents as error:
            raise TrainingFilesError(str(error)) from error

    def _files(self, folder: str) -> list[str]:
        return sorted(str(path) for path in (self._root / folder).glob("*.yml"))


def _name(intent: Any) -> str:
    """An intent's name; one with options is a mapping in Rasa's format."""
    return str(next(iter(intent)) if isinstance(intent, dict) else intent)


def merged_responses(root: Path) -> dict[str, list[dict[str, Any]]]:
    """Variations by response name, those of further languages on the condition of the language.

    A language without a response says the default language's. Raises TrainingFilesError when a
    response exists twice, or not in the default language.
    """
    by_language = {language: _responses(root, language) for language in LANGUAGES}
    for language, found in by_language.items():
        for name, (file, _) in found.items():
            if name not in by_language[DEFAULT_LANGUAGE]:
                raise TrainingFilesError(
                    f"{file}: {name} exists in {language} only; add it to "
                    f"nlu_data/{DEFAULT_LANGUAGE}/responses"
                )
    merged: dict[str, list[dict[str, Any]]] = {}
    for name, (_, variations) in by_language[DEFAULT_LANGUAGE].items():
        merged[name] = list(variations)
        for language in LANGUAGES:
            if language != DEFAULT_LANGUAGE and name in by_language[language]:
                condition = [{"type": "slot", "name": "language", "value": language}]
                own = by_language[language][name][1]
                merged[name] += [{**one, "condition": condition} for one in own]
    return merged


def _responses(root: Path, language: Language) -> dict[str, tuple[str, list[dict[str, Any]]]]:
    found: dict[str, tuple[str, list[dict[str, Any]]]] = {}
    for path in sorted((root / language / "responses").glob("*.yml")):
        for name, variations in (_read(path).get("responses") or {}).items():
            if name in found:
                raise TrainingFilesError(f"{path.name}: {name} stands in {found[name][0]} too")
            found[name] = (path.name, variations)
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise TrainingFilesError(f"{path}: {error}") from error
    if not isinstance(content, dict):
        raise TrainingFilesError(f"{path}: a mapping is expected")
    return content
