"""What to expect: when stock comes back."""
