"""Child processes that do not outlive the process that started them."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from typing import Final

SET_PARENT_DEATH_SIGNAL: Final = 1  # PR_SET_PDEATHSIG of Linux' prctl(2)


def ends_with_parent() -> Callable[[], None]:
    """What a child runs before its program, as `preexec_fn`: it is killed when its parent dies.

    Linux tells it by the thread that started it, which must therefore live as long as the child.
    Elsewhere nothing is done.
    """
    parent = os.getpid()
    if sys.platform != "linux":
        return lambda: None
    prctl = ctypes.CDLL(None).prctl  # looked up here: nothing may be loaded after the fork

    def prepare() -> None:
        prctl(SET_PARENT_DEATH_SIGNAL, signal.SIGKILL)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return prepare
