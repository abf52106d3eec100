"""Instagram's messages: Messenger's form at a host of its own, with shorter texts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import aiohttp

from connectors.facebook.channel import Facebook
from connectors.graph import secrets_of
from connectors.messenger import Capabilities, own_api

NAME: Final = "instagram"
API: Final = "https://graph.instagram.com/v24.0"


@dataclass(frozen=True, repr=False)
class Instagram(Facebook):
    """One professional account."""

    api: str = API

    name: ClassVar[str] = NAME
    kind: ClassVar[str] = "instagram"
    fields: ClassVar[tuple[str, ...]] = (
        "messages",
        "messaging_postbacks",
        "message_edit",
        "message_reactions",
        "messaging_seen",
        "messaging_referral",
        "standby",
    )
    can: ClassVar[Capabilities] = replace(Facebook.can, text=1000, in_bytes=True)

    async def register(self, http: aiohttp.ClientSession, address: str) -> None:
        """Subscribe to what we take; Instagram has no button that opens a chat."""
        fields = ",".join(self.fields)
        await self.ask(http, "POST", "me/subscribed_apps", {"subscribed_fields": fields})


def from_values(values: Mapping[str, str]) -> Instagram:
    """The account that the environment describes; raises SettingsError naming what is wrong."""
    return Instagram(*secrets_of(values, NAME), own_api(values, NAME) or API)
