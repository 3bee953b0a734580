"""What became of a week's events: introductions asked for, ties agreed on, blocks."""
