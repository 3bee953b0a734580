"""Measure the networks of docs/social.md and rewrite its tables: python docs/make_social.py

All tables take about half an hour on two cores; name one, such as `parameters`, to have only that.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import networkx
import numpy as np

from simnet.network import Network, to_sparse
from simnet.network.social import at_week, growing, social
from simnet.spec.social_networks import ACQUAINTANCES, FACEBOOK, Society

PAGE = Path(__file__).with_name("social.md")
SEEDS = range(1, 6)
SAMPLE = 400

FITTED = frozenset({"neighbourhood", "cohort", "density", "sorting"})
GIVEN = frozenset({"degrees", "abroad"})

Measures = dict[str, float]


def main(names: Sequence[str]) -> None:
    """Rewrite the tables of these names, or all of them."""
    for name in names or TABLES:
        table = TABLES[name]()
        text = PAGE.read_text(encoding="utf-8")
        PAGE.write_text(replaced(text, name, table), encoding="utf-8")


def replaced(text: str, name: str, table: str) -> str:
    """The page with another table between the marks of that name."""
    pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end of {name} -->)", re.S)
    return pattern.sub(lambda mark: mark[1] + table + mark[2], text)


def facebook() -> str:
    """The shipped example at 200,000 people, against the published figures."""
    runs = [facebook_measures(social(200_000, seed=seed)) for seed in SEEDS]
    return target_table(
        runs,
        [
            ("degree, median", "median", 99, "5 %", "given"),
            ("degree, mean", "mean", 190, "5 %", "given"),
            ("share of ties within a country", "within", 0.842, "5 %", "given"),
            ("mean clustering of people of degree 95 to 105", "clustering", 0.14, "0.03", "fitted"),
            ("degree assortativity", "assortativity", 0.226, "0.05", "fitted"),
            ("alters' other ties, degree 95 to 105", "paths", 40_300, "10 %", "predicted"),
            ("people at distance 2, degree 95 to 105", "reach", 27_500, "10 %", "predicted"),
            ("core of the alters of degree 95 to 105", "core_100", 15, "", "predicted"),
            ("core of the alters of degree 475 to 525", "core_500", 53, "", "predicted"),
            ("people with fewer ties than their alters' median", "fewer", 0.836, "", "predicted"),
        ],
    )


def size() -> str:
    """What the size of the network decides: the reach at the published size, and at others."""
    alone = {"close": 0, "neighbourhood": 0.0, "cohort": 0.0, "work": 0.0, "introduced": 0.0}
    mixed = Society(**alone, people_per_place=10**6)
    made = {
        "200,000, mixed at random in countries": lambda: social(200_000, society=mixed, seed=1),
        "200,000": lambda: social(200_000, seed=1),
        "1,000,000": lambda: social(1_000_000, seed=1),
    }
    rows = []
    for people, make in made.items():
        network = make()
        hundred = near_degree(network, 100)
        paths, reach = np.mean([two_steps(network, person) for person in hundred], axis=0)
        clustering = np.mean([local_clustering(network, person) for person in hundred])
        figures = (f"{clustering:.3f}", f"{assortativity(network):.3f}", figure(paths))
        rows.append((people, *figures, figure(reach)))
    rows.append(("721,000,000, Facebook", "0.14", "0.226", "40,300", "27,500"))
    head = ("people", "clustering", "assortativity", "alters' other ties", "people at distance 2")
    return markdown(head, rows)


def acquaintances() -> str:
    """The second example at 100,000 people."""
    runs = [degrees_of(social(100_000, society=ACQUAINTANCES, seed=seed)) for seed in SEEDS]
    return target_table(
        runs,
        [
            ("degree, median", "median", 472, "5 %", "given"),
            ("degree, mean", "mean", 611, "5 %", "given"),
            ("mean of the logarithm of the degree", "log_mean", 6.2, "", "given"),
            ("its standard deviation", "log_sd", 0.68, "", "given"),
            ("share of people with 250 to 600 ties", "middle", None, "", "predicted"),
        ],
    )


def curve() -> str:
    """Clustering and age by degree, and what brings people together, at 200,000 people."""
    network = social(200_000, seed=1)
    rows = []
    for degree in (10, 30, 100, 300, 1000, 3000):
        chosen = near_degree(network, degree)
        clustering = [local_clustering(network, person) for person in chosen]
        rows.append(
            (
                degree,
                f"{np.mean(clustering):.3f}",
                f"{np.mean([alters_degree(network, person) for person in chosen]):.0f}",
            )
        )
    return markdown(("degree", "mean clustering", "mean degree of alters"), rows)


def response() -> str:
    """How clustering and assortativity answer to the parameters that move them."""
    changes = [
        {},
        {"neighbourhood": 0.2, "cohort": 0.2},
        {"neighbourhood": 0.1, "cohort": 0.1},
        {"density": 1.0},
        {"density": 0.5},
        {"sorting": 0.6},
        {"sorting": 0.3},
        {"introduced": 0.0},
        {"close": 0},
    ]
    rows = []
    for change in changes:
        network = social(200_000, society=Society(**{**dict(FACEBOOK), **change}), seed=1)
        chosen = near_degree(network, 100)
        clustering = np.mean([local_clustering(network, person) for person in chosen])
        label = ", ".join(f"`{name}` {value}" for name, value in change.items()) or "defaults"
        rows.append((label, f"{clustering:.3f}", f"{assortativity(network):.3f}"))
    return markdown(("changed", "clustering at degree 100", "assortativity"), rows)


def growth() -> str:
    """A network of 30,000 that grows as Facebook did from January 2008 to May 2011."""
    network = growing(30_000, founders=2_330, degree=25.0, densification=1.36, weeks=175, seed=1)
    rows = []
    for week in (0, 35, 70, 105, 140, 175):
        then = at_week(network, week)
        mean, error = mean_distance(then, seed=week)
        rows.append(
            (
                week,
                f"{then.n_people:,}",
                f"{then.n_ties:,}",
                f"{then.degree.mean():.1f}",
                f"{mean:.2f}",
                f"{error:.2f}",
            )
        )
    head = ("week", "people", "ties", "mean degree", "mean distance", "standard error")
    return markdown(head, rows)


def parameters() -> str:
    """Every parameter of a society."""
    rows = []
    for name, field in Society.model_fields.items():
        basis = "fitted" if name in FITTED else "given" if name in GIVEN else "assumed"
        default = getattr(FACEBOOK, name)
        if name == "degrees":
            default = f"lognormal, median {default.median:g}, mean {default.mean:g}"
        rows.append((f"`{name}`", default, field.description, basis))
    return markdown(("parameter", "default", "meaning", "basis"), rows)


def target_table(
    runs: Sequence[Measures], targets: Iterable[tuple[str, str, float | None, str, str]]
) -> str:
    """A row a target: what it is, what was reached on average, and how surely."""
    rows = []
    for label, name, target, tolerance, basis in targets:
        values = np.array([run[name] for run in runs])
        error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        rows.append(
            (
                label,
                "" if target is None else figure(target),
                figure(values.mean()),
                "" if np.isnan(error) else figure(error),
                tolerance,
                basis,
            )
        )
    head = ("quantity", "target", "reached", "standard error", "tolerance", "basis")
    return markdown(head, rows)


def figure(value: float) -> str:
    """Three or four digits, with a comma for thousands."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def markdown(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(str, line))} |\n" for line in lines)


def facebook_measures(network: Network) -> Measures:
    """All that the Facebook study gives a figure of."""
    country, alters = network.people["country"], np.asarray(network.neighbours)
    hundred = near_degree(network, 100)
    reached = [two_steps(network, person) for person in hundred]
    return {
        **degrees_of(network),
        "within": float(np.mean(country[network.sources] == country[alters])),
        "clustering": float(np.mean([local_clustering(network, p) for p in hundred])),
        "assortativity": assortativity(network),
        "paths": float(np.mean([paths for paths, _ in reached])),
        "reach": float(np.mean([people for _, people in reached])),
        "core_100": float(np.mean([core(network, p) for p in hundred[:100]])),
        "core_500": float(np.mean([core(network, p) for p in near_degree(network, 500)[:25]])),
        "fewer": fewer_than_alters(network),
    }


def degrees_of(network: Network) -> Measures:
    """Of the degrees."""
    degree = network.degree
    logarithm = np.log(degree[degree > 0])
    return {
        "median": float(np.median(degree)),
        "mean": float(degree.mean()),
        "log_mean": float(logarithm.mean()),
        "log_sd": float(logarithm.std()),
        "middle": float(np.mean((degree >= 250) & (degree <= 600))),
    }


def near_degree(network: Network, degree: int) -> list[int]:
    """At most `SAMPLE` people of a degree within 5 % of this one, at random."""
    off = np.abs(network.degree - degree)
    near = np.random.default_rng(degree).permutation(np.flatnonzero(off <= 0.05 * degree))
    return [int(person) for person in near[:SAMPLE]]


def local_clustering(network: Network, person: int) -> float:
    """Share of the pairs of a person's alters that are tied."""
    alters = network.row(person)
    closed = sum(np.isin(network.row(int(a)), alters, assume_unique=True).sum() for a in alters)
    return float(closed / (len(alters) * (len(alters) - 1)))


def alters_degree(network: Network, person: int) -> float:
    """Mean degree of a person's alters."""
    return float(network.degree[network.row(person)].mean())


def two_steps(network: Network, person: int) -> tuple[int, int]:
    """Ties of a person's alters to others than the person, and people at distance 2."""
    alters = network.row(person)
    ends = np.concatenate([network.row(int(alter)) for alter in alters])
    beyond = np.setdiff1d(ends, np.append(alters, person))
    return len(ends) - len(alters), len(beyond)


def assortativity(network: Network) -> float:
    """Correlation of the degrees at the two ends of ties."""
    degree = network.degree
    tied = degree > 0
    of_alters = np.add.reduceat(
        degree.astype(np.int32)[network.neighbours], network.indptr[:-1][tied], dtype=np.int64
    )
    half_ties = degree.sum()
    mean = (degree**2).sum() / half_ties
    covariance = (degree[tied] * of_alters).sum() / half_ties - mean**2
    return float(covariance / ((degree**3).sum() / half_ties - mean**2))


def core(network: Network, person: int) -> int:
    """Highest k for which some of a person's alters all have k ties among them."""
    alters = network.row(person)
    among = networkx.Graph()
    for alter in map(int, alters):
        others = np.intersect1d(network.row(alter), alters, assume_unique=True)
        among.add_edges_from((alter, int(other)) for other in others)
    return max(networkx.core_number(among).values(), default=0)


def fewer_than_alters(network: Network) -> float:
    """Share of people who have fewer ties than the median of their alters."""
    people = np.random.default_rng(0).integers(network.n_people, size=20_000)
    degree = network.degree
    return float(
        np.mean([degree[p] < np.median(degree[network.row(int(p))]) for p in people if degree[p]])
    )


def mean_distance(network: Network, *, seed: int) -> tuple[float, float]:
    """Mean distance from 100 sampled people to all others, and its standard error."""
    matrix = to_sparse(network).astype(np.float32)
    sources = np.random.default_rng(seed).integers(network.n_people, size=100)
    reached = np.zeros((network.n_people, len(sources)), np.float32)
    reached[sources, np.arange(len(sources))] = 1.0
    distances = np.zeros(len(sources))
    while not reached.all():
        distances += np.sum(reached == 0.0, axis=0)
        reached = np.minimum(reached + matrix @ reached, 1.0)
    means = distances / (network.n_people - 1)
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means)))


TABLES: dict[str, Callable[[], str]] = {
    table.__name__: table
    for table in (parameters, facebook, size, acquaintances, curve, response, growth)
}

if __name__ == "__main__":
    main(sys.argv[1:])
