"""Ties break: silent ones go dormant, and what is marked is cut on both sides."""
