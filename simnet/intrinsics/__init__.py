"""What Numba has no words for: reading ahead, and arrays without reference counts."""
