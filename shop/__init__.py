"""The shop's data: models, queries, doors to customers' rows, state machines, demo, imports."""
