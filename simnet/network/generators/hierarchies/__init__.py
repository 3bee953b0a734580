"""Networks of people who belong to groups in several hierarchies."""

from simnet.network.generators.hierarchies.identity import watts_dodds_newman

__all__ = ["watts_dodds_newman"]
