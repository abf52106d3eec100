"""`concierge bench recommender`: our models beside their peers, on public data."""
