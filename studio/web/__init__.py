"""The studio's pages under `/studio`: intents, responses, history, trying the assistant."""
