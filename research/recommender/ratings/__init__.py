"""Predicting star ratings: baselines, neighbours, SVD++, Bayesian factors, and their stack."""
