"""A network described by itself, by the name of its model and settings like `degree=10`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import ValidationError

from simnet.errors import Place, Problem, SpecError
from simnet.spec.base import Model
from simnet.spec.checks import too_large
from simnet.spec.findings import Finding, dotted, findings_of, shown
from simnet.spec.limits import machine_memory
from simnet.spec.networks import NetworkSpec
from simnet.spec.overrides import put, split
from simnet.spec.source import Unusable, parse, plain

_NAME = "the network"
_HERE = Place(_NAME)


class _Alone(Model):
    network: NetworkSpec


def network_of(model: str, settings: Sequence[str] = ()) -> NetworkSpec:
    """The network of this model with these settings, the values being YAML.

    Raises
    ------
    SpecError
        There is no such network; every problem is in `.problems`.
    """
    problems: list[Problem] = []
    values: dict[str, Any] = {"model": model}
    for setting in settings:
        _set(values, setting, problems)
    if problems:
        raise SpecError(_NAME, problems)
    try:
        described = _Alone.model_validate({"network": values}).network
    except ValidationError as error:
        raise SpecError(_NAME, _problems(findings_of(error, _Alone))) from None
    if large := _problems(too_large(described, machine_memory())):
        raise SpecError(_NAME, large)
    return described


def _set(values: dict[str, Any], setting: str, problems: list[Problem]) -> None:
    key, equals, text = setting.partition("=")
    path = split(key)
    if not (equals and path):
        problems.append(Problem(_HERE, setting, "must be written as key=value"))
        return
    try:
        value = plain(parse(text, key, problems.append)) if text.strip() else None
        values.update(put(values, path, value))
    except Unusable as error:
        problems.append(Problem(_HERE, key, error.problem.rule, shown(text)))
    except LookupError as error:
        problems.append(Problem(_HERE, key, str(error.args[0])))


def _problems(findings: Iterable[Finding]) -> list[Problem]:
    return [
        Problem(_HERE, dotted(found.path[1:]), found.rule, found.got, found.nearest)
        for found in findings
    ]
