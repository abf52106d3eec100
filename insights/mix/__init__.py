"""What each advertising channel brings in."""
