"""Classify what a message wants."""
