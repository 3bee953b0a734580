"""Pictures of networks: everybody, a sample of people, or groups."""

from simnet.figures.networks.picture import network_picture

__all__ = ["network_picture"]
