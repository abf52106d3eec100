"""The channels that a shop can open; each is a folder beside this file."""

import importlib
from collections.abc import Mapping
from typing import Final, cast

from connectors.messenger import Messenger
from kit.settings import Settings, SettingsError

# name → the module whose `from_values` makes the channel. Imported only when it is open.
CHANNELS: Final[Mapping[str, str]] = {
    "email": "connectors.email",
    "facebook": "connectors.facebook",
    "instagram": "connectors.instagram",
    "line": "connectors.line",
    "slack": "connectors.slack",
    "telegram": "connectors.telegram",
    "wechat": "connectors.wechat",
    "wecom": "connectors.wecom",
    "webhook": "connectors.webhook",
    "whatsapp": "connectors.whatsapp",
}


def open_channels(settings: Settings) -> list[Messenger]:
    """The channels that the settings name; raises SettingsError for an unknown or unready one."""
    return [channel_of(name, settings) for name in settings.channels]


def channel_of(name: str, settings: Settings) -> Messenger:
    """One channel by name; raises SettingsError where it is unknown or lacks a value."""
    if name not in CHANNELS:
        known = ", ".join(sorted(CHANNELS))
        raise SettingsError(f"CONCIERGE_CHANNELS: there is no channel {name!r}; known: {known}")
    module = importlib.import_module(CHANNELS[name])
    return cast(Messenger, module.from_values(settings.channel_values))
