"""Rate limits: token buckets per address and per conversation, in this process's memory."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from typing import Final

from connectors.errors import Refusal

MOST_BUCKETS: Final = 50_000


@dataclass(frozen=True)
class Limit:
    """`burst` at once, refilled evenly over `seconds`."""

    burst: int
    seconds: float


NEW_CONVERSATIONS: Final = Limit(60, 600.0)
MESSAGES_PER_CONVERSATION: Final = Limit(40, 60.0)
TRANSCRIPTS_PER_CONVERSATION: Final = Limit(3, 600.0)
PICTURES_PER_CONVERSATION: Final = Limit(10, 60.0)
REQUESTS_PER_ADDRESS: Final = Limit(600, 60.0)


class RateLimiter:
    """Counts what each (limit, key) pair has used; the least recently used keys are forgotten."""

    def __init__(
        self, *, is_enabled: bool = True, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._is_enabled = is_enabled
        self._monotonic = monotonic
        self._buckets: OrderedDict[tuple[Limit, str], tuple[float, float]] = OrderedDict()

    def spend(self, limit: Limit, key: str) -> None:
        """Take one token; raises a 429 Refusal that says when to come back."""
        if not self._is_enabled:
            return
        now = self._monotonic()
        tokens, at = self._buckets.pop((limit, key), (float(limit.burst), now))
        rate = limit.burst / limit.seconds
        tokens = min(float(limit.burst), tokens + (now - at) * rate)
        allowed = tokens >= 1.0
        self._buckets[(limit, key)] = (tokens - 1.0 if allowed else tokens, now)
        while len(self._buckets) > MOST_BUCKETS:
            self._buckets.popitem(last=False)
        if not allowed:
            raise Refusal(
                429,
                "too_many_requests",
                "That was a lot at once. Please wait a moment and try again.",
                retry_after=max(1, ceil((1.0 - tokens) / rate)),
            )
