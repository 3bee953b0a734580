"""Paths of files in an experiment: relative to where they were written."""

from __future__ import annotations

import os
from pathlib import Path

from simnet.spec.source import Node

# The keys that hold them, wherever a world is described: in the base, an arm or the design.
FILES = (("network", "path"), ("network", "people_table"))
DESIGN_FILE = ("design", "file")


def absolute(root: Node) -> Node:
    """The tree of an experiment with absolute paths.

    What stands in a file is relative to its folder, what stands on the command line to the
    working directory.
    """
    items = {}
    for key, node in _items(root).items():
        if key in ("arms", "design"):
            parts = {
                part: _below(inner, (key, part) if (key, part) == DESIGN_FILE else ())
                for part, inner in _items(node).items()
            }
            items[key] = Node(parts or node.content, node.place, node.key_place)
        else:
            items[key] = _below(node, () if key == "sweep" else (key,))
    return Node(items, root.place, root.key_place)


def _items(node: Node) -> dict[str, Node]:
    return node.content if isinstance(node.content, dict) else {}


def _below(node: Node, steps: tuple[str, ...]) -> Node:
    """The same for what lies below these steps of a dotted key."""
    content = node.content
    if steps in (*FILES, DESIGN_FILE) and isinstance(content, str) and content:
        content = _absolute(content, node)
    elif isinstance(content, list):
        content = [_below(item, steps) for item in content]
    elif isinstance(content, dict):
        content = {key: _below(item, (*steps, *key.split("."))) for key, item in content.items()}
    return Node(content, node.place, node.key_place)


def _absolute(path: str, node: Node) -> str:
    folder = Path(node.place.source).parent if node.place.line else Path()
    return os.path.abspath(folder / os.path.expanduser(path))
