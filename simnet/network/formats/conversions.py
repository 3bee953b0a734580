"""Networks to and from networkx, igraph, SciPy sparse matrices and pandas frames.

Ids keep their type, and attributes of people and ties go along. A missing value (None) is an
attribute that a networkx node or edge does not have.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from simnet.errors import NetworkError
from simnet.network.building import Values, from_edges
from simnet.network.columns import column
from simnet.network.formats.exporting import check_free, each_tie_once, same
from simnet.network.model import Array, Network

if TYPE_CHECKING:
    import igraph
    import networkx
    import pandas
    from scipy import sparse


def to_networkx(network: Network) -> networkx.Graph[Any]:
    """A networkx Graph, or DiGraph of a directed network."""
    import networkx

    graph: networkx.Graph[Any] = networkx.DiGraph() if network.directed else networkx.Graph()
    labels = network.labels
    graph.add_nodes_from(zip(labels, _records(network.people, len(labels)), strict=True))
    sources, targets, columns = each_tie_once(network)
    graph.add_edges_from(
        (labels[source], labels[target], attributes)
        for source, target, attributes in zip(
            sources.tolist(), targets.tolist(), _records(columns, len(sources)), strict=True
        )
    )
    return graph


def from_networkx(graph: networkx.Graph[Any]) -> Network:
    """The network of a networkx graph; of parallel edges the first stays."""
    labels, attributes = list(graph.nodes), [data for _, data in graph.nodes(data=True)]
    edges = list(graph.edges(data=True))
    return from_edges(
        [source for source, _, _ in edges],
        [target for _, target, _ in edges],
        directed=graph.is_directed(),
        ids=labels,
        people=_columns(attributes),
        tie_columns=_columns([data for _, _, data in edges]),
    )


def to_igraph(network: Network, *, id_attribute: str = "name") -> igraph.Graph:
    """An igraph Graph whose vertices have their ids in an attribute.

    Needs the optional package igraph. Raises NetworkError if people have an attribute of that name.
    """
    import igraph

    check_free(id_attribute, network.people)
    sources, targets, columns = each_tie_once(network)
    return igraph.Graph(
        n=network.n_people,
        edges=np.column_stack([sources, targets]).tolist(),
        directed=network.directed,
        vertex_attrs={id_attribute: network.labels, **_lists(network.people)},
        edge_attrs=_lists(columns),
    )


def from_igraph(graph: igraph.Graph, *, id_attribute: str = "name") -> Network:
    """The network of an igraph graph; without that attribute, people are called 0 .. n - 1."""
    people = {name: graph.vs[name] for name in graph.vs.attributes()}
    labels = people.pop(id_attribute, range(graph.vcount()))
    ends = np.array(graph.get_edgelist(), dtype=np.int64).reshape(-1, 2)
    ids = list(labels)
    return from_edges(
        [ids[source] for source in ends[:, 0]],
        [ids[target] for target in ends[:, 1]],
        directed=graph.is_directed(),
        ids=ids,
        people=people,
        tie_columns={name: graph.es[name] for name in graph.es.attributes()},
    )


def to_sparse(network: Network, weight: str | None = None) -> sparse.csr_array[Any]:
    """The adjacency matrix: entry (i, j) is the tie from i to j.

    Its value is the tie column `weight`, or 1 without one; both halves of an undirected tie are
    entries. A matrix has no place for ids and other columns.
    """
    from scipy import sparse

    values = (
        np.ones(len(network.neighbours)) if weight is None else network.tie_columns[weight].copy()
    )
    return sparse.csr_array(
        (values, network.neighbours.copy(), network.indptr.copy()),
        shape=(network.n_people, network.n_people),
    )


def from_sparse(
    matrix: sparse.csr_array[Any] | sparse.csc_array[Any] | sparse.coo_array[Any],
    *,
    directed: bool = False,
    ids: Values | None = None,
    people: Mapping[str, Values] | None = None,
    weight: str | None = None,
) -> Network:
    """The network of a square matrix: every stored entry is a tie, an explicit zero too.

    Its values become the tie column `weight` if that is named. Raises NetworkError if the matrix is
    not square, or not symmetric though the network is to be undirected.
    """
    entries = matrix.tocoo()
    n, width = entries.shape
    if n != width:
        raise NetworkError(f"an adjacency matrix must be square; got {n} x {width}")
    sources, targets, values = entries.row, entries.col, entries.data
    if not directed:
        _check_symmetric(sources, targets, values)
        upper = sources <= targets
        sources, targets, values = sources[upper], targets[upper], values[upper]
    known = None if ids is None else column(ids)
    if known is not None and len(known) != n:
        raise ValueError(f"ids has {len(known)} values; expected {n}")
    return from_edges(
        sources if known is None else known[sources],
        targets if known is None else known[targets],
        n_people=n if known is None else None,
        directed=directed,
        ids=known,
        people=people,
        tie_columns=None if weight is None else {weight: values},
    )


def to_pandas(network: Network) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """Two frames: ties (`source`, `target` and the tie columns) and people (`id` and theirs).

    Every tie is one row, and everybody is one, those without ties too. Raises NetworkError if a
    column is itself called source, target or id.
    """
    import pandas

    sources, targets, columns = each_tie_once(network)
    check_free("source", columns)
    check_free("target", columns)
    check_free("id", network.people)
    ids = np.arange(network.n_people) if network.ids is None else network.ids
    ties = {"source": ids[sources], "target": ids[targets], **columns}
    return pandas.DataFrame(ties), pandas.DataFrame({"id": ids, **network.people})


def from_pandas(
    ties: pandas.DataFrame,
    people: pandas.DataFrame | None = None,
    *,
    source: str = "source",
    target: str = "target",
    directed: bool = False,
) -> Network:
    """The network of a frame of ties and, if given, a frame of people whose first column is the id.

    The other columns become tie and people columns. With a frame of people, those without ties are
    in the network too, and a tie that names anybody else raises NetworkError.
    """
    absent = [name for name in (source, target) if name not in ties.columns]
    if absent:
        raise NetworkError(f"the frame of ties has no column {absent[0]!r}")
    columns = _from_frame(ties)
    attributes = {} if people is None else _from_frame(people)
    ids = None if people is None else attributes.pop(next(iter(attributes)))
    return from_edges(
        columns.pop(source),
        columns.pop(target),
        directed=directed,
        ids=ids,
        people=attributes,
        tie_columns=columns,
    )


def _records(columns: Mapping[str, Array], length: int) -> Iterable[dict[str, Any]]:
    if not columns:
        return ({} for _ in range(length))
    rows = zip(*_lists(columns).values(), strict=True)
    return (
        {name: value for name, value in zip(columns, row, strict=True) if value is not None}
        for row in rows
    )


def _columns(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in names}


def _lists(columns: Mapping[str, Array]) -> dict[str, list[Any]]:
    return {name: values.tolist() for name, values in columns.items()}


def _from_frame(frame: pandas.DataFrame) -> dict[str, Array]:
    return {str(name): _from_series(values) for name, values in frame.items()}


def _from_series(series: pandas.Series[Any]) -> Array:
    """The values as NumPy holds them, with None for a missing value among objects."""
    if isinstance(series.dtype, np.dtype) and series.dtype != object:
        return np.asarray(series.to_numpy())
    values = series.astype(object).to_numpy()
    missing = series.isna().to_numpy()
    return column(None if gone else value for value, gone in zip(values, missing, strict=True))


def _check_symmetric(rows: Array, columns: Array, values: Array) -> None:
    there, back = np.lexsort((columns, rows)), np.lexsort((rows, columns))
    mirrored = (
        np.array_equal(rows[there], columns[back])
        and np.array_equal(columns[there], rows[back])
        and same(values[there], values[back])
    )
    if not mirrored:
        raise NetworkError("the matrix is not symmetric, and its network is to be undirected")
