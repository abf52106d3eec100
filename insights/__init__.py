"""Insights: who the customers are, what they will buy, what to offer and at what price."""
