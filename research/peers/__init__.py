"""Other methods that benchmarks run beside ours."""

from collections.abc import Callable
from typing import Any, Final

from kit.i18n import Language


def _diet(language: Language) -> Any:
    from research.peers.diet import Diet

    return Diet(language)


def _svm(_language: Language) -> Any:
    from research.peers.svm import LinearSvm

    return LinearSvm()


# By name, each loaded only when it is asked for: TensorFlow takes seconds.
PEERS: Final[dict[str, Callable[[Language], Any]]] = {"diet": _diet, "svm": _svm}
