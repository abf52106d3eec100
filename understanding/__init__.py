"""Understand one message: intents, entities, sentiment, language; knows no Rasa."""
