"""What `status`, `merge` and `gc` print: text for people, JSON for programs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simnet.lab.cleaning import Garbage
    from simnet.lab.merging import Merged
    from simnet.lab.status import Status

__all__ = ["freed", "garbage", "merged", "status", "status_json"]

_STATES = ("done", "running", "failed", "missing")


def status(found: Status) -> str:
    """How far a study is, arm by arm."""
    from simnet.lab.wording import duration

    state = "running" if found.alive else "not running"
    lines = [f"{found.name}, in {found.path}: {state}", "", *_table(found)]
    if found.trials_per_minute is not None:
        lines += ["", f"pace       {found.trials_per_minute:.3g} trials a minute"]
    if found.seconds_left is not None:
        lines.append(f"time left  about {duration(found.seconds_left)}")
    if found.failures:
        lines += ["", "last failures:"]
        lines += [f"  {f.trial} at stage {f.stage}: {f.reason}" for f in found.failures]
    return "\n".join(lines)


def status_json(found: Status) -> str:
    """The same, with the totals."""
    totals = {state: found.total(state) for state in _STATES}
    return json.dumps({**asdict(found), **totals}, indent=1, ensure_ascii=False)


def merged(done: Merged) -> str:
    """What became of a merger."""
    there = f"; {done.there} were there" if done.there else ""
    return f"{done.added} trials added{there}: {done.results.state}, in {done.results.path}"


def garbage(found: Sequence[Garbage]) -> str:
    """What is of no use, with its bytes."""
    from simnet.lab.wording import counted, size

    if not found:
        return "nothing to remove"
    count, total = Counter[str](), Counter[str]()
    for item in found:
        count[item.why] += 1
        total[item.why] += item.size
    return "\n".join(f"{counted(count[why], 'file')}, {size(total[why])}: {why}" for why in count)


def freed(count: int) -> str:
    """How much room there is now."""
    from simnet.lab.wording import size

    return f"removed, {size(count)} freed"


def _table(found: Status) -> list[str]:
    """Rows of equal columns: arms, and their sum."""
    rows = [["arm", *_STATES]]
    rows += [[arm.arm, *(str(getattr(arm, state)) for state in _STATES)] for arm in found.arms]
    if len(found.arms) > 1:
        rows.append(["all", *(str(found.total(state)) for state in _STATES)])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
