"""A shop that speaks German: a folder of words is added, and nothing else."""
