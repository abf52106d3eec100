"""Recommendations in the running shop: what is known of the shopper, filters, strategies, reasons,
feedback. Everything here needs numpy and the database only; models come from `recommender.models`.
"""
