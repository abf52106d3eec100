"""What the sender needs of a channel: a way out for messages.

A messenger gets its way out from `connectors.way_out`; it only says how it writes and sends.
"""

from datetime import timedelta
from typing import Protocol

from conversations import Delivery


class SendFailed(RuntimeError):
    """The channel did not take a message; it is tried again, after `retry_after` if given.

    `is_final` where a later try cannot go better: the shopper blocked us, the window is closed.
    """

    def __init__(
        self, reason: str, retry_after: timedelta | None = None, *, is_final: bool = False
    ) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        self.is_final = is_final


class Channel(Protocol):
    """A way out."""

    @property
    def name(self) -> str:
        """The channel's name."""
        ...

    async def send(self, delivery: Delivery) -> None:
        """Bring one message to its contact; raises SendFailed. `delivery.id` is the reference."""
        ...
