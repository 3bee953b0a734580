"""Keyed randomness: a draw is a function of its key and counters, never of earlier draws.

`stream_key` makes the key of a named stream of one trial; the kernels in `_kernels` turn a key
and four counters (say person, week, partner, slot) into uniform numbers by the counter-based
generator Philox4x32-10 [1]_.

References
----------
.. [1] Salmon, Moraes, Dror and Shaw (2011), Parallel random numbers: as easy as 1, 2, 3, SC '11.
"""

from simnet.randomness.keys import stream_key

__all__ = ["stream_key"]
