"""Studies of recommending that the shop does not serve."""
