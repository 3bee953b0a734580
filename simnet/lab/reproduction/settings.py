"""What the settings of every study have in common."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from simnet.spec.base import Model, Name

__all__ = ["StudySettings"]


class StudySettings(Model):
    """The settings of a study; its own `Settings` adds every number it uses that is not published
    data.

    The file may also have `quick:`, a mapping of dotted keys to the values that take the place of
    the others when the study is to be quick.
    """

    file_keys: ClassVar[tuple[str, ...]] = ("quick",)

    version: Literal[1] = Field(description="version of the language this file is written in")
    study: Name = Field(description="the study, as its file and its module are called")
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = Field(description="the one source of chance")
