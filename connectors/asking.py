"""Channels that nobody calls: they are asked again and again what has come."""

import asyncio
import logging
import random
from typing import Final

from connectors.arrivals import Arrivals
from connectors.base import SendFailed
from connectors.messenger import Event, Messenger

log = logging.getLogger(__name__)
LONGEST_PAUSE: Final = 300.0
ASK: Final = Event("asked", "fetch")


async def ask_for_ever(arrivals: Arrivals, messenger: Messenger) -> None:
    """Take in what comes until it is cancelled; who cannot be reached is asked less often."""
    usual = messenger.asked_every or 0.0
    pause = usual
    while True:
        try:
            await arrivals.take(messenger, ASK)
            pause = usual
        except (SendFailed, TimeoutError, OSError) as error:
            told = str(error) if isinstance(error, SendFailed) else type(error).__name__
            log.warning("a channel cannot be asked", extra={"channel": messenger.name, "why": told})
            pause = min(pause * 2, LONGEST_PAUSE)
        except Exception:  # the database is down: nothing is lost, the cursor stands where it was
            log.exception("what came could not be taken in")
            pause = min(pause * 2, LONGEST_PAUSE)
        await asyncio.sleep(pause * (0.9 + random.random() / 5))  # noqa: S311 (guards nothing)
