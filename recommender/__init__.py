"""What to offer: bought together, popular for a taste."""
