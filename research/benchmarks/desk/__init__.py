"""Measurements of the desk: topics, the need for a person, assignment, speed."""
