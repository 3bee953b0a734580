"""The parts of a trial: its tables as Parquet, the same bytes wherever it was run.

The part of the table ``trials`` is written last, and its metadata say what the others must be:
the fingerprint of the trial and the model version, and by table the bytes and the CRC-32 of each
part. So the parts tell by themselves, with nothing else at hand, which trials are there in full.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from simnet.errors import ResultsError

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from simnet.spec import TrialKey

__all__ = [
    "LAST",
    "Imprint",
    "Seal",
    "encode",
    "imprints",
    "parts_of",
    "read_part",
    "read_seal",
    "rekeyed",
]

LAST = "trials"  # the part that makes a trial done
_SEAL = b"simnet"


@dataclass(frozen=True, slots=True)
class Imprint:
    """What tells whether a part is the one that was written: its bytes, and their CRC-32."""

    size: int
    crc32: int

    @classmethod
    def of(cls, content: bytes) -> Self:
        return cls(len(content), zlib.crc32(content))


@dataclass(frozen=True, slots=True)
class Seal:
    """What the last part of a trial says: whose it is, and what the others must be."""

    fingerprint: str
    model_version: int
    imprints: Mapping[str, Imprint]


def parts_of(
    key: TrialKey,
    frames: Mapping[str, pd.DataFrame],
    *,
    start: Mapping[str, int],
    fingerprint: str,
    tables: Collection[str] | None = None,
) -> dict[str, bytes]:
    """The parts of a trial, in the order in which they are to be written.

    Parameters
    ----------
    frames
        The tables of the trial by name, without the columns that say which trial it is. One
        without rows gets no part.
    start
        Seed, people and ties that the trial started from.
    tables
        The tables to keep beside ``measures`` and ``trials``; all of them if None.

    Raises
    ------
    ValueError
        A table is unknown, or one has other columns than it should.
    """
    import pandas as pd

    from simnet.lab import schemas

    if unknown := frames.keys() - set(schemas.TABLES):
        raise ValueError(f"no table is called {sorted(unknown)}")
    trial: dict[str, Any] = {"arm": key.arm, "point": key.point, "replicate": key.replicate}
    kept = {*(schemas.TABLES if tables is None else tables), "measures"}
    content = {
        name: schemas.to_arrow(name, frames[name].assign(**trial), schemas.schema(name))
        for name in schemas.TABLES
        if name in frames and name in kept and len(frames[name])
    }
    row = {**trial, "trial": key.id, "fingerprint": fingerprint, **start}
    last = schemas.to_arrow(LAST, pd.DataFrame([row]), schemas.schema(LAST))
    return _sealed(content, last, fingerprint)


def encode(table: pa.Table, metadata: Mapping[bytes, bytes] | None = None) -> bytes:
    """`table` as a Parquet file with a checksum a page, and with `metadata` in its footer."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if metadata is not None:
        table = table.replace_schema_metadata(dict(metadata))
    file = pa.BufferOutputStream()
    pq.write_table(table, file, compression="zstd", write_page_checksum=True)
    return bytes(file.getvalue().to_pybytes())


def imprints(parts: Mapping[str, bytes]) -> dict[str, dict[str, int]]:
    """``bytes`` and ``crc32`` of every part by table, as the journal keeps them."""
    return {
        "bytes": {name: len(part) for name, part in parts.items()},
        "crc32": {name: zlib.crc32(part) for name, part in parts.items()},
    }


def rekeyed(parts: Mapping[str, bytes], key: TrialKey) -> dict[str, bytes]:
    """The parts of the same trial under another key, as if it had been run under that one."""
    from simnet.lab.schemas import schema

    tables = {
        name: _with_key(_decoded(part, None), key).cast(schema(name))
        for name, part in parts.items()
    }
    last = tables.pop(LAST)
    return _sealed(tables, last, last.column("fingerprint")[0].as_py())


def read_seal(path: Path) -> Seal | None:
    """What the last part of a trial says of the others; None if it is torn, or not one of ours."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_metadata(path).metadata or {}
        content = json.loads(metadata[_SEAL])
        pairs = {name: Imprint(*pair) for name, pair in content["imprints"].items()}
        return Seal(content["fingerprint"], content["model_version"], pairs)
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError):
        return None


def read_part(path: Path, imprint: Imprint | None, columns: Sequence[str] | None) -> pa.Table:
    """A part, after a look at its bytes.

    Parameters
    ----------
    imprint
        What its bytes must be; checked by the Parquet checksums of its pages alone if None.
    columns
        Those to read; all if None.

    Raises
    ------
    ResultsError
        The bytes are not those that were written.
    FileNotFoundError
        There is no such part.
    """
    import pyarrow as pa

    try:
        content = path.read_bytes()
        if imprint is None or imprint == Imprint.of(content):
            return _decoded(content, columns)
    except pa.ArrowException:
        pass
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _damaged(path) from error
    raise _damaged(path)


def _damaged(path: Path) -> ResultsError:
    return ResultsError(
        f"{path} is damaged: its bytes are not those that were written; "
        "delete it and run the study again, which makes it anew"
    )


def _decoded(content: bytes, columns: Sequence[str] | None) -> pa.Table:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True)
    return file.read(columns=columns, use_threads=False)


def _with_key(table: pa.Table, key: TrialKey) -> pa.Table:
    import pyarrow as pa

    values = {"arm": key.arm, "point": key.point, "replicate": key.replicate, "trial": key.id}
    for place, field in enumerate(table.schema):
        if field.name in values:
            column = pa.array([values[field.name]] * table.num_rows)
            if pa.types.is_dictionary(field.type):
                column = column.dictionary_encode()
            table = table.set_column(place, field, column)
    return table


def _sealed(tables: Mapping[str, pa.Table], last: pa.Table, fingerprint: str) -> dict[str, bytes]:
    """Every table encoded, the last with the seal of them all."""
    from simnet.agents import MODEL_VERSION

    parts = {name: encode(table) for name, table in tables.items()}
    pairs = {name: [len(part), zlib.crc32(part)] for name, part in parts.items()}
    seal = {"fingerprint": fingerprint, "model_version": MODEL_VERSION, "imprints": pairs}
    return parts | {LAST: encode(last, {_SEAL: json.dumps(seal).encode()})}
