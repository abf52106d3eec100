"""Recommendations in the conversation: offered with reasons, refined, explained, refused."""
