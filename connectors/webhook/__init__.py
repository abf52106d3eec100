"""A signed webhook: any program that speaks for shoppers, by a few lines of JSON."""

from connectors.webhook.channel import SignedWebhook, from_values

__all__ = ["SignedWebhook", "from_values"]
