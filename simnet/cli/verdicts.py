"""What `run`, `check`, `compare` and `plot` print: text for people, JSON for programs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.cli.listings import nearest

if TYPE_CHECKING:
    import pandas as pd

    from simnet.errors import SpecError
    from simnet.lab import Forecast, Results
    from simnet.spec import Experiment

__all__ = [
    "Verdict",
    "faulty",
    "figures",
    "fine",
    "forecast",
    "verdict",
    "whereabouts",
]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The comparison of a study's arms, as a frame, as text, and its headline for the impatient."""

    comparison: pd.DataFrame
    text: str
    headline: str

    def as_json(self, results: Results, figures: Sequence[Path]) -> str:
        """Where the study is, how many trials it has, and the comparison row by row."""
        content = {
            "results": str(results.path),
            "trials": len(results.experiment.trials()),
            "done": len(results.done),
            "failed": list(results.failed["trial"]),
            "figures": [str(figure) for figure in figures],
            "comparison": _records(self.comparison),
        }
        return json.dumps(content, indent=1, ensure_ascii=False)


def verdict(
    results: Results, *, measures: Sequence[str] = (), reference: str | None = None
) -> Verdict:
    """Compare the arms and write the comparison into the results folder.

    Raises
    ------
    ValueError
        `reference` is no arm, or one of `measures` was not measured.
    """
    from simnet.lab.compare import compare, write_comparison
    from simnet.lab.headline import format_headline
    from simnet.lab.verdict import format_comparison

    chosen = _chosen(results.measures, measures)
    comparison = compare(chosen, reference=reference)
    write_comparison(comparison, results.path)
    if comparison.empty:
        means = _means(chosen)
        return Verdict(comparison, means, means)
    experiment = results.experiment
    headline = format_headline(comparison, experiment.measures, experiment.points)
    whole = f"the whole comparison: simnet compare {shlex.quote(str(results.path))}"
    return Verdict(comparison, format_comparison(comparison), f"{headline}\n{whole}")


def figures(results: Results, folder: Path) -> list[Path]:
    """Draw all figures into `folder`; none while no trial is done."""
    if not results.done:
        return []
    from simnet.figures import save_all

    return list(save_all(results, folder))


def whereabouts(results: Results, figures: Sequence[Path]) -> str:
    """Where the tables and figures are."""
    folders = sorted({str(figure.parent) for figure in figures})
    lines = [
        f"verdict  {results.path / 'comparison.csv'}",
        f"tables   {results.path}  (simnet.open_results reads them)",
        *(f"figures  {folder}" for folder in folders),
    ]
    return "\n" + "\n".join(lines)


def forecast(expected: Forecast, as_json: bool) -> str:
    """What a run would take."""
    if as_json:
        return json.dumps(asdict(expected), indent=1)
    from simnet.lab.wording import duration, size

    there = f", {expected.trials_there} of them already there" if expected.trials_there else ""
    return "\n".join(
        [
            f"trials   {expected.trials}{there}",
            f"jobs     {expected.jobs}",
            f"time     about {duration(expected.seconds)}, plus up to a minute for compiling",
            f"memory   about {size(expected.memory_bytes)}",
            f"disk     about {size(expected.disk_bytes)}",
        ]
    )


def fine(experiment: Experiment, as_json: bool) -> str:
    """That an experiment can be run, and how large it is."""
    if as_json:
        return _checked(experiment.name, [], arms=list(experiment.arm_names), **_counts(experiment))
    from simnet.lab.wording import counted

    arms, points = len(experiment.arm_names), len(experiment.points)
    return (
        f"{experiment.name} is fine: {counted(arms, 'arm')} x {counted(points, 'point')} x "
        f"{counted(experiment.replicates, 'replicate')} = "
        f"{counted(len(experiment.trials()), 'trial')}"
    )


def faulty(error: SpecError) -> str:
    """Why an experiment cannot be run, as JSON."""
    problems = [
        {
            "file": problem.place.source,
            "line": problem.place.line or None,
            "column": problem.place.column or None,
            "key": problem.key,
            "rule": problem.rule,
            "value": problem.value or None,
            "nearest": problem.nearest or None,
        }
        for problem in error.problems
    ]
    return _checked(error.name, problems)


def _counts(experiment: Experiment) -> dict[str, int]:
    return {
        "points": len(experiment.points),
        "replicates": experiment.replicates,
        "trials": len(experiment.trials()),
    }


def _checked(name: str, problems: Sequence[Mapping[str, Any]], **more: Any) -> str:
    content = {"fine": not problems, "name": name, "problems": problems, **more}
    return json.dumps(content, indent=1, ensure_ascii=False)


def _chosen(measures: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    if not names:
        return measures
    known = [str(name) for name in measures["measure"].unique()]
    for name in names:
        if name not in known:
            raise ValueError(f"{name!r} was not measured; {nearest(name, known)}")
    return measures[measures["measure"].isin(names)]


def _means(measures: pd.DataFrame) -> str:
    """Mean and standard deviation of each measure over replicates, where one arm stands alone."""
    if measures.empty:
        return "no trial is done, so there is nothing to compare"
    keys = ["arm", "point", "measure"]
    grouped = measures.groupby(keys, observed=True, sort=False)["value"]
    table = grouped.agg(mean="mean", sd="std", n="count").reset_index()
    if table["point"].nunique() == 1:
        table = table.drop(columns="point")
    return str(table.to_string(index=False, float_format="{:.4g}".format, na_rep="-"))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with None where a number is undefined, which JSON has no word for."""
    rows = frame.to_dict(orient="records")
    return [{str(key): _plain(value) for key, value in row.items()} for row in rows]


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value
