"""The mechanisms of behaviour, each a small function of numbers; their sources stand with them."""
