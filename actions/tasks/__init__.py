"""Tasks: what the assistant does step by step, as data of nlu_data/tasks, and their facts here."""
