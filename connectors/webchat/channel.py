"""Web chat's way out: watchers are told, and fetch what was stored."""

from typing import Final

from desk.conversations import Delivery, LiveUpdates

NAME: Final = "webchat"


class WebChannel:
    """Delivers by live update; a browser that is away fetches the history when it is back."""

    name = NAME

    def __init__(self, updates: LiveUpdates) -> None:
        self._updates = updates

    async def send(self, delivery: Delivery) -> None:
        """Tell whoever watches the conversation."""
        self._updates.publish(delivery.conversation.id)
