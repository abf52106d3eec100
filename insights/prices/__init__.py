"""What a price does to demand."""
