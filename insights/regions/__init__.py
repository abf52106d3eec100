"""What a campaign did in the regions where it ran."""
