"""Write docs/parameters.md from the code: python docs/make_parameters.py"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from simnet.spec.behaviour import Behaviour, Market, Parameter, parameters

PAGE = Path(__file__).with_name("parameters.md")

HEAD = """\
# Parameters

Written by `python docs/make_parameters.py`; do not edit.

Every number the model rests on, by its key in an experiment file. Change one with `--set
behaviour.trust.gain=0.1`, in an arm, or in a sweep. What each does in the model is said in
[model.md](model.md), which also lists the evidence behind the tags (M20, ...).

*Range* is what the evidence leaves open; a value outside it is allowed. *Basis*: **seen** in a
source, **derived** by arithmetic from what was seen, **recalled** from a source not read again,
**assumed** where no usable figure was found. *own* is an assumption of this model's making.
"""


def page(rows: Iterable[Parameter]) -> str:
    """The page: a count by basis, then a table a group."""
    rows = list(rows)
    basis = Counter(row.basis for row in rows)
    counts = ", ".join(f"{n} {name}" for name, n in basis.most_common())
    groups = groupby(rows, key=lambda row: row.key.rpartition(".")[0])
    return "\n".join([HEAD, f"{len(rows)} parameters: {counts}.", *map(_section, groups)]) + "\n"


def _section(group: tuple[str, Iterable[Parameter]]) -> str:
    name, rows = group
    lines = (
        f"| `{row.key}` | {row.default:g} | {row.range[0]:g} to {row.range[1]:g} | {row.unit} "
        f"| {row.meaning} | {row.basis} | {row.source} |"
        for row in rows
    )
    return "\n".join(
        [
            f"\n## {name}\n\n{_about(name)}\n",
            "| key | default | range | unit | meaning | basis | source |",
            "| --- | ---: | --- | --- | --- | --- | --- |",
            *lines,
        ]
    )


def _about(group: str) -> str:
    name = group.removeprefix("behaviour.")
    model = Market if name == "market" else type(Behaviour.model_fields[name].default)
    return (model.__doc__ or "").strip()


if __name__ == "__main__":
    PAGE.write_text(page(parameters()), encoding="utf-8")
