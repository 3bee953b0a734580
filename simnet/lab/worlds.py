"""What is kept of every world of an experiment: worlds are made one at a time and let go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simnet.agents import MODEL_VERSION
from simnet.errors import ResultsError, SpecError
from simnet.lab.forecast import Size, size_of
from simnet.lab.identity import (
    Fingerprints,
    InputFiles,
    digest,
    first_difference,
    settings,
)
from simnet.lab.inventory import Inventory, keys_among
from simnet.lab.parts import LAST, read_seal

if TYPE_CHECKING:
    from simnet.lab.execution import Engine
    from simnet.lab.store import Store
    from simnet.spec import Experiment, TrialKey

__all__ = ["Worlds", "look_at_worlds", "refuse_other_trials"]


@dataclass(frozen=True, slots=True)
class Worlds:
    """The fingerprints of all trials, how large each world is, and the digests of input files."""

    fingerprint: Fingerprints
    sizes: Mapping[tuple[str, int], Size]
    inputs: Mapping[str, str]

    def size(self, key: TrialKey) -> Size:
        """How large the world of a trial is."""
        return self.sizes[key.arm, key.point]


def look_at_worlds(experiment: Experiment, engine: Engine) -> Worlds:
    """Make the world of every arm and point, and keep what a run needs to know of it.

    Raises
    ------
    NetworkError
        A network cannot be read from its file.
    SpecError
        A strategy cannot be imported.
    """
    files, digests, sizes = InputFiles(), {}, {}
    for point in range(len(experiment.points)):
        for arm in experiment.arm_names:
            world = experiment.world(arm, point)
            engine.check([world])
            digests[arm, point] = digest(settings(experiment, world, files))
            sizes[arm, point] = size_of(world, engine)
    return Worlds(Fingerprints(digests), sizes, files.digests)


def refuse_other_trials(
    store: Store, experiment: Experiment, worlds: Worlds, there: Inventory
) -> None:
    """Raise ResultsError when the folder has a trial of this experiment with other settings."""
    known = there.known
    for key in keys_among(experiment, known):
        if known[key.id].fingerprint != worlds.fingerprint(key):
            raise _other(store, experiment, worlds, key)


def _other(store: Store, experiment: Experiment, worlds: Worlds, key: TrialKey) -> ResultsError:
    advice = "give another folder with -o, or delete it"
    seal = read_seal(store.part(LAST, key.id))
    if seal is not None and seal.model_version != MODEL_VERSION:
        return ResultsError(
            f"{store.path} holds results of model version {seal.model_version} and this is "
            f"version {MODEL_VERSION}; {advice}"
        )
    difference = _difference(store, experiment, worlds, key)
    if difference is None:
        return ResultsError(f"{store.path} holds trial {key.id} with other settings; {advice}")
    return ResultsError(f"{store.path} holds another experiment ({difference}); {advice}")


def _difference(store: Store, experiment: Experiment, worlds: Worlds, key: TrialKey) -> str | None:
    """The first setting in which the trial in the folder differs, as far as the folder tells."""
    from simnet.spec import load

    manifest = store.read_json("manifest.json") or {}
    try:
        before = load(store.experiment_path, check_memory=False)
        world = before.world(key.arm, key.point)
    except (SpecError, KeyError, IndexError):
        return None
    there = settings(before, world, InputFiles(manifest.get("inputs", {})))
    here = settings(experiment, experiment.world(key.arm, key.point), InputFiles(worlds.inputs))
    return first_difference(there, here)
