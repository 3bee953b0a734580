"""Philox4x32-10 and the draws made of it, on Python's integers."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

MASK = 0xFFFFFFFF
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)

Words = tuple[int, int, int, int]
Key = tuple[int, int]


def philox(counters: Sequence[int], key: Sequence[int]) -> Words:
    """Ten rounds over four 32-bit counters, as in the paper of Salmon and others (2011)."""
    x = [int(counter) & MASK for counter in counters]
    k = [int(word) for word in key]
    for _ in range(10):
        high0, low0 = divmod(MULTIPLIERS[0] * x[0], 1 << 32)
        high1, low1 = divmod(MULTIPLIERS[1] * x[2], 1 << 32)
        x = [high1 ^ x[1] ^ k[0], low1, high0 ^ x[3] ^ k[1], low0]
        k = [(word + weyl) & MASK for word, weyl in zip(k, WEYL, strict=True)]
    return x[0], x[1], x[2], x[3]


def stream(seed: int, replicate: int, name: str) -> Key:
    """The key of a named stream of one replicate."""
    digest = blake2b(f"{seed}/{replicate}/{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def one(key: Key, *counters: int) -> float:
    """One draw of 53 bits."""
    return pair(key, *counters)[0]


def pair(key: Key, *counters: int) -> tuple[float, float]:
    """Two draws of 53 bits."""
    a, b, c, d = philox(counters, key)
    return fraction(a, b), fraction(c, d)


def four(key: Key, *counters: int) -> tuple[float, ...]:
    """Four draws of 32 bits."""
    return tuple(word / 2**32 for word in philox(counters, key))


def fraction(high: int, low: int) -> float:
    """27 bits of one word and 26 of the other, as a fraction in [0, 1)."""
    return ((high >> 5) * 2**26 + (low >> 6)) / 2**53
