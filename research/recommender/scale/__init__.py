"""Nearest neighbours and top lists for millions of people and items on one machine."""
