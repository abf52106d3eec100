"""From edited content to a model that serves: training, judgement, publishing; knows no page."""
