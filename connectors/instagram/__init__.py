"""Instagram: a professional account that shoppers write to."""

from connectors.instagram.channel import Instagram, from_values

__all__ = ["Instagram", "from_values"]
