"""What shoppers mean when they speak of products, and how products are shown and told."""
