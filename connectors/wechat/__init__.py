"""WeChat: an official account that shoppers write to."""

from connectors.wechat.channel import WeChat, from_values

__all__ = ["WeChat", "from_values"]
