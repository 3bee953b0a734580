"""Where a person's half-ties lie."""
