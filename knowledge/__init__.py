"""Articles and answers: encoders, index, search."""
