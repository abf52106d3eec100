"""Web chat: its HTTP and WebSocket API, its widget, its way out."""
