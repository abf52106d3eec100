"""WeCom customer service (微信客服): shoppers write from WeChat to the shop's WeCom account."""

from connectors.wecom.channel import WeCom, from_values

__all__ = ["WeCom", "from_values"]
