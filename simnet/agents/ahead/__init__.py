"""Memory asked for ahead of time."""
