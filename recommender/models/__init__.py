"""The models, one family a module; each loads and answers with numpy and scipy only."""
