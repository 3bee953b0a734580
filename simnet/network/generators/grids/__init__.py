"""Networks on a line, a square or a cube of sites."""

from simnet.network.generators.grids.navigable import kleinberg

__all__ = ["kleinberg"]
