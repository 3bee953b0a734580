"""Side by side: the same work done by simnet and by other network libraries."""
