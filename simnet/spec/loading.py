"""Reading an experiment file: what it extends, what is set on the command line, what is wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from simnet.errors import Place, Problem, SpecError
from simnet.spec import shipped
from simnet.spec.designs.csv_file import columns
from simnet.spec.experiment import Experiment
from simnet.spec.extending import merged
from simnet.spec.file_paths import FILES, absolute
from simnet.spec.files import find, read_text
from simnet.spec.findings import Finding, dotted, findings_of, nearest, shown
from simnet.spec.limits import machine_memory
from simnet.spec.origins import Origins, origins
from simnet.spec.overrides import put_node, split_setting
from simnet.spec.source import Node, Unusable, parse, plain
from simnet.spec.sweeping import swept

SET = Place("--set")


def load(
    path_or_name: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    replicates: int | None = None,
    check_memory: bool = True,
) -> Experiment:
    """The experiment in a file, or the shipped one of that name.

    Parameters
    ----------
    path_or_name
        A file, or a bare name: `NAME` or `NAME.yaml` here, else the shipped configuration.
    overrides
        Settings such as `network.people=500`, the value being YAML; relative paths in them are
        relative to the working directory.
    seed, replicates
        The same for these two keys.
    check_memory
        Whether to refuse a world that does not fit into the memory of this machine.

    Raises
    ------
    SpecError
        The experiment cannot be run; every problem is in `.problems`, with its place.
    """
    experiment, _ = load_with_origins(
        path_or_name,
        overrides=overrides,
        seed=seed,
        replicates=replicates,
        check_memory=check_memory,
    )
    return experiment


def load_with_origins(
    path_or_name: str | os.PathLike[str],
    *,
    overrides: Sequence[str] = (),
    seed: int | None = None,
    replicates: int | None = None,
    check_memory: bool = True,
) -> tuple[Experiment, Origins]:
    """The same, and where each value that is no default was written, by dotted key.

    A list is one value. The places are texts such as ``pilot.yaml:5:13`` and ``--set``.
    """
    reading = Reading(os.fspath(path_or_name))
    root = reading.assembled()
    for setting in overrides:
        root = reading.set(root, setting)
    for key, value in (("seed", seed), ("replicates", replicates)):
        if value is not None:
            place = Place(f"--{key}")
            root = put_node(root, (key,), Node(value, place, place))
    root = absolute(reading.with_points(root))
    context = {"memory": machine_memory() if check_memory else None}
    try:
        experiment = Experiment.model_validate(plain(root), context=context)
    except ValidationError as error:
        found = findings_of(error, Experiment)
        raise reading.failed([reading.located(root, finding) for finding in found]) from None
    if reading.problems:
        raise reading.failed([])
    return experiment, origins(root, reading.bases)


def missing_files(experiment: Experiment) -> list[tuple[str, Path]]:
    """The files that an experiment names and that are not there, by key path.

    Loading does not look for them, so an experiment can be written, opened and shown on another
    machine than the one it runs on.
    """
    missing: dict[Path, str] = {}
    everywhere = range(len(experiment.points))
    varied = any(key.split(".")[0] == "network" for key in experiment.points[0])
    for arm in experiment.arm_names:
        for point in everywhere if varied else everywhere[:1]:
            network = experiment.world(arm, point).network
            for _, key in FILES:
                value = getattr(network, key, None)
                if value is not None and not Path(value).is_file():
                    missing.setdefault(Path(value), f"network.{key}")
    return [(key, path) for path, key in missing.items()]


class Reading:
    """One file being read: its tree, and what was found wrong on the way."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self.bases: list[str] = []

    def assembled(self) -> Node:
        """The tree of the file over those of the files it extends."""
        try:
            path = find(self.name, Path())
            self.name = str(path)
            return self._tree(path, ())
        except Unusable as error:
            self.name = self.name if error.problem.place.line else error.problem.place.source
            raise self.failed([error.problem]) from None

    def set(self, root: Node, setting: str) -> Node:
        """The tree with one `key=value` put in."""
        key, equals, text = setting.partition("=")
        path = split_setting(key.strip())

        def report(problem: Problem) -> None:
            self.problems.append(replace(problem, place=SET, key=key))

        if not (equals and path):
            self.problems.append(Problem(SET, setting, "must be written as key.path=value"))
            return root
        if path[0] == "extends":
            report(Problem(SET, key, "must stand in the file itself"))
            return root
        if values := swept(path, text):
            path, text = ("sweep", key.strip()), values
        if path[0] == "strategies" and len(path) > 2:
            root = _with_shipped_strategy(root, path[1])
        try:
            value = parse(text, SET.source, report) if text.strip() else None
            return put_node(root, path, _set_at(SET, value))
        except Unusable as error:
            report(replace(error.problem, value=shown(text)))
        except LookupError as error:
            report(Problem(SET, key, str(error.args[0])))
        return root

    def with_points(self, root: Node) -> Node:
        """The tree with the points of a CSV design in it, each at its place in that file."""
        design = absolute(root).content.get("design")
        values = {} if design is None or not isinstance(design.content, dict) else design.content
        file = values.get("file")
        if file is None or not isinstance(file.content, str) or "parameters" in values:
            return root
        try:
            return put_node(root, ("design", "parameters"), columns(Path(file.content)))
        except Unusable as error:
            self.problems.append(
                _unread(error.problem, file, root.content["design"].content["file"])
            )
            return put_node(root, ("design",), Node(None, design.place, design.key_place))

    def located(self, root: Node, finding: Finding) -> Problem:
        """The finding as a problem at the place where its cause was written."""
        for path in (finding.path, *finding.also):
            node, depth = _deepest(root, path)
            if depth == len(path):
                break
        else:
            node, depth = _deepest(root, finding.path)
        on_key = finding.at_key or depth < len(finding.path)
        place = node.key_place if on_key and node.key_place is not None else node.place
        return Problem(place, dotted(finding.path), finding.rule, finding.got, finding.nearest)

    def failed(self, more: Sequence[Problem]) -> SpecError:
        """Everything found wrong, in the order of the file, then of the others."""
        problems = dict.fromkeys([*self.problems, *more])
        return SpecError(self.name, sorted(problems, key=self._order))

    def _order(self, problem: Problem) -> tuple[bool, Place]:
        return problem.place.source != self.name, problem.place

    def _tree(self, path: Path, above: tuple[Path, ...]) -> Node:
        root = parse(read_text(path), str(path), self.problems.append)
        if not isinstance(root.content, dict):
            raise Unusable(Problem(root.place, "", "must be a mapping", shown(plain(root))))
        extends = root.content.pop("extends", None)
        if extends is None:
            return root
        chain = (*above, path)
        base = self._base(extends, chain)
        self.bases.append(str(base))
        return merged(self._tree(base, chain), root)

    def _base(self, extends: Node, chain: tuple[Path, ...]) -> Path:
        def unusable(rule: str, value: str = "", nearest: str = "") -> Unusable:
            return Unusable(Problem(extends.place, "extends", rule, value, nearest))

        value = shown(plain(extends))
        if not isinstance(extends.content, str):
            raise unusable("must name a file or a shipped configuration", value)
        try:
            base = find(extends.content, chain[-1].parent)
        except Unusable as error:
            raise unusable(error.problem.rule, value, error.problem.nearest) from None
        if any(base.samefile(file) for file in chain):
            circle = " -> ".join(file.name for file in (*chain, base))
            raise unusable(f"must not go in a circle, {circle}")
        return base


def _unread(problem: Problem, file: Node, written: Node) -> Problem:
    """What is wrong in a file of points, or with the name it is `written` by."""
    if problem.place.line:
        return problem
    path = Path(file.content)
    hint = nearest(path.name, sorted(beside.name for beside in path.parent.glob("*.csv")))
    return Problem(written.place, "design.file", problem.rule, shown(written.content), hint)


def _with_shipped_strategy(root: Node, name: str) -> Node:
    """The tree with the shipped strategy of this name written out, for parts of it to be set."""
    _, depth = _deepest(root, ("strategies", name))
    if depth == 2 or name not in shipped.strategies():
        return root
    return put_node(root, ("strategies", name), _set_at(SET, shipped.strategy(name)))


def _set_at(place: Place, value: Node | None) -> Node:
    """A value from the command line: all of it was written at one place."""
    content = None if value is None else value.content
    if isinstance(content, dict):
        content = {key: _set_at(place, item) for key, item in content.items()}
    elif isinstance(content, list):
        content = [_set_at(place, item) for item in content]
    return Node(content, place, place)


def _deepest(root: Node, path: tuple[str | int, ...]) -> tuple[Node, int]:
    """The node at the path, or the nearest one above it, and how many steps lead there."""
    node = root
    for depth, part in enumerate(path):
        try:
            node = node.content[part]
        except (LookupError, TypeError):
            return node, depth
    return node, len(path)
