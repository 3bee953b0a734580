"""Models of networks in the language: what they default to, how large they will be."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from simnet.spec import Drawn, NetworkSpec, load
from simnet.spec.networks import PowerLaw

REQUIRED = {
    "watts-strogatz": {"people": 100, "degree": 4, "rewiring": 0.1},
    "newman-watts": {"people": 100, "degree": 4, "shortcuts": 0.1},
    "kleinberg": {"side": 10},
    "watts-dodds-newman": {"people": 1000},
    "erdos-renyi": {"people": 100, "degree": 4},
    "configuration": {"people": 100, "degrees": {"law": "poisson", "mean": 4}},
    "holme-kim": {"people": 100, "ties": 4, "closure": 0.5},
    "classic": {"name": "karate-club"},
    "file": {"path": "edges.csv"},
}


def network(model: str, **changes):
    described = {"model": model, **REQUIRED[model], **changes}
    return TypeAdapter(NetworkSpec).validate_python(described)


@pytest.mark.parametrize("model", REQUIRED)
def test_what_is_required_suffices_and_nothing_of_it_can_be_left_out(model):
    assert network(model).model == model
    assert isinstance(network(model), Drawn) == (model not in ("classic", "file"))
    for key in REQUIRED[model]:
        described = {"model": model, **REQUIRED[model]}
        described.pop(key)
        with pytest.raises(ValidationError, match="Field required"):
            TypeAdapter(NetworkSpec).validate_python(described)


@pytest.mark.parametrize("model", REQUIRED)
def test_the_keys_that_decide_the_size_are_keys(model):
    spec = network(model)
    if isinstance(spec, Drawn):
        assert set(spec.size_keys) <= set(type(spec).model_fields)


def test_the_model_stands_first_in_a_resolved_file():
    resolved = load("quickstart").resolved()
    assert next(iter(resolved["network"])) == "model"


@pytest.mark.parametrize(
    ("spec", "people", "degree"),
    [
        (network("watts-strogatz", degree=6), 100, 6),
        (network("newman-watts", shortcuts=0.25), 100, 5),
        (network("kleinberg"), 100, 4 + 2),
        (network("kleinberg", directed=True, long_ties=3), 100, 4 + 3),
        (network("kleinberg", dimensions=1, local=3), 10, 6 + 2),
        (network("kleinberg", local=2, long_ties=0), 100, 12),
        (network("kleinberg", dimensions=3, local=2), 1000, 24 + 2),
        (network("watts-dodds-newman"), 1000, 99),
        (network("erdos-renyi", degree=2.5), 100, 2.5),
        (network("holme-kim"), 100, 2 * 4 * 96 / 100),
        (network("configuration"), 100, 4),
    ],
    ids=lambda value: getattr(value, "model", ""),
)
def test_sizes_are_known_before_anything_is_made(spec, people, degree):
    assert spec.n_people == people
    assert spec.mean_degree == pytest.approx(degree)


@pytest.mark.parametrize("exponent", [0.5, 1.0, 2.0, 2.5, 3.5])
def test_the_mean_of_a_power_law_is_nearly_the_sum(exponent):
    k = np.arange(3, 1000.0)
    mean = (k ** (1 - exponent)).sum() / (k**-exponent).sum()
    law = PowerLaw(law="power-law", exponent=exponent, minimum=3)
    assert law.expected(1000) == pytest.approx(mean, rel=0.05)


@pytest.mark.parametrize(
    ("model", "changes", "message"),
    [
        ("newman-watts", {"degree": 5}, "must be even, with half the ties on either side"),
        ("newman-watts", {"degree": 100}, "must be less than the number of people, 100"),
        ("kleinberg", {"dimensions": 4}, "should be 1, 2 or 3"),
        ("kleinberg", {"side": 46_341}, "must be at most 46,340: people are numbered in 32 bits"),
        ("kleinberg", {"local": 5}, r"must be false, or side \(10\) more than twice local \(5\)"),
        ("kleinberg", {"exponent": -1}, "greater than or equal to 0"),
        ("watts-dodds-newman", {"people": 100}, "must be less than the number of people, 100"),
        ("erdos-renyi", {"degree": 100}, "must be less than the number of people, 100"),
        ("holme-kim", {"ties": 100}, "must be less than the number of people, 100"),
        (
            "configuration",
            {"degrees": {"law": "power-law", "exponent": 2.5, "minimum": 5, "maximum": 4}},
            "must be at least the minimum, 5",
        ),
        (
            "configuration",
            {"degrees": {"law": "power-law", "exponent": 2.5, "minimum": 100}},
            "must not ask for 100 ties where people can have at most 99",
        ),
    ],
)
def test_what_makes_no_network(model, changes, message):
    with pytest.raises(ValidationError, match=message):
        network(model, **changes)


def test_an_open_grid_may_be_all_local():
    assert network("kleinberg", local=30, torus=False).local == 30
