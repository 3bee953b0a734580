"""The studies that `simnet reproduce` runs again, one module each."""
