"""The demo shop "Fernweg": synthetic, deterministic, made by our own code.

All dates are relative to the moment it is made.
"""

from shop.demo.making import demo_exists, make_demo

__all__ = ["demo_exists", "make_demo"]
