"""How far apart people are: distances, coverage, cycles, and counts of balls.

Distances follow ties in their direction, and every tie is one step long. Where something is
sampled, it is the people it is measured from: each of them is followed to everybody.
"""

from simnet.network.distances.counting import NeighbourhoodFunction, neighbourhood_function
from simnet.network.distances.covering import Coverage, CoverageStep, coverage
from simnet.network.distances.distribution import DistanceDistribution
from simnet.network.distances.following import StepsUntilFollowed, steps_until_followed
from simnet.network.distances.measuring import distances
from simnet.network.distances.paths import diameter, distance, distances_from

__all__ = [
    "Coverage",
    "CoverageStep",
    "DistanceDistribution",
    "NeighbourhoodFunction",
    "StepsUntilFollowed",
    "coverage",
    "diameter",
    "distance",
    "distances",
    "distances_from",
    "neighbourhood_function",
    "steps_until_followed",
]
