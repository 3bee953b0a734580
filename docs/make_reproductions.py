"""Write docs/reproductions.md from the cards of a full run: ``simnet reproduce --all`` first.

python docs/make_reproductions.py results/reproduce
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from shutil import copyfile
from typing import Any

DOCS = Path(__file__).parent
PAGE = DOCS / "reproductions.md"
PICTURES = DOCS / "reproductions"
INTRODUCTION = """\
# Studies run again

What `simnet reproduce --all` finds, written by `docs/make_reproductions.py`. Every published figure
stands beside ours, with an interval where chance is in it, and a tolerance that comes from the
study's own sample where it can. A figure is

- an **input** or **fitted** if ours was given it, and then says nothing about the model;
- **predicted** otherwise, and then *agrees* or *differs*, with the reason where one is known;
- *not comparable* where our world cannot have it, with the reason.

Published numbers carry a flag: *seen* in a text, *derived* from such, *computed* by whoever
collected them, or *recalled* from memory, which is never held against us. DIFFERS in capitals would
be a figure that ours should have met and does not; `simnet reproduce` then ends with code 3. The
numbers themselves, with sources, are in `experiments/published/`, the settings in
`configs/studies/`.

| study | agree | differ | not comparable | seconds |
|---|---:|---:|---:|---:|
"""


def main(folder: Path) -> None:
    cards = {path.parent.name: path.parent for path in sorted(folder.glob("*/card.json"))}
    PICTURES.mkdir(exist_ok=True)
    lines = [INTRODUCTION + "\n".join(summary(name, card) for name, card in cards.items())]
    for name, card in cards.items():
        copyfile(card / "figure.png", PICTURES / f"{name}.png")
        lines.append(section(name, (card / "card.md").read_text(encoding="utf-8")))
    PAGE.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def summary(name: str, folder: Path) -> str:
    card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    if card["quick"]:
        sys.exit(f"{name} was run with --quick; the page is made from full runs")
    cells = " | ".join(str(card[counted]) for counted in ("agree", "differ", "not_comparable"))
    return f"| [{name}](#{name}) | {cells} | {card['seconds']:.0f} |"


def section(name: str, card: str) -> str:
    """The card, one heading deeper, without the settings that configs/studies/ has."""
    told = card.split("\nA difference in capitals")[0].strip()
    return "#" + told.replace("(figure.png)", f"(reproductions/{name}.png)")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
