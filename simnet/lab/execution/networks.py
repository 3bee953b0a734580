"""Networks that worker processes share: built once, mapped into memory by all of them.

A shared network is one file in a temporary folder: the arrays, as they lie in memory, and behind
them the rest. Every worker maps it read-only, so that the system holds its pages once.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import pickle
import shutil
import struct
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simnet.spec.drawn import Drawn

if TYPE_CHECKING:
    from simnet.network import Network
    from simnet.spec import WorldSpec

__all__ = [
    "SharedNetworks",
    "forget_network",
    "network_of",
    "open_network",
    "save_network",
    "shared_networks",
]

_PREFIX = "simnet-networks-"
_ENDING = ".network"
_IN_USE = "in-use.lock"
_PAYS_BYTES = 2**20
_TIE_BYTES = 4  # of a half-tie, in the network
_ALIGNED = 64
_LENGTH = struct.Struct("<Q")

_last: tuple[Path, Network] | None = None  # what this process has mapped


@dataclass(frozen=True, slots=True)
class SharedNetworks:
    """A folder of networks, of which it keeps the `kept` used last."""

    folder: Path
    kept: int

    def get(self, world: WorldSpec, replicate: int, make: Callable[[], Network]) -> Network:
        """The network that `make` makes, by whichever process needs it first.

        Small ones are made by each process for itself, and so is one that the disk has no room
        for.
        """
        global _last
        if not _pays(world):
            return make()
        path = self.folder / f"{_name(world, replicate)}{_ENDING}"
        if _last is None or _last[0] != path:
            _last = None
            with suppress(OSError):
                _last = path, self._mapped(path, make)
        return make() if _last is None else _last[1]

    def _mapped(self, path: Path, make: Callable[[], Network]) -> Network:
        with _locked(path.with_suffix(".lock")):
            if not path.exists():
                save_network(make(), path)
                forget_network()
            os.utime(path)
            network = open_network(path)
        self._let_go()
        return network

    def _let_go(self) -> None:
        """Remove what was used longest ago; who has it mapped keeps it nevertheless."""
        files = sorted(self.folder.glob(f"*{_ENDING}"), key=_used)
        for file in files[: -self.kept]:
            file.unlink(missing_ok=True)


@contextmanager
def shared_networks(kept: int) -> Iterator[SharedNetworks]:
    """A folder for shared networks, which goes with the context.

    What runs that were killed left behind is removed first.
    """
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f".{_PREFIX}"))
    try:
        with _locked(folder / _IN_USE):
            folder = folder.rename(folder.with_name(folder.name[1:]))  # locked before it is seen
            yield SharedNetworks(folder, kept)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@lru_cache(maxsize=1)
def network_of(model: Any, seed: int, replicate: int) -> Network:
    """The network of a model, kept for the next arm."""
    from simnet.network import make

    return make(model, seed=seed, replicate=replicate)


def forget_network() -> None:
    """Let go of the network kept for the next arm."""
    network_of.cache_clear()


def save_network(network: Network, path: Path) -> None:
    """Write a network so that it can be mapped; the file is there in full or not at all."""
    buffers: list[pickle.PickleBuffer] = []
    rest = pickle.dumps(network, protocol=5, buffer_callback=buffers.append)
    temporary = path.with_suffix(".tmp")
    try:
        with temporary.open("wb") as file:
            spans = []
            for buffer in buffers:
                content = buffer.raw()
                file.seek(-file.tell() % _ALIGNED, os.SEEK_CUR)
                spans.append((file.tell(), content.nbytes))
                file.write(content)
            tail = pickle.dumps((rest, spans))
            file.write(tail + _LENGTH.pack(len(tail)))
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def open_network(path: Path) -> Network:
    """The network in a file of `save_network`, its arrays mapped."""
    with path.open("rb") as file:
        mapped = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    (length,) = _LENGTH.unpack(mapped[-_LENGTH.size :])
    rest, spans = pickle.loads(mapped[-_LENGTH.size - length : -_LENGTH.size])
    network: Network = pickle.loads(
        rest, buffers=[mapped[start : start + length] for start, length in spans]
    )
    return network


def _pays(world: WorldSpec) -> bool:
    """Whether the network is large, as far as can be told before it is made."""
    network = world.network
    if not isinstance(network, Drawn):
        return True
    return network.n_people * network.mean_degree * _TIE_BYTES >= _PAYS_BYTES


def _name(world: WorldSpec, replicate: int) -> str:
    of = (world.seed, replicate) if isinstance(world.network, Drawn) else ()
    text = f"{of} {world.network.model_dump_json()}"
    return hashlib.sha256(text.encode()).hexdigest()


def _used(file: Path) -> float:
    with suppress(FileNotFoundError):
        return file.stat().st_mtime
    return 0.0


@contextmanager
def _locked(path: Path, *, wait: bool = True) -> Iterator[None]:
    """Have a lock that falls when the process ends, however it ends."""
    with path.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield


def _remove_leftovers() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError), _locked(folder / _IN_USE, wait=False):
            shutil.rmtree(folder)
