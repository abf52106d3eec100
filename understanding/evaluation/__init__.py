"""Measure understanding on labelled files."""
