"""The files of a reproduction: the card as JSON and Markdown, its checks as a table, its settings.

::

    summary.csv                 a row a study, the last run of each
    <study>/card.json  card.md  checks.csv  settings.yaml

Every file is written in full or not at all.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simnet.lab.reproduction import wording
from simnet.lab.reproduction.card import Check, Value
from simnet.lab.reproduction.many import Outcome
from simnet.lab.reproduction.running import Reproduction
from simnet.lab.store import write_file
from simnet.spec.source import dump

__all__ = ["as_data", "check_rows", "markdown", "summary_row", "write", "write_summary"]

Row = dict[str, Any]
FIGURE = "figure"


def write(reproduction: Reproduction, folder: Path) -> None:
    """Write the files of a reproduction, but for its figure, into `folder`."""
    data = json.dumps(as_data(reproduction), indent=1, ensure_ascii=False, allow_nan=False)
    write_file(folder / "card.json", data + "\n")
    write_file(folder / "card.md", markdown(reproduction))
    write_file(folder / "checks.csv", _csv(check_rows(reproduction)))
    write_file(folder / "settings.yaml", _settings(reproduction))


def write_summary(outcomes: Iterable[Outcome], file: Path) -> None:
    """Put a row a study into the summary; studies that were not run keep theirs."""
    rows = {row["study"]: row for row in _summary(file)}
    rows |= {outcome.name: summary_row(outcome) for outcome in outcomes}
    write_file(file, _csv([rows[name] for name in sorted(rows)]))


def summary_row(outcome: Outcome) -> Row:
    """How a study came out."""
    found = outcome.reproduction
    return {
        "study": outcome.name,
        **wording.counts(found.card.checks if found else ()),
        "seconds": round(found.seconds, 1) if found else None,
        "quick": found.quick if found else None,
        "seed": found.settings["seed"] if found else None,
        "version": found.version if found else None,
        "error": outcome.reason,
    }


def as_data(reproduction: Reproduction) -> Row:
    """A reproduction as plain data; what is undefined is null."""
    card, published = reproduction.card, reproduction.published
    return {
        "study": card.study,
        "question": card.question,
        "citation": published.citation,
        "doi": list(published.doi),
        "measured": published.what,
        "version": reproduction.version,
        "seed": reproduction.settings["seed"],
        "quick": reproduction.quick,
        "seconds": round(reproduction.seconds, 2),
        "fitted": list(card.fitted),
        "predicted": list(card.predicted),
        **wording.counts(card.checks),
        "checks": [
            _plain({**asdict(check), "verdict": check.verdict, "hard": check.hard})
            for check in card.checks
        ],
        "panels": [_plain(asdict(panel)) for panel in card.panels],
        "settings": dict(reproduction.settings),
    }


def check_rows(reproduction: Reproduction) -> list[Row]:
    """The checks as rows of a tidy table: numbers and texts in columns of their own."""
    return [_check_row(reproduction.card.study, check) for check in reproduction.card.checks]


def markdown(reproduction: Reproduction) -> str:
    """The card as a page of Markdown."""
    card, published = reproduction.card, reproduction.published
    size = "quick" if reproduction.quick else "full"
    how = f"simnet {reproduction.version}, seed {reproduction.settings['seed']}, {size} settings"
    lines = [
        f"# {card.study}",
        card.question,
        f"{published.citation} {' '.join(f'doi:{doi}' for doi in published.doi)}".strip(),
        f"**Fitted or given:** {wording.parts(card.fitted)}.",
        f"**Predicted:** {wording.parts(card.predicted)}.",
        f"![Ours over theirs]({FIGURE}.png)",
        _table(card.checks),
        "A difference in capitals is one that fails the study: ours is predicted, theirs is more "
        "than recalled, and no reason to differ was stated beforehand.",
        f"{how}, {reproduction.seconds:.0f} s:",
        f"```yaml\n{dump(dict(reproduction.settings))}```",
    ]
    return "\n\n".join(lines) + "\n"


def _table(checks: Sequence[Check]) -> str:
    head = ("quantity", "units", "published", "flag", "ours", "interval", "role", "verdict", "")
    rows = [
        (
            check.what,
            check.units,
            wording.published(check),
            check.flag,
            wording.ours(check),
            wording.interval(check),
            check.role,
            wording.in_words(check),
            "; ".join(filter(None, (check.tolerance, check.because))),
        )
        for check in checks
    ]
    marked = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(_cell, row))} |" for row in marked)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _check_row(study: str, check: Check) -> Row:
    low, high, text = _columns(check.published)
    ours, _, ours_text = _columns(check.ours)
    least, most = check.allowed or (math.nan, math.nan)
    row = {
        "study": study,
        "what": check.what,
        "units": check.units,
        "role": check.role,
        "flag": check.flag,
        "published_low": low,
        "published_high": high,
        "published_text": text,
        "ours": ours,
        "ours_low": check.low,
        "ours_high": check.high,
        "ours_text": ours_text,
        "allowed_low": least,
        "allowed_high": most,
        "tolerance": check.tolerance,
        "verdict": check.verdict,
        "hard": check.hard,
        "because": check.because,
    }
    plain = _plain(row)
    assert isinstance(plain, dict)
    return plain


def _columns(value: Value) -> tuple[float, float, str]:
    """A value as a number from, a number to, and a text; nan or empty where it is none."""
    if value is None:
        return math.nan, math.nan, ""
    if isinstance(value, str):
        return math.nan, math.nan, value
    low, high = value if isinstance(value, tuple) else (value, value)
    return low, high, ""


def _settings(reproduction: Reproduction) -> str:
    head = f"# Settings of {reproduction.card.study}, all defaults filled in.\n"
    return head + dump(dict(reproduction.settings))


def _summary(file: Path) -> list[Row]:
    if not file.is_file():
        return []
    with file.open(encoding="utf-8", newline="") as text:
        return [dict(row) for row in csv.DictReader(text)]


def _csv(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    if rows:
        table = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    return text.getvalue()


def _plain(value: Any) -> Any:
    """Data that JSON can hold: lists for arrays, None for what is not finite."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, str) or value is None or isinstance(value, bool):
        return value
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    return value if math.isfinite(value) else None
