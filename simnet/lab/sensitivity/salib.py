"""To and from SALib's problem dictionaries [1]_.

References
----------
.. [1] Iwanaga, Usher and Herman (2022), Toward SALib 2.0: advancing the accessibility and
   interpretability of global sensitivity analyses, Socio-Environmental Systems Modelling 4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simnet.spec.designs import Range

if TYPE_CHECKING:
    from simnet.spec import Experiment

__all__ = ["design_from_problem", "problem"]

LAWS = {"linear": "unif", "log": "logunif"}
SCALES = {law: scale for scale, law in LAWS.items()}


def problem(experiment: Experiment) -> dict[str, Any]:
    """SALib's problem for the design of an experiment.

    The rows of a saltelli design come in the order of ``SALib.sample.sobol.sample`` with
    ``calc_second_order=False``, those of a morris design in that of ``SALib.sample.morris.sample``:
    the means over replicates at these rows go into SALib's ``analyze`` as they are.

    Raises
    ------
    ValueError
        The design has no ranges, or a parameter is a list of values: SALib has numbers only.
    """
    parameters = getattr(experiment.design, "parameters", {})
    lists = [name for name, parameter in parameters.items() if not isinstance(parameter, Range)]
    if not parameters or lists:
        which = f"{lists[0]} is a list of values" if lists else "the experiment has none"
        raise ValueError(f"SALib needs a design whose parameters are ranges; {which}")
    return {
        "num_vars": len(parameters),
        "names": list(parameters),
        "bounds": [[one.low, one.high] for one in parameters.values()],
        "dists": [LAWS[one.scale] for one in parameters.values()],
    }


def design_from_problem(problem: Mapping[str, Any], kind: str, **counts: int) -> dict[str, Any]:
    """The `design:` of an experiment file for a SALib problem.

    Parameters
    ----------
    problem
        With names, bounds and perhaps dists.
    kind
        lhs, sobol, saltelli or morris.
    **counts
        How many points: points, base_points or trajectories, as the kind has it.

    Raises
    ------
    ValueError
        The problem has groups, or a distribution other than unif and logunif.
    """
    names, bounds = list(problem["names"]), list(problem["bounds"])
    groups = problem.get("groups")
    if groups and list(groups) != names:
        raise ValueError("problem must be without groups: parameters are varied one by one")
    laws = problem.get("dists") or ["unif"] * len(names)
    for name, law in zip(names, laws, strict=True):
        if law not in SCALES:
            raise ValueError(f"problem must have unif or logunif for {name}; got {law!r}")
    parameters = {
        name: {"low": low, "high": high, "scale": SCALES[law]}
        for name, (low, high), law in zip(names, bounds, laws, strict=True)
    }
    return {"kind": kind, **counts, "parameters": parameters}
