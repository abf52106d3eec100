"""LINE: an official account that shoppers write to."""

from connectors.line.channel import Line, from_values

__all__ = ["Line", "from_values"]
