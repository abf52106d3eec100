"""What a channel is: a way out for messages. Its way in are its own routes.

A channel lives in a folder beside this file. Its routes verify who is calling, claim the event
(`conversations.claim_event`), store the message and answer at once; the worker does the rest.
"""

from datetime import timedelta
from typing import Protocol

from conversations import Delivery


class SendFailed(RuntimeError):
    """The channel did not take a message; it is tried again, after `retry_after` if given."""

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class Channel(Protocol):
    """A way out."""

    name: str

    async def send(self, delivery: Delivery) -> None:
        """Bring one message to its contact; raises SendFailed. `delivery.id` is the reference."""
        ...
