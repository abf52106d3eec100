"""Requests that collect what they need, ask for a yes, then act: one script a form."""
