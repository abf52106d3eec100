"""Find the things a message names: patterns, names, a tagger."""
