"""Who answers to an offer: average and individual effects of a treatment."""
