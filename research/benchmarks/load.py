"""Send messages as a number of users would, one after the other each, and time every answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import numpy as np

Send = Callable[[int, str], Awaitable[bool]]


@dataclass(frozen=True)
class Latency:
    """Milliseconds a message took, at `users` at once, and how many got no proper answer."""

    users: int
    messages: int
    p50_ms: float
    p95_ms: float
    per_second: float
    failed: int


async def measure(send: Send, messages: Sequence[str], *, users: int, warm_up: int = 5) -> Latency:
    """Each of `users` sends all `messages` in turn; `send(user, text)` is True for an answer."""
    for text in messages[:warm_up]:
        await send(-1, text)
    taken: list[float] = []
    failed = 0

    async def one_user(user: int) -> None:
        nonlocal failed
        for text in messages:
            began = time.perf_counter()
            answered = await send(user, text)
            taken.append((time.perf_counter() - began) * 1000)
            failed += not answered

    began = time.perf_counter()
    await asyncio.gather(*(one_user(user) for user in range(users)))
    wall = time.perf_counter() - began
    return Latency(
        users=users,
        messages=len(taken),
        p50_ms=float(np.percentile(taken, 50)),
        p95_ms=float(np.percentile(taken, 95)),
        per_second=len(taken) / wall,
        failed=failed,
    )
