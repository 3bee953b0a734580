"""The structure of a network: degrees, clustering, mixing, components, bridges, structural holes.

Each function takes the network first. Where the direction of ties is left out, it says so.
"""

from simnet.network.structure.assortativity import degree_assortativity
from simnet.network.structure.bridges import (
    bridges,
    local_bridge_share,
    local_bridges,
    spans,
    tie_overlap,
)
from simnet.network.structure.clustering import (
    closed_fraction,
    clustering_by_degree,
    local_clustering,
    mean_clustering,
    transitivity,
    triangles,
)
from simnet.network.structure.components import (
    Components,
    components,
    largest_component,
    strong_components,
    subnetwork,
)
from simnet.network.structure.cores import core_number
from simnet.network.structure.degree_fits import Comparison, DegreeFits, fit_degrees
from simnet.network.structure.degrees import DegreeDistribution, degree_distribution, degrees
from simnet.network.structure.direction import as_undirected, reciprocity
from simnet.network.structure.gaps import NumericHomophily, numeric_homophily
from simnet.network.structure.groups import group_index
from simnet.network.structure.holes import constraint, effective_size, efficiency, hierarchy
from simnet.network.structure.mixing import Homophily, homophily, mixing_matrix
from simnet.network.structure.small_world import SmallWorld, small_world_coefficient
from simnet.network.structure.tails import TailFit

__all__ = [
    "Comparison",
    "Components",
    "DegreeDistribution",
    "DegreeFits",
    "Homophily",
    "NumericHomophily",
    "SmallWorld",
    "TailFit",
    "as_undirected",
    "bridges",
    "closed_fraction",
    "clustering_by_degree",
    "components",
    "constraint",
    "core_number",
    "degree_assortativity",
    "degree_distribution",
    "degrees",
    "effective_size",
    "efficiency",
    "fit_degrees",
    "group_index",
    "hierarchy",
    "homophily",
    "largest_component",
    "local_bridge_share",
    "local_bridges",
    "local_clustering",
    "mean_clustering",
    "mixing_matrix",
    "numeric_homophily",
    "reciprocity",
    "small_world_coefficient",
    "spans",
    "strong_components",
    "subnetwork",
    "tie_overlap",
    "transitivity",
    "triangles",
]
