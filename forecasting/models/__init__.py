"""Models of demand: each a function from right-aligned histories to means of the next steps."""
