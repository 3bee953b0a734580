"""simnet network: make, describe, convert, draw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from simnet.network import read

MAKE = ("network", "make", "watts-strogatz", "people=60", "degree=4", "rewiring=0.1")


def made(simnet, name="small.graphml"):
    assert simnet(*MAKE, "-o", name, "--seed", "3").exit_code == 0
    return Path(name)


def test_make_writes_the_network_that_python_makes(simnet):
    from simnet.network import watts_strogatz

    found = read(made(simnet))
    expected = watts_strogatz(60, 4, 0.1, seed=3)
    assert found.neighbours.tolist() == expected.neighbours.tolist()
    assert found.spaces == expected.spaces


def test_make_says_what_it_wrote(simnet):
    result = simnet(*MAKE, "-o", "small.csv")
    assert result.stdout == ""
    assert result.stderr == (
        "wrote small.csv: <Network of 60 people; 120 undirected ties; people: place>\n"
    )


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            ["watts-strogats", "people=9"],
            "model   must be one of watts-strogatz, ",
        ),
        (
            ["watts-strogatz", "people=9", "degre=4", "rewiring=0"],
            "degre    is not a known key; did you mean 'degree'?",
        ),
        (["erdos-renyi", "people"], "people   must be written as key=value"),
        (
            ["configuration", "people=50", "degrees.law=poisson", "degrees.mean=-1"],
            "degrees.mean   must be",
        ),
        (["erdos-renyi", "people=2000000000", "degree=900"], "of memory, this machine has"),
    ],
)
def test_make_says_all_that_is_wrong(simnet, settings, message):
    result = simnet("network", "make", *settings, "-o", "out.csv")
    assert result.exit_code == 2
    assert message in result.stderr
    assert "Traceback" not in result.output
    assert not list(Path().glob("out*"))


def test_describe_prints_a_page(simnet):
    page = simnet("network", "describe", str(made(simnet))).stdout
    for line in ("  people                 60", "  ties                   120  undirected"):
        assert line in page.splitlines()
    for title in ("people and ties", "components", "degrees", "clustering", "distances"):
        assert f"\n{title}  (" in f"\n{page}"
    assert "█" in page
    assert not page.endswith("\n\n")


def test_describe_as_json_is_for_machines(simnet):
    result = simnet("network", "describe", str(made(simnet)), "--sources", "20", "--json")
    found = json.loads(result.stdout)
    assert found["people and ties"]["people"] == 60
    mean = found["distances"]["mean"]
    assert mean["n"] == 20
    assert mean["low"] <= mean["value"] <= mean["high"]
    assert sum(share["value"] for share in found["distances"]["shares"]) == pytest.approx(1.0)


def test_describe_refuses_two_ways_of_sampling(simnet):
    result = simnet("network", "describe", str(made(simnet)), "--sources", "20", "--until", "0.1")
    assert result.exit_code == 2
    assert "give sources or until, not both" in result.stderr


def test_convert_keeps_the_network(simnet):
    source = made(simnet)
    result = simnet("network", "convert", str(source), "small.parquet")
    assert result.exit_code == 0
    assert read("small.parquet").people["place"].tolist() == read(source).people["place"].tolist()


def test_convert_says_what_it_left_out(simnet):
    Path("edges.csv").write_text("source,target\n1,2\n2,1\n3,3\n", encoding="utf-8")
    result = simnet("network", "convert", "edges.csv", "edges.json")
    assert "left out 1 self-ties and 1 repeated ties" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("describe", "nowhere.csv"),
        ("convert", "nowhere.csv", "out.json"),
        ("draw", "nowhere.csv", "-o", "out.png"),
        ("draw", "tiny.yaml", "-o", "out.pdf"),
        ("describe", "tiny.yaml"),
    ],
)
def test_what_cannot_be_read_or_written_is_one_sentence(simnet, arguments):
    result = simnet("network", *arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith(("Error: ", "Usage: "))
    assert not list(Path().glob("out*"))


@pytest.mark.parametrize("name", ["picture.png", "picture.svg"])
def test_draw_writes_a_picture(simnet, name):
    result = simnet("network", "draw", str(made(simnet)), "-o", name)
    assert result.stdout == f"{name}\n"
    assert Path(name).stat().st_size > 5_000


def test_draw_names_the_columns_there_are(simnet):
    result = simnet("network", "draw", str(made(simnet)), "-o", "out.png", "--colour", "age")
    assert result.exit_code == 2
    assert "people have no column 'age'; there are place" in result.stderr


def test_the_models_are_listed_with_their_keys(simnet):
    listed = simnet("list", "networks").stdout
    assert "watts-strogatz" in listed
    assert "people, degree, rewiring" in listed
