"""How good recommendations are: files, protocols, metrics, groups, the choice of a model, plots."""
