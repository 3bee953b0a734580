"""Constraints between parameters: `network.degree * 4 < network.people`.

A small language: numbers, texts in quotes, `true` and `false`, dotted keys, `+ - * / **`,
comparisons (also in a row: `1 < a < b`), `and`, `or`, `not`, parentheses. A key with a hyphen in
it stands in backticks. Nothing can be called.
"""

from __future__ import annotations

import ast
import math
import operator
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any

__all__ = ["MAX_LENGTH", "Constraint"]

MAX_LENGTH = 300

_EXAMPLE = "be a comparison such as 'network.degree < 20'"
_QUOTED_KEY = re.compile(r"`([^`]*)`")
_WORDS = {"true": True, "false": False}
_ARITHMETIC: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: math.pow,
}
_COMPARISONS: dict[type[ast.AST], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_SIGNS: dict[type[ast.AST], Callable[[Any], Any]] = {ast.USub: operator.neg, ast.UAdd: operator.pos}


class Constraint:
    """What a point must fulfil.

    Raises
    ------
    ValueError
        The text is no constraint; the message says why, to go behind "must".
    """

    def __init__(self, text: str) -> None:
        self._quoted: list[str] = []
        if len(text) > MAX_LENGTH:
            raise ValueError(f"be at most {MAX_LENGTH} characters long")
        self._root = _parsed(_QUOTED_KEY.sub(self._stand_in, text).strip())
        self.keys = tuple(dict.fromkeys(self._read(self._root)))
        if not _is_condition(self._root):
            raise ValueError(_EXAMPLE)

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Whether it is true of these values.

        Raises
        ------
        ValueError
            It cannot be worked out; the message says why.
        """
        try:
            return bool(self._value(self._root, values))
        except ZeroDivisionError:
            raise ValueError("a division by zero") from None
        except OverflowError:
            raise ValueError("a number too large") from None
        except TypeError:
            raise ValueError("numbers and other values mixed") from None
        except ValueError:
            raise ValueError("a power that is no real number") from None

    def _stand_in(self, match: re.Match[str]) -> str:
        self._quoted.append(match[1])
        return f"_quoted_{len(self._quoted) - 1}_"

    def _read(self, node: ast.AST) -> Iterator[str]:
        """The keys in use; refuses whatever is not of the language."""
        if key := self._key(node):
            yield key
            return
        if not _is_known(node):
            raise ValueError(f"hold no {_named(node)}")
        for part in ast.iter_child_nodes(node):
            if isinstance(part, ast.expr):
                yield from self._read(part)

    def _key(self, node: ast.AST) -> str:
        """The dotted key that this part of the tree is; empty if it is something else."""
        if isinstance(node, ast.Name):
            if node.id in _WORDS:
                return ""
            quoted = re.fullmatch(r"_quoted_(\d+)_", node.id)
            return self._quoted[int(quoted[1])] if quoted else node.id
        if isinstance(node, ast.Attribute):
            above = self._key(node.value)
            return f"{above}.{node.attr}" if above else ""
        return ""

    def _value(self, node: ast.AST, values: Mapping[str, Any]) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.Name(id=word) if word in _WORDS:
                return _WORDS[word]
            case ast.BoolOp(op=ast.And()):
                return all(self._value(part, values) for part in node.values)
            case ast.BoolOp():
                return any(self._value(part, values) for part in node.values)
            case ast.UnaryOp(op=ast.Not()):
                return not self._value(node.operand, values)
            case ast.UnaryOp():
                return _SIGNS[type(node.op)](_number(self._value(node.operand, values)))
            case ast.BinOp():
                left, right = self._value(node.left, values), self._value(node.right, values)
                return _ARITHMETIC[type(node.op)](_number(left), _number(right))
            case ast.Compare():
                return self._compared(node, values)
        return values[self._key(node)]

    def _compared(self, node: ast.Compare, values: Mapping[str, Any]) -> bool:
        left = self._value(node.left, values)
        for comparison, side in zip(node.ops, node.comparators, strict=True):
            right = self._value(side, values)
            if not _COMPARISONS[type(comparison)](left, right):
                return False
            left = right
        return True


def _parsed(text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        raise ValueError(_EXAMPLE) from None


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return value


def _is_condition(node: ast.AST) -> bool:
    if isinstance(node, ast.BoolOp):
        return all(map(_is_condition, node.values))
    if isinstance(node, ast.UnaryOp):
        return isinstance(node.op, ast.Not) and _is_condition(node.operand)
    return isinstance(node, ast.Compare)


def _is_known(node: ast.AST) -> bool:
    match node:
        case ast.Constant(value=value):
            return isinstance(value, bool | int | float | str)
        case ast.Name():
            return True
        case ast.BinOp():
            return type(node.op) in _ARITHMETIC
        case ast.UnaryOp(op=ast.Not()):
            return _is_condition(node.operand)
        case ast.UnaryOp():
            return type(node.op) in _SIGNS
        case ast.Compare():
            return all(type(comparison) in _COMPARISONS for comparison in node.ops)
        case ast.BoolOp():
            return all(map(_is_condition, node.values))
    return False


def _named(node: ast.AST) -> str:
    match node:
        case ast.Call():
            return "calls"
        case ast.Constant():
            return "values but numbers, texts, true and false"
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return "and, or, not but between comparisons"
        case ast.BinOp() | ast.UnaryOp():
            return "operators but + - * / **"
        case ast.Compare():
            return "comparisons but < <= > >= == !="
    return "parts but keys, numbers, texts, arithmetic, comparisons, and, or, not"
