"""Blocks of work on all cores; the loops inside release Python's lock."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor


def threads() -> int:
    """How many threads to use: NUMBA_NUM_THREADS, else the cores that this process may use."""
    return int(os.environ.get("NUMBA_NUM_THREADS", 0)) or len(os.sched_getaffinity(0))


def shared(
    work: Callable[[Sequence[int]], int],
    begins: Sequence[int],
    progress: Callable[[float], None] = lambda _: None,
    *,
    together: int = 64,
) -> int:
    """Run `work` over `together` of `begins` at a time on all threads; the sum of its answers."""
    slices = [begins[at : at + together] for at in range(0, len(begins), together)]
    made = 0
    with ThreadPoolExecutor(threads()) as pool:
        for done, one in enumerate(pool.map(work, slices), start=1):
            made += one
            progress(done / len(slices))
    return made
