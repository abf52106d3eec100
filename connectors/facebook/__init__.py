"""Facebook Messenger: a page that shoppers write to."""

from connectors.facebook.channel import Facebook, from_values

__all__ = ["Facebook", "from_values"]
