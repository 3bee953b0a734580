"""Kernels of the distances.

People reached are bits. A pass follows 512 sources at once: bit b of word w of person v is set once
source ``64 w + b`` has reached v, so that a person's row is eight words, one cache line, and one
look at a neighbour serves all sources. Several passes may run side by side; the row of person v in
pass p is ``p n + v``, of n people.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import njit, types
from numba.extending import intrinsic

from simnet.randomness._kernels import philox4, uniform

_EVERYBODY = np.uint64(2**64 - 1)
_1 = np.uint64(1)
_WORDS = np.uint64(8)  # of a row
_AHEAD = np.uint64(128)  # half-ties, long enough for a row to come from memory
_COUNTERS_AHEAD = 32  # half-ties
_LANES = 128  # words that are counted side by side: sixteen people
_LONGEST_RUN = 40  # of zeros in a hash, whatever the hash


@intrinsic
def _prefetch(typing, array, place):
    """Ask for the cache line of ``array[place]``; nothing else."""

    def generate(context, builder, signature, arguments):
        address = _address(context, builder, signature, arguments, 0)
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [address.type, flag, flag, flag])
        fetch = builder.module.declare_intrinsic("llvm.prefetch", [address.type], kind)
        builder.call(fetch, [address, flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(array, types.uint64), generate


@intrinsic
def _unite_rows(typing, target, t, left, p, right, q):
    """``target[t : t + 8] = left[p : p + 8] | right[q : q + 8]``, as one vector."""

    def generate(context, builder, signature, arguments):
        row = ir.VectorType(ir.IntType(64), 8).as_pointer()
        to, one, other = (
            builder.bitcast(_address(context, builder, signature, arguments, k), row)
            for k in (0, 2, 4)
        )
        united = builder.or_(builder.load(one, align=8), builder.load(other, align=8))
        builder.store(united, to, align=8)
        return context.get_dummy_value()

    place = types.uint64
    return types.void(target, place, left, place, right, place), generate


def _address(context: Any, builder: Any, signature: Any, arguments: Any, k: int) -> Any:
    """Of the element of the array `k` that the argument after it names."""
    array = context.make_array(signature.args[k])(context, builder, arguments[k])
    return builder.gep(array.data, [arguments[k + 1]])


@njit(cache=True)
def shuffled(n, count, key):
    """The first `count` of n people in a random order, the same whatever `count`."""
    order = np.arange(n)
    for place in range(count):
        other = place + int(uniform(key, place, 0, 0, 0) * (n - place))
        order[place], order[other] = order[other], order[place]
    return order[:count].copy()


@njit(cache=True)
def reversed_ties(indptr, neighbours):
    """The ties from their other ends: everybody's followers, in ascending order."""
    n = len(indptr) - 1
    free = np.zeros(n + 1, np.int64)
    for other in neighbours:
        free[other + 1] += 1
    for i in range(n):
        free[i + 1] += free[i]
    start = free.copy()
    followers = np.empty_like(neighbours)
    for i in range(n):
        for tie in range(indptr[i], indptr[i + 1]):
            other = neighbours[tie]
            followers[free[other]] = i
            free[other] += 1
    return start, followers


@njit(cache=True, nogil=True)
def push(indptr, neighbours, rows, bits, seen, slot, counts):
    """One step from the people who were reached last, if these are few.

    `rows` and `bits` say who was reached last, and by which sources. Returns the same of those who
    are reached now, marks it in `seen`, and adds it to `counts`, one per source. `slot` is where
    in the answer a row may be found; what it says of other rows is not read.
    """
    n = len(indptr) - 1
    most = 0
    for row in rows:
        most += indptr[row % n + 1] - indptr[row % n]
    most = min(most, len(seen))
    reached = np.empty(most, np.int64)
    new_bits = np.zeros((most, 8), np.uint64)
    found = 0
    for i, row in enumerate(rows):
        base = row // n * n
        first = row // n * 512
        for tie in range(indptr[row - base], indptr[row - base + 1]):
            other = base + neighbours[tie]
            for w in range(8):
                new = bits[i, w] & ~seen[other, w]
                if new == 0:
                    continue
                place = slot[other]
                if place >= found or reached[place] != other:
                    place = slot[other] = found
                    reached[found] = other
                    found += 1
                seen[other, w] |= new
                new_bits[place, w] |= new
                for b in range(64):
                    counts[first + 64 * w + b] += np.int64((new >> np.uint64(b)) & _1)
    return reached[:found], new_bits[:found]


@njit(cache=True, nogil=True)
def changes(before, seen):
    """The rows in which the two differ, and the bits in which they do."""
    rows = np.empty(len(seen) // 8, np.int64)
    found = 0
    for w in range(len(seen)):
        if before[w] != seen[w] and (found == 0 or rows[found - 1] != w // 8):
            rows[found] = w // 8
            found += 1
    bits = np.empty((found, 8), np.uint64)
    for i in range(found):
        for w in range(8):
            bits[i, w] = before[8 * rows[i] + w] ^ seen[8 * rows[i] + w]
    return rows[:found].copy(), bits


@njit(cache=True, nogil=True)
def pull(indptr, neighbours, seen, after, chunk, counts, parts):
    """One step of everybody: whom my neighbours have been reached by, I am reached by next.

    `neighbours` are those from whom ties come. Goes from ``parts[0]`` up to, not including,
    ``parts[1]`` of the chunks into which the people of each pass are cut, so that threads may share
    the work; the newly reached of a chunk are its row of `counts`, one per source.
    """
    n = len(indptr) - 1
    chunks = (n + chunk - 1) // chunk
    for part in range(parts[0], parts[1]):
        base = part // chunks * n
        first = part % chunks * chunk
        last = min(first + chunk, n)
        _gather(indptr, neighbours, seen, after, np.uint64(base), first, last)
        _tally(seen, after, 8 * (base + first), 8 * (base + last), counts[part])


@njit(cache=True)
def _gather(indptr, neighbours, seen, after, base, first, last):
    # Unsigned places spare the test for negative ones.
    end = np.uint64(len(neighbours) - 1)
    for person in range(np.uint64(first), np.uint64(last)):
        mine = (base + person) * _WORDS
        _unite_rows(after, mine, seen, mine, seen, mine)  # type: ignore[call-arg]
        if _is_full(seen, mine):
            continue
        for tie in range(np.uint64(indptr[person]), np.uint64(indptr[person + _1])):
            _prefetch(seen, (base + np.uint64(neighbours[min(tie + _AHEAD, end)])) * _WORDS)
            theirs = (base + np.uint64(neighbours[tie])) * _WORDS
            _unite_rows(after, mine, after, mine, seen, theirs)


@njit(cache=True)
def _is_full(seen, row):
    for w in range(row, row + _WORDS):
        if seen[w] != _EVERYBODY:
            return False
    return True


@njit(cache=True)
def _tally(seen, after, first, last, counts):
    """How often each bit of a row differs between the words first .. last of the two.

    Counting by carry-save adders (Harley and Seal): ``planes[k]`` holds bit k of 64 counters a
    word, and of two carries into it the first waits for the second.
    """
    depth = 0
    while _LANES << depth < last - first:
        depth += 1
    planes = np.zeros((depth + 1, _LANES), np.uint64)
    waiting = np.empty((depth + 1, _LANES), np.uint64)
    carry = np.zeros(_LANES, np.uint64)
    for turn in range(1 << depth):
        start = first + turn * _LANES
        stop = max(start, min(start + _LANES, last))
        _differences(seen[start:stop], after[start:stop], carry)
        k = 0
        while turn >> k & 1:
            _add(planes[k], waiting[k], carry)
            k += 1
        _copy(waiting[k], carry)
    _copy(planes[depth], waiting[depth])
    counts[:] = 0
    for k in range(depth + 1):
        for w in range(_LANES):
            _count_bits(planes[k, w], k, counts[w % 8 * 64 :])


@njit(cache=True)
def _differences(before, after, differences):
    for w in range(len(before)):
        differences[w] = before[w] ^ after[w]
    for w in range(len(before), len(differences)):
        differences[w] = 0


@njit(cache=True)
def _add(plane, waiting, carry):
    for w in range(len(carry)):
        either = plane[w] ^ waiting[w]
        both = plane[w] & waiting[w]
        plane[w] = either ^ carry[w]
        carry[w] = both | (either & carry[w])


@njit(cache=True)
def _copy(to, values):
    for w in range(len(to)):
        to[w] = values[w]


@njit(cache=True)
def _count_bits(word, weight, counts):
    for b in range(64):
        counts[b] += np.int32((word >> np.uint64(b)) & _1) << weight


@njit(cache=True)
def search(indptr, neighbours, person, target):
    """Steps from one person to each of the others, -1 where there is no way.

    Once `target` has been reached, nobody is searched any more; -1 never is.
    """
    n = len(indptr) - 1
    steps = np.full(n, -1, np.int32)
    queue = np.empty(n, np.int32)
    steps[person] = 0
    queue[0] = person
    found = 1
    for place in range(n):
        if place == found or (target >= 0 and steps[target] >= 0):
            break
        i = queue[place]
        for tie in range(indptr[i], indptr[i + 1]):
            other = neighbours[tie]
            if steps[other] < 0:
                steps[other] = steps[i] + 1
                queue[found] = other
                found += 1
    return steps


@njit(cache=True)
def meet(indptr, neighbours, a, b):
    """Steps between two different people, -1 if there is no way, searching from both ends."""
    n = len(indptr) - 1
    side = np.full(n, -1, np.int8)
    queue = np.empty((2, n), np.int32)
    begin, end = np.zeros(2, np.int64), np.ones(2, np.int64)
    for s, person in enumerate((a, b)):
        side[person] = s
        queue[s, 0] = person
    for steps in range(1, n):
        s = int(end[0] - begin[0] > end[1] - begin[1])
        stop = end[s]
        if begin[s] == stop:
            break
        for place in range(begin[s], stop):
            i = queue[s, place]
            for tie in range(indptr[i], indptr[i + 1]):
                other = neighbours[tie]
                if side[other] == 1 - s:
                    return steps
                if side[other] < 0:
                    side[other] = s
                    queue[s, end[s]] = other
                    end[s] += 1
        begin[s] = stop
    return -1


@njit(cache=True)
def sum_over_ties(indptr, neighbours, values):
    """Sum of `values` over everybody's neighbours."""
    sums = np.zeros(len(indptr) - 1)
    for i in range(len(sums)):
        for tie in range(indptr[i], indptr[i + 1]):
            sums[i] += values[neighbours[tie]]
    return sums


@njit(cache=True, nogil=True)
def count_themselves(rows, key, first, last):
    """Let the counters of the people first .. last, a row of registers each, count their owners."""
    registers = np.uint64(rows.shape[1])
    for i in range(first, last):
        where, high, low, _ = philox4(i, 0, 0, 0, key[0], key[1])
        word = high << np.uint64(32) | low
        run = 1
        while run < _LONGEST_RUN and word & _1 == 0:
            word >>= _1
            run += 1
        rows[i, where % registers] = run


@njit(cache=True, nogil=True)
def unite(indptr, neighbours, rows, after, changed, changing, first, last):
    """The counters of the people first .. last take in those of neighbours that changed last.

    Writes the counters to `after`, and whose have changed to `changing`.
    """
    registers = rows.shape[1]
    flat = rows.reshape(rows.size)
    end = len(neighbours) - 1
    for i in range(first, last):
        mine = after[i]
        _copy(mine, rows[i])
        for tie in range(indptr[i], indptr[i + 1]):
            for line in range(0, registers, 64):
                ahead = np.int64(neighbours[min(tie + _COUNTERS_AHEAD, end)]) * registers + line
                _prefetch(flat, np.uint64(ahead))  # type: ignore[call-arg]
            if changed[neighbours[tie]]:
                _raise(mine, rows[neighbours[tie]])
        changing[i] = _differ(mine, rows[i])


@njit(cache=True)
def _raise(mine, others):
    for k in range(len(mine)):
        mine[k] = max(mine[k], others[k])


@njit(cache=True)
def _differ(mine, before):
    different = np.uint8(0)
    for k in range(len(mine)):
        different |= mine[k] ^ before[k]
    return different != 0


@njit(cache=True, nogil=True)
def estimate_balls(rows, corrections, sizes, first, last):
    """How many people the counters of the people first .. last have counted.

    ``alpha m^2 / (sum of 2^-register + correction)``, where `corrections` says by the number of
    empty registers what to add, and alpha is the constant of Flajolet et al. for m registers.
    """
    registers = rows.shape[1]
    scale = 0.7213 / (1 + 1.079 / registers) * registers * registers
    for i in range(first, last):
        total, empty = _harmonic_sum(rows[i])
        sizes[i] = scale / (total * 2.0**-_LONGEST_RUN + corrections[empty])


@njit(cache=True)
def _harmonic_sum(row):
    total = np.int64(0)
    empty = 0
    for k in range(len(row)):
        total += np.int64(1) << (_LONGEST_RUN - np.int64(row[k]))
        empty += row[k] == 0
    return total, empty
