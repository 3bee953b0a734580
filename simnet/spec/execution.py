"""What running an experiment may take, and where it is run; neither changes a number."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simnet.spec.base import Count, Model, Rule

__all__ = ["Cluster", "Limits"]


class Limits(Model):
    """When a trial has gone on for too long, or grown too large."""

    trial_minutes: Annotated[float, Field(gt=0.0)] | None = Field(
        default=None, description="minutes after which a trial has failed; none if not given"
    )
    trial_gib: Annotated[float, Field(gt=0.0)] | None = Field(
        default=None,
        description="GiB of memory above which a trial has failed; none if not given",
    )
    keep_going: bool = Field(
        default=True, description="whether the other trials are run after one has failed"
    )


class Cluster(Model):
    """Where trials are run when it is not on this machine's own processes."""

    kind: Literal["local", "slurm", "ssh"] = Field(description="how workers are started")
    workers: Count = Field(default=2, description="worker processes; the most there may be")
    cores: Count = Field(default=1, description="cores a worker")
    memory: Annotated[
        str,
        Field(pattern=r"^[0-9]+(\.[0-9]+)? ?[KMGT]i?B$"),
        Rule("must be an amount of memory such as 4GiB"),
    ] = Field(default="4GiB", description="memory a worker")
    walltime: Annotated[
        str,
        Field(pattern=r"^([0-9]+-)?[0-9]{1,2}:[0-9]{2}:[0-9]{2}$"),
        Rule("must be a time such as 02:00:00 or 1-00:00:00"),
    ] = Field(default="01:00:00", description="how long a worker may live (slurm)")
    queue: str | None = Field(default=None, description="partition to ask for (slurm)")
    account: str | None = Field(default=None, description="account to charge (slurm)")
    prologue: tuple[str, ...] = Field(
        default=(), strict=False, description="shell commands before a worker starts (slurm)"
    )
    hosts: tuple[str, ...] = Field(
        default=(), strict=False, description="the scheduler's host, then the workers' (ssh)"
    )
