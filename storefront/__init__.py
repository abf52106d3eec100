"""The shop's pages around the chat: home, categories, search, products, the demo's extras."""
