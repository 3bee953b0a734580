"""Run the commands that the pages show and put their output under them.

python docs/make_outputs.py takes a few minutes: the quickstart is among them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[1]
PAGES = (ROOT / "README.md", ROOT / "docs" / "networks.md")

_FILE = re.compile(r"`([\w-]+\.(?:yaml|py))`:\n\n```(?:yaml|python)\n(.*?)```", re.DOTALL)
_CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
_SECONDS = re.compile(r"\(\d+\.\d\d s\)")
_PROGRAMS = {"simnet": [sys.executable, "-m", "simnet"], "python": [sys.executable]}


def files(page: str) -> dict[str, str]:
    """The files that a page tells its reader to save, by name."""
    return dict(_FILE.findall(page))


def refreshed(page: str, folder: Path) -> str:
    """The page with the output that its commands have when they are run in `folder`."""
    for name, text in files(page).items():
        (folder / name).write_text(text, encoding="utf-8")
    return _CONSOLE.sub(lambda block: _rerun(block.group(1), folder), page)


def _rerun(block: str, folder: Path) -> str:
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    shown = [f"{command}\n{output(command[2:], folder)}" for command in commands]
    return "```console\n" + "".join(shown) + "```"


def output(command: str, folder: Path) -> str:
    """What a command answers, or what it says is wrong; not its progress, nor times."""
    program, *arguments = shlex.split(command)
    done = subprocess.run(
        [*_PROGRAMS[program], *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    return _SECONDS.sub("(… s)", done.stdout or done.stderr)


if __name__ == "__main__":
    for page in PAGES:
        with TemporaryDirectory() as temporary:
            text = refreshed(page.read_text(encoding="utf-8"), Path(temporary))
        page.write_text(text, encoding="utf-8")
