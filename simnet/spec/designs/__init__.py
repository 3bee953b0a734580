"""Designs: which points of the parameter space an experiment tries."""

from __future__ import annotations

from simnet.spec.designs.kinds import Design, Grid, Kind
from simnet.spec.designs.points import Placed, Points, points_of
from simnet.spec.designs.ranges import Range

__all__ = ["Design", "Grid", "Kind", "Placed", "Points", "Range", "points_of"]
