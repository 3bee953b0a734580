"""What a network scientist would want to know first of a network, section by section."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple, TypeAlias

import numpy as np

from simnet.network.distances import DistanceDistribution, distances
from simnet.network.estimate import Estimate
from simnet.network.model import Network
from simnet.network.spaces import Category, Scale, Space, columns_of
from simnet.network.structure import (
    Comparison,
    components,
    degree_assortativity,
    degree_distribution,
    degrees,
    fit_degrees,
    homophily,
    largest_component,
    local_bridge_share,
    mean_clustering,
    numeric_homophily,
    reciprocity,
    small_world_coefficient,
    strong_components,
    transitivity,
    triangles,
)

MOST_CATEGORIES = 60
"""A column of people with more different values is one of numbers, or of names. So is one with more
than a fifth as many as there are people."""

_SIX = 6
_TELLING = 0.05

Value: TypeAlias = int | float | Estimate | None


class Line(NamedTuple):
    """One quantity: what it is, its value (None or nan where undefined), and a remark on it."""

    name: str
    value: Value
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Quantities that belong together, and how long they took.

    Attributes
    ----------
    title : str
        What they are about.
    lines : tuple of Line
        The quantities.
    shares : tuple of Estimate
        Of reachable pairs, at distance 1, 2, ...; empty but for the distances.
    seconds : float
        Wall time.
    """

    title: str
    lines: tuple[Line, ...]
    shares: tuple[Estimate, ...] = ()
    seconds: float


def describe(
    network: Network,
    *,
    sources: int | None = None,
    until: float | None = None,
    level: float = 0.95,
    small_world: bool = False,
    seed: int = 0,
) -> Iterator[Section]:
    """Describe a network: size, components, degrees, clustering, distances, who is tied to whom.

    Sections come one by one, as they are measured.

    Parameters
    ----------
    network : Network
        What to describe.
    sources : int, optional
        From how many people distances are measured; see `simnet.network.distances.distances`.
    until : float, optional
        Measure distances until their mean is known to within this much.
    level : float
        Of the intervals of distances; all others are 95 %.
    small_world : bool
        Also compare with random networks and a lattice of the same size, which takes longer.
    seed : int
        Key of the draws.
    """
    yield _timed("people and ties", lambda: _size(network))
    yield _timed("components", lambda: _components(network))
    yield _timed("degrees", lambda: _degrees(network))
    yield _timed("clustering", lambda: _clustering(network))
    began = perf_counter()
    found = distances(network, sources=sources, until=until, level=level, seed=seed)
    yield Section(
        title="distances",
        lines=tuple(_distances(found)),
        shares=found.shares,
        seconds=perf_counter() - began,
    )
    if network.people:
        yield _timed("who is tied to whom", lambda: _mixing(network))
    if small_world:
        yield _timed("small world", lambda: _small_world(network, seed))


def _timed(title: str, measure: Callable[[], Iterator[Line]]) -> Section:
    began = perf_counter()
    lines = tuple(measure())
    return Section(title=title, lines=lines, seconds=perf_counter() - began)


def _size(network: Network) -> Iterator[Line]:
    n = network.n_people
    pairs = n * (n - 1) / (1 if network.directed else 2)
    yield Line("people", n)
    yield Line("ties", network.n_ties, "directed" if network.directed else "undirected")
    yield Line("density", network.n_ties / pairs if pairs else None, "ties over pairs of people")
    if network.directed:
        yield Line("reciprocity", reciprocity(network), "share of ties whose reverse is there too")
    if any(network.dropped):
        loops, duplicates = network.dropped
        yield Line("left out", loops + duplicates, f"{loops:,} self-ties, {duplicates:,} repeated")


def _components(network: Network) -> Iterator[Line]:
    n = network.n_people
    sizes = components(network).sizes
    largest = int(sizes.max(initial=0))
    yield Line("components", len(sizes), "direction ignored" if network.directed else "")
    yield Line("largest", largest, _of_all(largest, n))
    if network.directed:
        strong = int(strong_components(network).sizes.max(initial=0))
        yield Line("largest strong", strong, _of_all(strong, n))
    alone = int((degrees(network) == 0).sum())
    yield Line("without ties", alone, _of_all(alone, n))


def _of_all(count: int, n: int) -> str:
    return f"{count / n:.2%} of people" if n else ""


def _degrees(network: Network) -> Iterator[Line]:
    distribution = degree_distribution(network)
    both = "ties either way" if network.directed else ""
    yield Line("mean", distribution.mean, both)
    yield Line("median", distribution.median)
    yield Line("standard deviation", float(np.sqrt(distribution.variance)))
    yield Line("largest", distribution.maximum)
    yield Line("assortativity", degree_assortativity(network), "correlation over ties")
    if len(np.unique(distribution.degree[distribution.degree > 0])) > 2:
        fits = fit_degrees(network)
        rival = min(fits.comparisons, key=lambda other: other.log_ratio)
        remark = f"power law from degree {fits.xmin} ({fits.n_tail:,} people); {_against(rival)}"
        yield Line("exponent of the tail", fits.power_law.parameters["exponent"], remark)


def _against(rival: Comparison) -> str:
    """What the data say between the power law and its best rival."""
    p = f"p = {rival.p_value:.2g}"
    if not rival.p_value < _TELLING:
        return f"cannot be told from {rival.model}, {p}"
    return f"{rival.model} fits {'better' if rival.log_ratio < 0 else 'worse'}, {p}"


def _clustering(network: Network) -> Iterator[Line]:
    ignored = "direction ignored; " if network.directed else ""
    yield Line("mean clustering", mean_clustering(network), f"{ignored}below two ties counts 0")
    yield Line("transitivity", transitivity(network), "3 triangles over paths of two ties")
    yield Line("triangles", int(triangles(network).sum()) // 3)
    yield Line("local bridges", local_bridge_share(network), "share of ties without shared alter")


def _distances(found: DistanceDistribution) -> Iterator[Line]:
    along = f"from {found.n_sources:,} of {found.n_people:,} people"
    yield Line("mean", found.mean, "everybody to everybody" if found.exact else along)
    yield Line("median", found.median)
    yield Line("effective diameter", found.effective_diameter, "90 % of pairs, interpolated")
    yield Line("spid", found.spid, "variance over mean")
    yield Line(f"within {_SIX} steps", found.within(_SIX), "share of reachable pairs")
    yield Line("longest", found.largest, "" if found.exact else "seen; the diameter is no less")
    yield Line("reachable", found.reachable, "share of all pairs")


def _mixing(network: Network) -> Iterator[Line]:
    coordinates: set[str] = set()
    for name, space in network.spaces.items():
        if not isinstance(space, Category | Scale):
            coordinates.update(columns_of(space))
            yield _apart(network, name, space)
    for name, values in network.people.items():
        if name in coordinates:
            continue
        different = len({x for x in values.tolist() if x is not None and x == x})
        numbers = values.dtype.kind in "iuf"
        many = different > min(MOST_CATEGORIES, network.n_people / 5)
        if different >= 2 and not many:
            by = homophily(network, name)
            remark = f"{by.within:.1%} of ties inside one {name}, {by.expected:.1%} by chance"
            yield Line(name, by.coefficient, remark)
        elif many and numbers:
            near = numeric_homophily(network, name, gap=float(np.nanstd(values.astype(float))))
            remark = f"ends {near.mean_gap:.3g} apart, {near.expected_mean_gap:.3g} by chance"
            yield Line(name, near.correlation, remark)


def _apart(network: Network, name: str, space: Space) -> Line:
    """Mean distance of the ends of ties in a space, and of sources and unrelated neighbours."""
    sources, others = network.sources, network.neighbours
    unrelated = np.roll(others, len(others) // 2)
    near, chance = (space.distance(network.people, sources, ends) for ends in (others, unrelated))
    known = np.isfinite(near) & np.isfinite(chance)
    if not known.any():
        return Line(f"apart by {name}", None)
    remark = f"{space.kind}; {chance[known].mean():.4g} by chance"
    return Line(f"apart by {name}", float(near[known].mean()), remark)


def _small_world(network: Network, seed: int) -> Iterator[Line]:
    """Of the largest component, for in parts the mean distance is over less than all pairs."""
    if network.n_ties == 0:
        return
    found = small_world_coefficient(largest_component(network), seed=seed)
    yield Line("sigma", found.sigma, "(C / C random) / (L / L random); above 1 in a small world")
    yield Line("omega", found.omega, "L random / L − C / C lattice; near 0 in a small world")
