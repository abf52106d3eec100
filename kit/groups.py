"""Groups of packages that are installed on request, and what to say when one is missing."""

from importlib.machinery import PathFinder
from typing import Final

# The modules that code here imports from each group of pyproject.toml.
GROUP_OF: Final = {
    "torch": "train",
    "transformers": "train",
    "sentence_transformers": "train",
    "peft": "train",
    "tensorboard": "train",
    "tensorflow": "peers",
    "surprise": "peers",
    "vaderSentiment": "peers",
    "pyspark": "spark",
    "py4j": "spark",
}


class MissingGroup(RuntimeError):
    """A group of packages is not installed; the message says which and how to add it."""


def is_installed(module: str) -> bool:
    """Whether `module`, which may be dotted, can be found on disk; nothing is imported."""
    path: list[str] | None = None
    for depth in range(module.count(".") + 1):
        found = PathFinder.find_spec(".".join(module.split(".")[: depth + 1]), path)
        if found is None:
            return False
        path = list(found.submodule_search_locations or ())
    return True


def require(module: str, what: str) -> None:
    """Raise MissingGroup when `module` of a group is absent; `what` needs it."""
    if not is_installed(module):
        raise MissingGroup(_said(module, what))


def explained(error: ImportError, what: str) -> str | None:
    """What to tell somebody whose `what` met `error`; None when no group would help."""
    module = (error.name or "").partition(".")[0]
    return _said(module, what) if module in GROUP_OF else None


def _said(module: str, what: str) -> str:
    group = GROUP_OF[module]
    return (
        f"{what} needs {module}, which comes with the group `{group}`; "
        f"add it with: scripts/setup.sh --with {group}"
    )
