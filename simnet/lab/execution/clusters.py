"""Where the workers of a cluster come from: an address, this machine, Slurm, or hosts by SSH."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from simnet.errors import ResultsError, SpecError

if TYPE_CHECKING:
    from simnet.spec.execution import Cluster

__all__ = ["need_dask", "quiet_logs", "slurm_options", "start_cluster"]

_NO_DASHBOARD = {"dashboard": False, "dashboard_address": ":0"}
_DEATH_TIMEOUT_S = 60  # after which a worker that finds no scheduler ends


def need_dask() -> None:
    """Raise ResultsError with what to install when Dask is not there."""
    try:
        import_module("distributed")
    except ImportError as error:
        raise ResultsError(
            "running on a cluster needs Dask: pip install 'simnet[cluster]'"
        ) from error


def start_cluster(cluster: Cluster) -> Any:
    """A Dask cluster with these workers, some of which may still have to start.

    Raises
    ------
    SpecError
        The settings do not suffice for their kind.
    ResultsError
        Dask, or what it needs for this kind, is not installed; or it cannot start.
    """
    need_dask()
    start = {"local": _local, "slurm": _slurm, "ssh": _ssh}[cluster.kind]
    try:
        return start(cluster)
    except ImportError as error:
        raise ResultsError(
            f"a cluster of kind {cluster.kind} needs {error.name}: pip install {error.name}"
        ) from error
    except (OSError, RuntimeError) as error:
        raise ResultsError(f"the {cluster.kind} cluster does not start: {error}") from error


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Keep Dask's log off the screen; what a user must know is said in sentences."""
    loggers = [logging.getLogger(name) for name in ("distributed", "distributed.client")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def slurm_options(cluster: Cluster) -> dict[str, Any]:
    """What dask-jobqueue is told: a Slurm job for each worker, which has one process."""
    return {
        "cores": cluster.cores,
        "processes": 1,
        "memory": cluster.memory,
        "walltime": cluster.walltime,
        "queue": cluster.queue,
        "account": cluster.account,
        "job_script_prologue": list(cluster.prologue),
        "job_name": "simnet",
        "scheduler_options": _NO_DASHBOARD,
    }


def _imported(package: str) -> Any:
    """A package without types."""
    return import_module(package)


def _local(cluster: Cluster) -> Any:
    """A scheduler in this process, with which its workers end, and workers that are commands.

    Those of `distributed.LocalCluster` would run a script without ``__name__`` guard once more.
    """
    worker = {
        "cls": _imported("distributed.deploy.subprocess").SubprocessWorker,
        "options": {
            "worker_kwargs": {
                "nthreads": cluster.cores,
                "memory_limit": cluster.memory,
                "death_timeout": _DEATH_TIMEOUT_S,
                "silence_logs": logging.CRITICAL,
            }
        },
    }
    scheduler = {
        "cls": _imported("distributed").Scheduler,
        "options": {"host": "127.0.0.1", "port": 0, **_NO_DASHBOARD},
    }
    return _imported("distributed").SpecCluster(
        workers=dict.fromkeys(range(cluster.workers), worker), scheduler=scheduler, worker=worker
    )


def _slurm(cluster: Cluster) -> Any:
    made = _imported("dask_jobqueue").SLURMCluster(**slurm_options(cluster))
    # A fixed number would not replace a worker whose time is up.
    made.adapt(minimum_jobs=cluster.workers, maximum_jobs=cluster.workers)
    return made


def _ssh(cluster: Cluster) -> Any:
    if len(cluster.hosts) < 2:
        raise SpecError.of("cluster.hosts must name the scheduler's host, then those of workers")
    _imported("asyncssh")  # which distributed does not name when it is missing
    return _imported("distributed").SSHCluster(
        list(cluster.hosts),
        worker_options={
            "nthreads": cluster.cores,
            "n_workers": cluster.workers,
            "memory_limit": cluster.memory,
        },
        scheduler_options=_NO_DASHBOARD,
    )
