"""Channels: where providers call, what is set, what came, what could not be sent.

The front opens what the environment names and stops where something is missing; here it is looked
after. Values are never shown, only that they are set.
"""

from dataclasses import dataclass
from typing import cast

from aiohttp import web
from sqlalchemy.orm import Session

from conversations import ChannelHealth, DeadLetter, channel_health, dead_letters, send_again
from desk.tickets import audit
from desk.web.access import current_agent
from desk.web.desk import DESK
from desk.web.errors import not_found
from desk.web.forms import form_of, go
from desk.web.pages import whole
from desk.web.rendering import page
from desk.web.supervise import reading
from kit.settings import Settings


@dataclass(frozen=True)
class OpenChannel:
    """A channel as admins see it: `address` is what to paste at the provider, or to write to."""

    name: str
    address: str
    values: tuple[str, ...]
    health: ChannelHealth


async def channels(request: web.Request) -> web.Response:
    """Every open channel, and the newest dead letters of all."""
    settings = request.app[DESK].settings

    def read(session: Session) -> tuple[list[OpenChannel], list[DeadLetter]]:
        found = [_open_channel(session, settings, name) for name in settings.channels]
        return found, dead_letters(session)

    opened, dead = await reading(request, read)
    return page(request, "channels.html", opened=opened, dead=dead)


async def send_letter_again(request: web.Request) -> web.StreamResponse:
    """Give a dead letter another round of tries; 404 where it is dead no more."""
    desk, agent = request.app[DESK], current_agent(request)
    delivery = whole((await form_of(request)).get("id", ""))

    def work() -> bool:
        now = desk.clock.now()
        with desk.database.session() as session:
            is_done = send_again(session, delivery, now=now)
            if is_done:
                audit(session, agent, "channels.send_again", str(delivery), now)
            return is_done

    if not cast(bool, await desk.database.writes.run(work)):
        raise not_found()
    return go("/desk/channels")


def _open_channel(session: Session, settings: Settings, name: str) -> OpenChannel:
    start = f"CONCIERGE_{name.upper()}_"
    return OpenChannel(
        name=name,
        address=settings.channel_values.get(f"{start}ADDRESS")
        or f"{settings.public_url}/channels/{name}/webhook",
        values=tuple(sorted(one for one in settings.channel_values if one.startswith(start))),
        health=channel_health(session, name),
    )
