"""Slack: an app that people of a workspace write to in direct messages."""

from connectors.slack.channel import Slack, from_values

__all__ = ["Slack", "from_values"]
