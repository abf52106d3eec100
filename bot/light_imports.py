"""Start Rasa without the packages that it imports and our assistant never uses.

Rasa imports TensorFlow, scikit-learn and the clients of every messenger, broker and cloud at module
level, whatever the configuration says: most of its start and memory. `stand_in` puts empty modules
in their place before Rasa is imported. Whatever is then looked up in them is a class without
behaviour: good enough to be named in an annotation, a base class or a decorator at import, and a
clear error when something really tries to use it.

Most of these packages are not even installed (`LEFT_OUT`; pyproject.toml lists what Rasa needs
without them): importing `bot` stands in for those. The installed ones are stood in for where every
component is known to need none of them (`needs_the_real_ones`); with DIET, TED or another of Rasa's
learning components in the configuration, the real ones are loaded.
"""

import importlib
import importlib.abc
import importlib.machinery
import secrets
import sys
import types
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import yaml

from kit.groups import is_installed, require

# Left out of the lock: TensorFlow and what goes with it (the group `peers` adds it), helpers of
# Rasa's command line, and the clients of channels, brokers, stores and clouds that credentials.yml
# and endpoints.yml do not name. A dotted name leaves the rest of its package alone.
LEFT_OUT: Final = frozenset(
    {
        "tensorflow",
        "tensorflow_addons",
        "tensorflow_hub",
        "tensorflow_text",
        "keras",
        "sklearn_crfsuite",
        "questionary",
        "prompt_toolkit",
        "structlog_sentry",
        "aiogram",
        "slack_sdk",
        "twilio",
        "fbmessenger",
        "webexteamssdk",
        "mattermostwrapper",
        "rocketchat_API",
        "socketio",
        "google.auth",
        "google.oauth2",
        "cachecontrol",
        "aio_pika",
        "aiormq",
        "pymongo",
        "boto3",
        "botocore",
    }
)
HEAVY: Final = LEFT_OUT | {"sklearn", "matplotlib"}
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


class _PassOn:
    """Stands in for a step that is put into structlog's chain: hands on what it is given."""

    def __init__(self, *_arguments: object, **_options: object) -> None:
        """Takes whatever the real one takes."""

    def __call__(self, _logger: object, _method: str, event: object) -> object:
        return event


_DECORATORS: Final = frozenset({"function", "register_keras_serializable"})
_STEPS: Final = frozenset({"SentryProcessor"})


class _EmptyModule(types.ModuleType):
    """A module in which everything can be found and nothing can be used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found: Any
        if name in _DECORATORS:
            found = _Decorator()
        elif name in _STEPS:
            found = _PassOn
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
        parts = fullname.split(".")
        if not any(".".join(parts[:length]) in self.packages for length in (1, 2)):
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


def stand_in_for_absent() -> None:
    """Put empty modules in the place of the packages in `LEFT_OUT` that are not installed."""
    stand_in(name for name in LEFT_OUT if not is_installed(name))
    if not is_installed("randomname"):
        names = types.ModuleType("randomname", "What Rasa puts behind the time in a model's name.")
        names.get_name = partial(secrets.token_hex, 4)  # type: ignore[attr-defined]
        sys.modules.setdefault("randomname", names)


def prepare_for(config_file: Path, needed: Iterable[str] = ()) -> None:
    """Stand in for all that the components of `config_file` and `needed` do not need.

    Raises MissingGroup when it names a learning component of Rasa's own and TensorFlow is absent.
    """
    if needs_the_real_ones(config_file):
        require("tensorflow", f"a component in {config_file.name}")
    else:
        stand_in(HEAVY - set(needed))


def needs_the_real_ones(config_file: Path) -> bool:
    """Whether `config_file` names a component of Rasa's own that learns."""
    config = yaml.safe_load(config_file.read_text(encoding="utf-8")) or {}
    components = [*(config.get("pipeline") or ()), *(config.get("policies") or ())]
    if not components:
        return True  # Rasa would fill in its own defaults
    names = [str(component["name"]) for component in components]
    return any(not name.startswith("bot.") and name not in LIGHT_COMPONENTS for name in names)
