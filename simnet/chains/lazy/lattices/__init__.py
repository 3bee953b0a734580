"""Lattices with long ties, drawn when somebody looks."""

from simnet.chains.lazy.lattices.navigable import NavigableLattice

__all__ = ["NavigableLattice"]
