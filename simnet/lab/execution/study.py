"""What is handed to an executor, and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from simnet.lab.execution.networks import SharedNetworks
    from simnet.lab.execution.trial import Engine
    from simnet.lab.store import Store
    from simnet.network import Network
    from simnet.spec import Experiment, TrialKey, WorldSpec

__all__ = ["Executor", "Failure", "Outcome", "Study", "Watch"]


@dataclass(frozen=True, slots=True)
class Study:
    """All that a worker needs to run any trial of a study; it can be pickled.

    Attributes
    ----------
    store
        Where the worker writes the parts; None when it cannot see the folder, and the parts go
        home with the outcome.
    fingerprint
        The fingerprint of a trial, kept in its part of the table ``trials``.
    networks
        Where worker processes share their networks; None when each makes its own.
    """

    experiment: Experiment
    engine: Engine
    store: Store | None
    fingerprint: Callable[[TrialKey], str]
    networks: SharedNetworks | None = None

    def network(self, world: WorldSpec, replicate: int) -> Network:
        """The network a trial starts from."""
        if self.networks is None:
            return self.engine.network(world, replicate)
        return self.networks.get(world, replicate, partial(self.engine.network, world, replicate))


@dataclass(frozen=True, slots=True)
class Failure:
    """At which stage a trial failed, why, and the traceback if there is one."""

    stage: str
    reason: str
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a trial.

    Attributes
    ----------
    record
        For the journal: ``fingerprint``, ``bytes`` and ``crc32`` (of each part, by table),
        ``wall_s``, ``stages_s``, ``rounds_s``, ``first_round_s`` and ``peak_memory_bytes``; empty
        for a trial that failed.
    failure
        None for a trial that is done.
    parts
        The parts by table, in the order in which they are to be written, where the study has no
        store; else they are written when the outcome comes.
    """

    key: TrialKey
    record: Mapping[str, Any] = field(default_factory=dict)
    failure: Failure | None = None
    parts: Mapping[str, bytes] | None = None


class Watch(Protocol):
    """Is told how a run goes on."""

    def began(self, key: TrialKey) -> None:
        """The trial is being run; once more if its worker was lost."""

    def tick(self, weeks: Mapping[TrialKey, int]) -> None:
        """Called now and then, with the weeks simulated so far of the trials being run."""

    def say(self, text: str) -> None:
        """Something happened that whoever waits should know."""


class Executor(AbstractContextManager["Executor"], Protocol):
    """Runs trials of one study; whatever it has started ends with the context."""

    def outcomes(self, keys: Iterable[TrialKey], watch: Watch) -> Generator[Outcome]:
        """Run the trials; outcomes come as they are ready, in any order.

        Closing the generator abandons the trials being run.

        Raises
        ------
        OSError
            The results folder cannot be written to, which no other trial would survive either.
        ResultsError
            Workers cannot be had, or were lost for good.
        ValueError
            Two of the trials would make the same draws in the same world.
        """
