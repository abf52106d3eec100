"""Concierge: conversational customer service for online shops."""
