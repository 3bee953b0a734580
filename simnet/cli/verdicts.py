"""What `run`, `check`, `compare` and `plot` print: text for people, JSON for programs."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.cli.listings import nearest

if TYPE_CHECKING:
    import pandas as pd

    from simnet.errors import SpecError
    from simnet.lab import Forecast, Results
    from simnet.lab.comparison import Comparison
    from simnet.spec import Experiment

__all__ = [
    "SECTIONS",
    "Verdict",
    "comparison",
    "faulty",
    "figures",
    "fine",
    "forecast",
    "verdict",
    "whereabouts",
]


SECTIONS = ("differences", "ratios", "ranks", "crossover", "attrition")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The comparison of a study's arms, as tables, as text, and its headline for the impatient."""

    tables: Mapping[str, pd.DataFrame]
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
            **{name: records(table) for name, table in self.tables.items()},
        }
        return json.dumps(content, indent=1, ensure_ascii=False)


def verdict(results: Results) -> Verdict:
    """Compare the measures of the arms and write the comparison into the results folder."""
    from simnet.lab.comparison import Comparison
    from simnet.lab.frames import write_frame
    from simnet.lab.headline import format_headline
    from simnet.lab.verdict import format_comparison

    comparison = Comparison(results).differences
    write_frame(comparison, results.path / "comparison")
    tables = {"comparison": comparison}
    if comparison.empty:
        means = _means(results.measures)
        return Verdict(tables, means, means)
    experiment = results.experiment
    headline = format_headline(comparison, experiment.measures, experiment.points)
    whole = f"the whole comparison: simnet compare {shlex.quote(str(results.path))}"
    return Verdict(tables, format_comparison(comparison), f"{headline}\n{whole}")


def comparison(
    results: Results,
    *,
    measures: Sequence[str] = (),
    reference: str | None = None,
    sections: Sequence[str] = (),
    points: Sequence[int] = (),
) -> Verdict:
    """Compare the arms in every way, or in these sections; show these measures and points alone.

    Tables are written into the results folder, whole whatever is shown of them. A comparison with
    one reference goes into files of its own.

    Raises
    ------
    ValueError
        `reference` is no arm, one of `measures` was not measured, or one of `points` has no trial.
    """
    from simnet.lab.comparison import Comparison

    _check_measures(results.measures, measures)
    _check_points(results.trials, points)
    compared = Comparison(results, points=points or None, reference=reference)
    shown = sections or (SECTIONS if not measures else SECTIONS[:3])
    if compared.differences.empty:
        means = _means(_narrowed(results.measures, measures, points))
        return Verdict({"comparison": compared.differences}, means, means)
    tables: dict[str, pd.DataFrame] = {}
    texts = []
    for section in (name for name in SECTIONS if name in shown):
        name, whole, wording = _section(compared, section)
        stem = f"{name}-from-{reference}" if name == "comparison" and reference else name
        # with chosen points the weeks and chains of the others were not compared
        if name not in tables and (name in ("comparison", "ranks") or not points):
            _write(whole, results.path / stem)
        tables[name] = _narrowed(whole, measures, points)
        texts.append(wording(tables[name]))
    if compared.n_points > len(compared.points) and not points:
        texts.append(f"Weeks and chains of {len(compared.points)} points; --point shows others.")
    text = "\n\n".join(filter(None, texts))
    return Verdict(tables, text, text)


def _section(
    compared: Comparison, section: str
) -> tuple[str, pd.DataFrame, Callable[[pd.DataFrame], str]]:
    """The name of the table behind a section, the table, and what writes it as text."""
    from simnet.lab import sections
    from simnet.lab.verdict import format_comparison

    match section:
        case "differences":
            return "comparison", compared.differences, format_comparison
        case "ratios":
            return "comparison", compared.differences, sections.format_ratios
        case "ranks":
            return "ranks", compared.ranks, sections.format_ranks
        case "crossover":
            return "crossovers", compared.crossovers, sections.format_crossovers
        case _:
            return "attrition-tests", compared.attrition, sections.format_attrition


def _write(table: pd.DataFrame, stem: Path) -> None:
    from simnet.lab.frames import write_frame

    write_frame(table, stem)


def figures(results: Results, folder: Path, *, points: Sequence[int] = ()) -> list[Path]:
    """Draw all figures into `folder`, at these points or all; none while no trial is done.

    Raises
    ------
    ValueError
        One of `points` has no trial.
    """
    if not results.done:
        return []
    from simnet.figures import save_all

    _check_points(results.trials, points)
    return list(save_all(results, folder, points=points or None))


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
            *([f"but      {expected.shortage}"] if expected.shortage else []),
        ]
    )


def fine(experiment: Experiment, as_json: bool) -> str:
    """That an experiment can be run, and how large it is."""
    if as_json:
        return _checked(experiment.name, [], arms=list(experiment.arm_names), **_counts(experiment))
    from simnet.lab.wording import counted

    arms, points = len(experiment.arm_names), len(experiment.points)
    most = max((goal.max_replicates for goal in experiment.until), default=0)
    left_out = experiment.design_points.left_out
    return (
        f"{experiment.name} is fine: {counted(arms, 'arm')} x {counted(points, 'point')} x "
        f"{counted(experiment.replicates, 'replicate')} = "
        f"{counted(len(experiment.trials()), 'trial')}"
        + (f"; up to {most} replicates, until enough is known" if most else "")
        + (f"; {counted(left_out, 'point')} left out by the constraints" if left_out else "")
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


def _check_measures(measures: pd.DataFrame, names: Sequence[str]) -> None:
    known = [str(name) for name in measures["measure"].unique()]
    for name in names:
        if name not in known:
            raise ValueError(f"{name!r} was not measured; {nearest(name, known)}")


def _check_points(trials: pd.DataFrame, points: Sequence[int]) -> None:
    there = set(trials["point"])
    for point in points:
        if point not in there:
            raise ValueError(f"no trial is done at point {point}")


def _narrowed(table: pd.DataFrame, measures: Sequence[str], points: Sequence[int]) -> pd.DataFrame:
    """The rows that are about these measures and points; all where none are named."""
    if measures and "measure" in table:
        table = table[table["measure"].isin(measures)]
    return table[table["point"].isin(points)] if points else table


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


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows with None where a number is undefined, which JSON has no word for."""
    rows = frame.to_dict(orient="records")
    return [{str(key): plain(value) for key, value in row.items()} for row in rows]


def plain(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value
