"""Which executor runs a study."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simnet.lab.execution.processes import Processes
from simnet.lab.execution.serial import Serial

if TYPE_CHECKING:
    from simnet.lab.execution.study import Executor, Study
    from simnet.spec.execution import Cluster

__all__ = ["open_executor"]


def open_executor(
    study: Study, *, jobs: int | None, dask: str | None = None, cluster: Cluster | None = None
) -> Executor:
    """What runs the trials of a study.

    Parameters
    ----------
    jobs
        Trials at a time on this machine: in this process for one, on a pool for more.
    dask
        The address of a Dask scheduler whose workers run them instead, such as
        ``tcp://host:8786``.
    cluster
        A cluster to start instead.

    Raises
    ------
    ResultsError
        Dask is not installed, or does not start.
    """
    where = dask if dask is not None else cluster
    if where is not None:
        from simnet.lab.execution.dask import Dask

        return Dask(study, where)
    if jobs is None:
        raise ValueError("there must be a number of jobs, or a cluster")
    return Serial(study) if jobs == 1 else Processes(study, jobs)
