"""Networks as an experiment file describes them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from simnet.network.formats.files import format_of, read
from simnet.network.generators.baselines import (
    configuration,
    erdos_renyi,
    holme_kim,
    lognormal_degrees,
    poisson_degrees,
    power_law_degrees,
)
from simnet.network.generators.baselines.degrees import Degrees
from simnet.network.generators.classics import classic
from simnet.network.generators.grids import kleinberg
from simnet.network.generators.hierarchies import watts_dodds_newman
from simnet.network.generators.rings import newman_watts, watts_strogatz
from simnet.network.model import Network
from simnet.network.social import growing, social

if TYPE_CHECKING:
    from simnet.spec.networks import DegreeLaw, EdgeFile, NetworkSpec

_LAWS: dict[str, Callable[..., Degrees]] = {
    "lognormal": lognormal_degrees,
    "poisson": poisson_degrees,
    "power-law": power_law_degrees,
}


def make(spec: NetworkSpec, *, seed: int, replicate: int, base: Path | None = None) -> Network:
    """The network that `spec` describes; paths in it start from the folder `base`."""
    if spec.model == "classic":
        return classic(spec.name)
    if spec.model == "file":
        return _from_file(spec, Path() if base is None else base)
    if spec.model == "social":
        return social(spec.people, society=spec, seed=seed, replicate=replicate)
    arguments = {name: value for name, value in spec if name != "model"}
    return _MODELS[spec.model](**arguments, seed=seed, replicate=replicate)


def _from_file(spec: EdgeFile, folder: Path) -> Network:
    table = None if spec.people_table is None else folder / spec.people_table
    told = format_of(spec.path) or "csv"  # which may have any name
    return read(folder / spec.path, format=told, people=table, directed=spec.directed)


def _configuration(people: int, degrees: DegreeLaw, *, seed: int, replicate: int) -> Network:
    arguments = {name: value for name, value in degrees if name != "law"}
    drawn = _LAWS[degrees.law](people, **arguments, seed=seed, replicate=replicate)
    return configuration(drawn, seed=seed, replicate=replicate)


# Their arguments are called like the keys of the experiment file.
_MODELS: dict[str, Callable[..., Network]] = {
    "configuration": _configuration,
    "erdos-renyi": erdos_renyi,
    "growing": growing,
    "holme-kim": holme_kim,
    "kleinberg": kleinberg,
    "newman-watts": newman_watts,
    "watts-dodds-newman": watts_dodds_newman,
    "watts-strogatz": watts_strogatz,
}
