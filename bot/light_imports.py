"""Start Rasa without the heavy packages that it imports and our assistant never uses.

Rasa imports TensorFlow, scikit-learn and the clients of every messenger, broker and cloud at module
level, whatever the configuration says: most of its start and memory. `stand_in` puts empty modules
in their place before Rasa is imported. Whatever is then looked up in them is a class without
behaviour: good enough to be named in an annotation, a base class or a decorator at import, and a
clear error when something really tries to use it.

It is used where every component is known to need none of them (`needs_the_real_ones`); with DIET,
TED or another of Rasa's learning components in the configuration, the real packages are loaded.
"""

import importlib
import importlib.abc
import importlib.machinery
import sys
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

HEAVY: Final = frozenset(
    {
        # Rasa's own models
        "tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras", "sklearn",
        "sklearn_crfsuite", "matplotlib",
        # channels, brokers, stores and clouds that are not in credentials.yml or endpoints.yml
        "aiogram", "slack_sdk", "twilio", "fbmessenger", "webexteamssdk", "mattermostwrapper",
        "rocketchat_API", "pymongo", "boto3", "botocore", "questionary", "prompt_toolkit",
    }
)  # fmt: skip
# Components of Rasa that run without any of the packages above.
LIGHT_COMPONENTS: Final = frozenset(
    {"RulePolicy", "MemoizationPolicy", "AugmentedMemoizationPolicy"}
)


class StandInError(RuntimeError):
    """Code reached for a package that this process was started without."""


class _Nameless(type):
    """Metaclass of the empty classes: any attribute is another one, any subscript itself."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _empty_class(name)

    def __getitem__(cls, _item: object) -> Any:
        return cls

    def __or__(cls, _other: object) -> Any:
        return cls

    def __ror__(cls, _other: object) -> Any:
        return cls


def _empty_class(name: str) -> type:
    if name.endswith(("Error", "Exception", "Failure")):
        return type(name, (Exception,), {"__module__": __name__})  # may stand in an except clause

    def refuse(self: object, *_arguments: object, **_options: object) -> None:
        raise StandInError(f"{name}: this process runs without the package it belongs to")

    return _Nameless(name, (), {"__module__": __name__, "__init__": refuse})


class _Decorator:
    """Works as `@decorator` and as `@decorator(...)` and leaves what it decorates as it is."""

    def __call__(self, *arguments: Any, **_options: Any) -> Any:
        if len(arguments) == 1 and callable(arguments[0]):
            return arguments[0]
        return lambda decorated: decorated


_DECORATORS: Final = frozenset({"function", "register_keras_serializable"})


class _EmptyModule(types.ModuleType):
    """A module in which everything can be found and nothing can be used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found: Any
        if name in _DECORATORS:
            found = _Decorator()
        elif name[0].islower() and not name[-1].isdigit():
            found = importlib.import_module(f"{self.__name__}.{name}")
        else:
            found = _empty_class(name)
        setattr(self, name, found)
        return found

    def __call__(self, *_arguments: object, **_options: object) -> Any:
        raise StandInError(f"{self.__name__}: this process runs without it")


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def __init__(self, packages: Iterable[str]) -> None:
        self.packages = frozenset(packages)

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,
        target: types.ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname.partition(".")[0] not in self.packages:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _EmptyModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        module.__path__ = []


def stand_in(packages: Iterable[str] = HEAVY) -> None:
    """Put empty modules in the place of `packages`; those loaded already stay as they are."""
    absent = {name for name in packages if name not in sys.modules}
    sys.meta_path.insert(0, _Finder(absent))


def needs_the_real_ones(config_file: Path) -> bool:
    """Whether `config_file` names a component of Rasa's own that learns."""
    config = yaml.safe_load(config_file.read_text(encoding="utf-8")) or {}
    components = [*(config.get("pipeline") or ()), *(config.get("policies") or ())]
    if not components:
        return True  # Rasa would fill in its own defaults
    names = [str(component["name"]) for component in components]
    return any(not name.startswith("bot.") and name not in LIGHT_COMPONENTS for name in names)
