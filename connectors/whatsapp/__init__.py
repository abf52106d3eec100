"""WhatsApp: a business's number that shoppers write to, by Meta's Cloud API."""

from connectors.whatsapp.channel import WhatsApp, from_values

__all__ = ["WhatsApp", "from_values"]
