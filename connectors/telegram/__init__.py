"""Telegram: a bot that shoppers write to in private."""

from connectors.telegram.channel import Telegram, from_values

__all__ = ["Telegram", "from_values"]
