"""Ties form: rows that are too short move, and both halves of each tie get their slots."""
