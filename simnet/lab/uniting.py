"""Two experiments made one, so that the trials of both are its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simnet.errors import SpecError
from simnet.lab.identity import InputFiles, settings
from simnet.spec.trials import BASE

if TYPE_CHECKING:
    from simnet.spec import Experiment

__all__ = ["never_less", "unite", "with_arm"]


def with_arm(experiment: Experiment, name: str, overrides: Mapping[str, Any]) -> Experiment:
    """The experiment with one more arm; the one of an experiment without arms stays beside it."""
    if not experiment.arms:
        experiment = experiment.with_arm(BASE, {})
    return experiment.with_arm(name, overrides)


def unite(one: Experiment, two: Experiment) -> tuple[Experiment, list[int]]:
    """The experiment of both, and the numbers that the points of the second have in it.

    Raises
    ------
    SpecError
        They cannot be one.
    """
    points = [dict(point) for point in one.points]
    points += [dict(point) for point in two.points if dict(point) not in points]
    places = [points.index(dict(point)) for point in two.points]
    both = one if len(points) == len(one.points) else one.at(points)
    if not two.arms and BASE not in both.arm_names:
        both = with_arm(both, BASE, {})
    for name in two.arms:
        if name not in both.arm_names:
            both = with_arm(both, name, two.arms[name])
    return both.with_replicates(max(one.replicates, two.replicates)), places


def never_less(now: Experiment, before: Experiment) -> Experiment:
    """An experiment, with the arms, points and replicates that it had before and has no more.

    It is left as it is where trials of before would not be what they were.
    """
    shorter, longer = sorted([before, now], key=lambda each: len(each.points))
    try:
        both, places = unite(longer, shorter)
        numbers_stay = places == list(range(len(shorter.points)))
        return both if numbers_stay and _is_as_before(both, before) else now
    except SpecError:
        return now


def _is_as_before(both: Experiment, before: Experiment) -> bool:
    files = InputFiles({})
    return all(
        settings(both, both.world(arm), files) == settings(before, before.world(arm), files)
        for arm in before.arm_names
    )
