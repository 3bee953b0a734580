"""``simnet sensitivity`` and ``simnet calibrate``: what moves a measure, and what fits figures."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simnet.cli import names
from simnet.cli.conventions import AS_JSON
from simnet.cli.experiments import continuable, experiment_options, load_experiment
from simnet.cli.studies import open_study
from simnet.cli.verdicts import plain, records
from simnet.errors import ResultsError

if TYPE_CHECKING:
    from simnet.lab import Results
    from simnet.lab.calibration import Calibration
    from simnet.lab.sensitivity import Sensitivity

__all__ = ["calibrate", "sensitivity"]


@click.command()
@click.argument("results", type=click.Path(path_type=Path), shell_complete=names.results)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    shell_complete=names.measures,
    help="Instead of the first; can be given again.",
)
@click.option("--arm", "arms", multiple=True, metavar="ARM", help="Instead of every arm.")
@click.option("--versus", metavar="ARM", help="Analyse the paired differences from this arm.")
@click.option(
    "--method",
    type=click.Choice(["sobol", "morris", "pawn", "ranks"]),
    help="Default: what the design was made for, else pawn.",
)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="Default: RESULTS/sensitivity.")
@AS_JSON
def sensitivity(
    results: Path,
    measures: tuple[str, ...],
    arms: tuple[str, ...],
    versus: str | None,
    method: str | None,
    out: Path | None,
    as_json: bool,
) -> None:
    """Say which parameters move a measure, and how much.

    RESULTS is a results folder, or the name of a study under results/. Tables and figures are
    written to RESULTS/sensitivity, one a measure and arm.

    \b
    Examples:
      simnet sensitivity results/my-design
      simnet sensitivity my-design --measure trust --arm give-first --versus hard-sell
    """
    opened = open_study(results)
    try:
        found = _analysed(opened, measures, arms, versus, method)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    written = [_write_sensitivity(one, out or opened.path / "sensitivity") for one in found]
    if as_json:
        click.echo(_json([_sensitivity_content(one) for one in found]))
        return
    from simnet.lab.sensitivity import format_sensitivity

    click.echo("\n\n".join(format_sensitivity(one) for one in found))
    click.echo("\n" + "\n".join(str(file) for files in written for file in files), err=True)


def _analysed(
    results: Results,
    measures: Sequence[str],
    arms: Sequence[str],
    versus: str | None,
    method: str | None,
) -> list[Sensitivity]:
    from simnet.lab.sensitivity import sensitivity

    chosen = measures or [str(name) for name in results.measures["measure"].unique()[:1]]
    if not chosen:
        raise ResultsError(f"no trial of {results.path} is done, so there is nothing to analyse")
    others = [arm for arm in results.experiment.arm_names if arm != versus]
    return [
        sensitivity(results, measure, arm=arm, versus=versus, method=method)
        for measure in chosen
        for arm in arms or others
    ]


def _write_sensitivity(found: Sensitivity, folder: Path) -> list[Path]:
    from simnet.figures.saving import save
    from simnet.figures.sensitivity import parameter_effects
    from simnet.lab.frames import write_frame

    parts = [found.measure, found.arm, *([f"less-{found.versus}"] if found.versus else [])]
    stem = folder / ".".join([*parts, found.method])
    folder.mkdir(parents=True, exist_ok=True)
    return [*write_frame(found.table, stem), *save(parameter_effects(found), stem)]


def _sensitivity_content(found: Sensitivity) -> dict[str, Any]:
    noise = dict(zip(("value", "low", "high"), map(float, found.noise), strict=True))
    return {
        "measure": found.measure,
        "arm": found.arm,
        "versus": found.versus,
        "method": found.method,
        "level": found.level,
        "points": found.points,
        "replicates": found.replicates,
        "noise_share": {key: plain(value) for key, value in noise.items()},
        "indices": records(found.table),
    }


@click.command()
@experiment_options
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Trials at a time.")
@click.option(
    "-o", "--out", type=click.Path(path_type=Path), help="Default: results/NAME-calibration."
)
@click.option("-q", "--quiet", is_flag=True, help="No progress; failures are still reported.")
@AS_JSON
def calibrate(
    config: str,
    more: tuple[str, ...],
    changes: tuple[str, ...],
    seed: int | None,
    replicates: int | None,
    jobs: int | None,
    out: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Fit parameters to figures; say how far those fix them.

    CONFIG is a YAML file, or the name of a shipped config, with parameters, targets and method
    under `calibrate:`. A calibration that was stopped continues when the same command is given
    again.

    \b
    Examples:
      simnet calibrate calibration
      simnet calibrate my.yaml --set calibrate.points=400 -j 4
    """
    from simnet import lab
    from simnet.figures.calibration import likely_parameters
    from simnet.figures.saving import save
    from simnet.lab import calibration

    experiment = load_experiment(config, more, changes, seed, replicates)
    folder = calibration.calibration_folder(experiment, out)
    with continuable(folder):
        found = calibration.calibrate(experiment, out=folder, jobs=jobs, progress=not quiet)
        written = calibration.write_calibration(found, folder / "calibration")
        written += save(likely_parameters(found), folder / "calibration" / "likely-parameters")
    if as_json:
        click.echo(_json(_calibration_content(found, lab.open_results(folder))))
        return
    click.echo(calibration.format_calibration(found))
    if not quiet:
        click.echo("\n" + "\n".join(map(str, written)), err=True)


def _calibration_content(found: Calibration, results: Results) -> dict[str, Any]:
    import pandas as pd

    content: dict[str, Any] = {"results": str(results.path)}
    for field in fields(found):
        value = getattr(found, field.name)
        content[field.name] = records(value) if isinstance(value, pd.DataFrame) else value
    return content


def _json(content: Any) -> str:
    return json.dumps(content, indent=1, ensure_ascii=False)
