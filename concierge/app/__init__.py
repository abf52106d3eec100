"""Run the product: the processes, their supervisor, what is made before the start."""
