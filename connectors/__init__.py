"""The front: the shop page, the chat and every channel, in one aiohttp application.

`connectors.application.create_app` builds it; `concierge.app.front` adds the desk and serves it.
"""
