"""What shoppers ask about products: one module per need."""
