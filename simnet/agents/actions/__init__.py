"""What people do with their hours, and how those they turn to respond."""
