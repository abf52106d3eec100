"""Understanding: language, intent and entities of a message."""
