"""Dotted overrides: `focal.strategy`, `strategies.give-first.routines.1.hours`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from simnet.spec.source import Node


def split(key: str) -> tuple[str, ...]:
    """The steps of a dotted key; empty where the key is malformed."""
    parts = tuple(key.split("."))
    return parts if all(parts) else ()


def split_setting(key: str) -> tuple[str, ...]:
    """The same for a whole experiment, where arms and sweep have dotted keys of their own."""
    parts = split(key)
    whole = {"arms": 2, "sweep": 1}.get(parts[0], len(parts)) if parts else 0
    return (*parts[:whole], ".".join(parts[whole:])) if len(parts) > whole else parts


def put(tree: Any, path: tuple[str, ...], value: Any) -> Any:
    """The plain data with `value` at `path`; what lies elsewhere is shared, not copied.

    Raises
    ------
    LookupError
        A step of the path leads into a single value or past the end of a list.
    """
    if not path:
        return value
    items = _opened(tree)
    key = _step(items, path[0])
    inner = items.get(key) if isinstance(items, dict) else items[key]
    items[key] = put(inner, path[1:], value)
    return items


def put_node(tree: Node | None, path: tuple[str, ...], value: Node) -> Node:
    """The same for data that knows its places."""
    if not path:
        return value
    items = _opened(None if tree is None else tree.content)
    key = _step(items, path[0])
    inner = items.get(key) if isinstance(items, dict) else items[key]
    items[key] = put_node(inner, path[1:], value)
    if tree is None:
        return Node(items, value.place, value.key_place)
    return Node(items, tree.place, tree.key_place)


def _opened(tree: Any) -> Any:
    """A shallow copy that can be written to."""
    if tree is None:
        return {}
    if isinstance(tree, BaseModel):
        return {name: getattr(tree, name) for name in tree.model_fields_set}
    if isinstance(tree, Mapping):
        return dict(tree)
    if isinstance(tree, list | tuple):
        return list(tree)
    raise LookupError("leads into a single value, which has no keys")


def _step(items: Any, part: str) -> Any:
    if isinstance(items, dict):
        return part
    if not part.isdecimal() or int(part) >= len(items):
        raise LookupError(f"leads into a list of {len(items)}, counted from 0; got '{part}'")
    return int(part)
