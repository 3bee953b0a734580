"""`extends:` puts a file on top of another one.

Mappings are merged key by key. What only makes sense as a whole is replaced as a whole: the shares
of the population, a strategy, an arm, a network of another model, a design of another kind. A key
set to null takes the base's value away.
"""

from __future__ import annotations

from simnet.spec.source import Node

_KINDS: dict[tuple[str, ...], str] = {
    ("network",): "model",
    ("design",): "kind",
    ("cluster",): "kind",
}

WHOLES = (("population",), ("strategies", "*"), ("arms", "*"))


def merged(base: Node, top: Node, path: tuple[str, ...] = ()) -> Node:
    """`top` over `base`; every value keeps the place it was written at."""
    both = isinstance(base.content, dict) and isinstance(top.content, dict)
    if not both or _whole(path) or _another_kind(path, base, top):
        return top
    items = dict(base.content)
    for key, item in top.content.items():
        if key not in items:
            items[key] = item
        elif item.content is None:
            del items[key]
        else:
            items[key] = merged(items[key], item, (*path, key))
    return Node(items, top.place, top.key_place)


def _whole(path: tuple[str, ...]) -> bool:
    return any(
        len(whole) == len(path)
        and all(own in ("*", part) for own, part in zip(whole, path, strict=True))
        for whole in WHOLES
    )


def _another_kind(path: tuple[str, ...], base: Node, top: Node) -> bool:
    """Whether a part is of another model or kind, so that keys of the base's would be astray."""
    key = _KINDS.get(path)
    if key is None:
        return False
    kinds = [node.content.get(key) for node in (base, top)]
    return None not in kinds and kinds[0].content != kinds[1].content
