"""What must hold between the parts of a world."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from simnet.spec.drawn import Drawn
from simnet.spec.findings import Finding, shown, unknown
from simnet.spec.limits import gibibytes, memory_needed

if TYPE_CHECKING:
    from simnet.spec.networks import NetworkSpec
    from simnet.spec.world import WorldSpec


def unknown_strategies(data: Mapping[str, Any], sound: Mapping[str, Any]) -> Iterator[Finding]:
    """Names in use that no strategy has; one whose definition is broken is still known."""
    own = data.get("strategies")
    known = {*sound, *(own if isinstance(own, Mapping) else ())}
    for path, name in _names_in_use(data):
        if name not in known:
            at_key = path[0] == "population"
            rule, hint = unknown("strategy", name, sorted(known))
            yield Finding(path, rule, "" if at_key else shown(name), hint, at_key=at_key)


def overfull_weeks(data: Mapping[str, Any], world: WorldSpec) -> Iterator[Finding]:
    """Strategies in use whose routines take more hours than a person has."""
    own = data.get("strategies")
    for name in dict.fromkeys(name for _, name in _names_in_use(data)):
        strategy = world.strategies.get(name)
        if strategy is None:
            continue
        claimed = strategy.hours(world.behaviour.costs)
        if claimed <= world.hours_per_week + 1e-9:
            continue
        uses = tuple(path for path, used in _names_in_use(data) if used == name)
        where = ("strategies", name, "routines")
        paths = (where, ("hours_per_week",), *uses)
        if not (isinstance(own, Mapping) and name in own):
            paths = (("hours_per_week",), where, *uses)
        rule = (
            f"the routines of '{name}' take {claimed:g} hours a week, "
            f"a person has {world.hours_per_week:g} (hours_per_week)"
        )
        yield Finding(paths[0], rule, also=paths[1:], complete=True)


def one_sided(network: NetworkSpec) -> Iterator[Finding]:
    """A network whose ties only one of two people knows of, on which nobody can live."""
    if getattr(network, "directed", False):
        rule = "must be false: people live on ties that both know of"
        yield Finding(("network", "directed"), rule, shown(True), also=(("network",),))


def too_large(network: NetworkSpec, memory: int | None) -> Iterator[Finding]:
    """A network that would not fit into `memory` bytes (None: not known, or not asked)."""
    if memory is None or not isinstance(network, Drawn):
        return
    needed = memory_needed(network.n_people, network.mean_degree)
    if needed > memory:
        rule = (
            f"{network.n_people:,} people with {network.mean_degree:.4g} ties each take about "
            f"{gibibytes(needed)} of memory, this machine has {gibibytes(memory)}"
        )
        key, *others = network.size_keys
        also = (*(("network", other) for other in others), ("network",))
        yield Finding(("network", key), rule, also=also, complete=True)


def _names_in_use(data: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    population, focal = data.get("population"), data.get("focal")
    if isinstance(population, Mapping):
        for name in population:
            yield ("population", name), name
    chosen = focal.get("strategy") if isinstance(focal, Mapping) else getattr(focal, "strategy", 0)
    if isinstance(chosen, str):
        yield ("focal", "strategy"), chosen
