"""Chains as they were observed, one row a step: read from a table, and written to one.

A table has the columns ``chain``, ``step``, ``holder``, ``next`` and ``target``, may have
``outcome``, and any others, which are covariates of the step. A row says that on step 1, 2, ... of
the chain its holder passed it to `next`, or, where `next` is empty, to nobody. Somebody who never
answered may have such a row, or none. The holder of step 1 is the starter; the target may be given
on one row of a chain or on all.

How a chain ended is stated on its last row, in the column ``outcome``: ``arrived``, ``dropped``,
``stuck`` (dropped by a willing holder with nobody to pass it to), ``lost`` (on the step of that
row) or ``expired``. Two endings need no statement, for the row is one: a last `next` that is the
target has arrived, an empty one was dropped. Nothing else is inferred: of a chain that was sent to
somebody who has no row the table must say what became of it, or the reader must be told of all such
(`unanswered`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, NoReturn, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simnet.chains.record import OUTCOMES, Chains
from simnet.errors import ChainError
from simnet.network.columns import column_from_text, ids_from_text

KEYS = ("chain", "step", "holder", "next", "target")
ENDINGS = (*OUTCOMES, "stuck")

Source: TypeAlias = str | os.PathLike[str] | pd.DataFrame
Unanswered: TypeAlias = Literal["dropped", "lost", "expired"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedChains:
    """Chains read from a table, with what it says of their steps.

    Attributes
    ----------
    chains : Chains
        One row a chain, in the order of their first rows; people are numbers.
    names : ndarray
        What the chains are called in the table.
    ids : ndarray
        What the people are called there, by number, in the order they first occur.
    steps : DataFrame
        One row a holder who could pass a chain on, as `simnet.chains.estimators.decisions` gives,
        with the covariates of the table; missing for a holder who has no row in it.
    """

    chains: Chains
    names: NDArray[Any]
    ids: NDArray[Any]
    steps: pd.DataFrame


def read_chains(source: Source, *, unanswered: Unanswered | None = None) -> ObservedChains:
    """Chains from a table of their steps, as the module describes it.

    Parameters
    ----------
    source : path or DataFrame
        A comma-separated file with a header, plain or gzipped; a file whose name ends in
        ``.parquet``; or the table itself. Rows may come in any order. Ids are kept: integers if
        all of them are, else strings.
    unanswered : {"dropped", "lost", "expired"}, optional
        What became of chains that were passed to somebody who is not the target and has no row,
        where the table does not say.

    Raises
    ------
    ChainError
        With the file and line, or the row counted from 1, of the first thing wrong: a column is
        missing, a step is repeated or left out, somebody holds a step whom the step before was not
        passed to, a chain has two targets or none, or an outcome is unknown or contradicts the row.
    """
    if unanswered not in (None, "dropped", "lost", "expired"):
        raise ValueError(f"unanswered must be dropped, lost or expired; got {unanswered!r}")
    rows = _Rows.of(source)
    _check_steps(rows)
    endings = _endings(rows, unanswered)
    return _assembled(rows, endings)


def write_chains(
    chains: Chains,
    path: str | os.PathLike[str],
    *,
    ids: NDArray[Any] | None = None,
    covariates: pd.DataFrame | None = None,
) -> None:
    """Write chains as a table that `read_chains` reads back.

    A chain has a row for each step and, unless it arrived or was lost, one for its last holder,
    who passed it to nobody. Chains are called by their row, 0 to n - 1.

    Parameters
    ----------
    chains : Chains
        With paths.
    path : path
        Ends in ``.csv``, ``.csv.gz`` or ``.parquet``.
    ids : ndarray, optional
        What people are called; their numbers without it.
    covariates : DataFrame, optional
        Columns for the rows, one each, in order of chain and step. They are those of `decisions`
        wherever no chain has expired or had its starter for a target.
    """
    table = step_table(chains, ids=ids)
    if covariates is not None:
        taken = [name for name in (*KEYS, "outcome") if name in covariates]
        if taken:
            raise ValueError(f"a covariate cannot be called {taken[0]!r}")
        if len(covariates) != len(table):
            raise ValueError(f"covariates must have {len(table)} rows; got {len(covariates)}")
        table = pd.concat([table, covariates.reset_index(drop=True)], axis=1)
    _write(table, Path(path))


def step_table(chains: Chains, *, ids: NDArray[Any] | None = None) -> pd.DataFrame:
    """The table of steps that `write_chains` writes, without covariates."""
    if chains.path is None:
        raise ValueError("the steps are not known of chains without paths")
    ended_by_holder = chains.ended("dropped") | chains.ended("expired") | ~chains.started
    n_rows = chains.steps + ended_by_holder
    chain = np.repeat(np.arange(len(chains)), n_rows)
    remove = np.arange(len(chain)) - np.repeat(np.cumsum(n_rows) - n_rows, n_rows)
    last = remove == n_rows[chain] - 1
    to_nobody = remove == chains.steps[chain]
    following = chains.path[chain, np.where(to_nobody, 0, remove + 1)]
    ending = np.where(chains.stuck, len(OUTCOMES), chains.outcome)[chain]
    names = np.array(ENDINGS, dtype=object)

    def called(people: NDArray[Any]) -> pd.Series[Any]:
        return pd.Series(people if ids is None else np.asarray(ids)[people])

    return pd.DataFrame(
        {
            "chain": chain,
            "step": remove + 1,
            "holder": called(chains.path[chain, remove]),
            "next": called(following).astype(object).mask(to_nobody, None),
            "target": called(chains.targets[chain]),
            "outcome": pd.Series(names[ending]).where(last, None),
        }
    )


@dataclass(frozen=True)
class _Rows:
    """The table by chain and step, everything in it as text, "" where it is empty.

    `number` is the place of each row in the source; `chain` the number of its chain.
    """

    label: str
    first: int
    number: NDArray[np.int64]
    table: pd.DataFrame
    chain: NDArray[np.int64]
    names: NDArray[Any]
    step: NDArray[np.float64]
    covariates: pd.DataFrame

    @classmethod
    def of(cls, source: Source) -> _Rows:
        label, first, table = _table(source)
        missing = [name for name in KEYS if name not in table]
        if missing:
            raise ChainError(f"{label}: there is no column {missing[0]!r}")
        columns = [*KEYS, *(["outcome"] if "outcome" in table else [])]
        texts = pd.DataFrame({name: _texts(table[name]) for name in columns})
        step = pd.to_numeric(texts["step"], errors="coerce").to_numpy(dtype=np.float64)
        chain, names = pd.factorize(texts["chain"])
        order = np.lexsort([np.arange(len(texts)), np.nan_to_num(step, nan=np.inf), chain])
        rows = cls(
            label=label,
            first=first,
            number=table.index.to_numpy()[order],
            table=texts.iloc[order].reset_index(drop=True),
            chain=chain[order],
            names=ids_from_text(list(names)),
            step=np.nan_to_num(step[order], nan=-1.0),
            covariates=table.drop(columns=columns).iloc[order].reset_index(drop=True),
        )
        for name in ("chain", "holder"):
            rows.refuse_any(rows.column(name) == "", f"the {name} is not named")
        rows.refuse_any((rows.step < 1) | (rows.step % 1 != 0), "a step is a whole number from 1")
        return rows

    def column(self, name: str) -> NDArray[Any]:
        """Texts of a column, all empty if there is none."""
        if name not in self.table:
            return np.full(len(self.table), "", dtype=object)
        return self.table[name].to_numpy(dtype=object)

    @property
    def is_first(self) -> NDArray[np.bool_]:
        """Which rows begin a chain."""
        return np.asarray(np.diff(self.chain, prepend=-1) != 0)

    @property
    def is_last(self) -> NDArray[np.bool_]:
        """Which rows end a chain."""
        return np.asarray(np.diff(self.chain, append=-1) != 0)

    def refuse_any(self, wrong: NDArray[np.bool_], sentence: str) -> None:
        """Refuse the first of the wrong rows, if there is one."""
        if wrong.any():
            self.refuse(int(np.flatnonzero(wrong)[np.argmin(self.number[wrong])]), sentence)

    def refuse(self, row: int, sentence: str) -> NoReturn:
        """Say what is wrong with a row."""
        place = self.first + int(self.number[row])
        at = f"{self.label}:{place}" if self.first > 1 else f"{self.label}: row {place}"
        raise ChainError(f"{at}: {sentence} (chain {self.column('chain')[row]})")


def _table(source: Source) -> tuple[str, int, pd.DataFrame]:
    """What to call the source, the number of its first row of data, and the table."""
    if isinstance(source, pd.DataFrame):
        return "table", 1, source.reset_index(drop=True)
    path = Path(source)
    try:
        if path.suffix.lower() == ".parquet":
            return str(path), 1, pd.read_parquet(path)
        table = pd.read_csv(
            path, dtype=str, keep_default_na=False, skip_blank_lines=False, encoding="utf-8-sig"
        ).fillna("")
    except FileNotFoundError:
        raise ChainError(f"there is no file {path}") from None
    except (OSError, EOFError, ValueError, pd.errors.ParserError) as error:
        reason = str(error).strip().splitlines()[0]
        raise ChainError(f"{path} cannot be read: {reason}") from error
    table = table[(table != "").any(axis=1)]
    covariates = [name for name in table.columns if name not in KEYS]
    return str(path), 2, table.assign(**{name: _covariate(table[name]) for name in covariates})


def _covariate(texts: pd.Series[Any]) -> NDArray[Any]:
    truths = {"True": True, "False": False}
    if len(texts) and texts.isin(list(truths)).all():
        return texts.map(truths).to_numpy(dtype=np.bool_)
    return column_from_text(texts.tolist())


def _texts(values: pd.Series[Any]) -> NDArray[Any]:
    """A column as stripped text; a whole number among floats, as gaps make them, is written so."""
    if pd.api.types.is_float_dtype(values):
        whole = [int(value) if value % 1 == 0 else value for value in values]
        values = pd.Series(whole, dtype=object)
    plain = values.astype(object)
    return np.where(plain.isna(), "", plain.astype(str).str.strip()).astype(object)


def _check_steps(rows: _Rows) -> None:
    """Steps run 1, 2, 3, ..., from hand to hand, to one target."""
    first = rows.is_first
    before = np.append(0, rows.step[:-1])[: len(rows.step)]
    before[first] = 0
    rows.refuse_any((rows.step == before) & ~first, "this step is there twice")
    gap = rows.step != before + 1
    if gap.any():
        row = int(np.flatnonzero(gap)[0])
        rows.refuse(
            row, f"step {int(before[row]) + 1} is missing before step {int(rows.step[row])}"
        )
    holder, following = rows.column("holder"), rows.column("next")
    came_from = np.append("", following[:-1])[: len(following)]
    broken = ~first & (came_from != holder)
    if broken.any():
        row = int(np.flatnonzero(broken)[0])
        given = f"was passed to {came_from[row]}" if came_from[row] else "was passed to nobody"
        step = int(rows.step[row])
        rows.refuse(row, f"{holder[row]} holds step {step}, but step {step - 1} {given}")


def _targets(rows: _Rows) -> NDArray[Any]:
    """The target of each row's chain."""
    stated = pd.Series(rows.column("target")).mask(lambda texts: texts == "")
    by_chain = stated.groupby(rows.chain).transform("first")
    rows.refuse_any(by_chain.isna().to_numpy(), "the chain has no target")
    other = (stated.notna() & (stated != by_chain)).to_numpy()
    if other.any():
        row = int(np.flatnonzero(other)[0])
        rows.refuse(row, f"the chain has two targets, {by_chain[row]} and {stated[row]}")
    return by_chain.to_numpy(dtype=object)


def _endings(rows: _Rows, unanswered: Unanswered | None) -> NDArray[Any]:
    """The name of the ending of each chain, stated or shown by its last row."""
    stated, last = rows.column("outcome"), rows.is_last
    rows.refuse_any((stated != "") & ~last, "an outcome stands on the last step of a chain only")
    unknown = ~np.isin(stated, ["", *ENDINGS])
    if unknown.any():
        row = int(np.flatnonzero(unknown)[0])
        rows.refuse(row, f"the outcome {stated[row]!r} is not one of {', '.join(ENDINGS)}")
    target, following = _targets(rows), rows.column("next")
    nobody, reached = following == "", following == target
    own = (rows.column("holder") == target) & rows.is_first
    shown = np.where(reached, "arrived", np.where(nobody, "dropped", unanswered or ""))
    ending = np.where(stated != "", stated, shown)
    rows.refuse_any(
        last & (ending == ""),
        "the last person it was passed to has no row; state an outcome, or what became of the "
        "unanswered",
    )
    wrong = last & (
        ((ending == "arrived") & ~(reached | (own & nobody)))
        | ((ending == "lost") & nobody)
        | (np.isin(ending, ["dropped", "expired", "stuck"]) & reached)
    )
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        sent = f"passed to {following[row]}" if following[row] else "passed to nobody"
        rows.refuse(row, f"a chain last {sent} cannot have the outcome {ending[row]}")
    return np.asarray(ending[last])


def _assembled(rows: _Rows, endings: NDArray[Any]) -> ObservedChains:
    last, n = rows.is_last, len(rows.names)
    holder, following = rows.column("holder"), rows.column("next")
    target = _targets(rows)[last]
    steps = np.bincount(rows.chain, minlength=n) - (following[last] == "")
    number, ids = pd.factorize(np.concatenate([holder, following[following != ""], target]))
    path = np.full((n, int(steps.max(initial=0)) + 1), -1, np.int32)
    remove = rows.step.astype(np.int64) - 1
    path[rows.chain, remove] = number[: len(holder)]
    onward = following != ""
    path[rows.chain[onward], remove[onward] + 1] = number[len(holder) : len(holder) + onward.sum()]
    stuck = endings == "stuck"
    outcome = [OUTCOMES.index(name) for name in np.where(stuck, "dropped", endings)]
    chains = Chains(
        outcome=np.array(outcome, dtype=np.int8),
        steps=steps,
        starters=path[:, 0].copy(),
        targets=number[len(number) - n :].astype(np.int32),
        stuck=stuck,
        path=path,
    )
    return ObservedChains(
        chains=chains,
        names=rows.names,
        ids=ids_from_text(list(ids)),
        steps=_with_covariates(chains, rows, remove),
    )


def _with_covariates(chains: Chains, rows: _Rows, remove: NDArray[np.int64]) -> pd.DataFrame:
    from simnet.chains.estimators import decisions

    table = decisions(chains)
    taken = [name for name in table.columns if name in rows.covariates]
    if taken:
        raise ChainError(f"{rows.label}: a covariate cannot be called {taken[0]!r}")
    known = rows.covariates.assign(chain=rows.chain, remove=remove)
    return table.merge(known, on=["chain", "remove"], how="left", validate="one_to_one")


def _write(table: pd.DataFrame, path: Path) -> None:
    """All or nothing: the table takes the place of the file when all of it is written."""
    name = path.name.lower()
    if not name.endswith((".csv", ".csv.gz", ".parquet")):
        raise ValueError(f"chains are written to .csv, .csv.gz or .parquet; got {path.name!r}")
    temporary = path.with_name(f".{os.getpid()}.{path.name}")
    try:
        if name.endswith(".parquet"):
            texts = {column: _texts(table[column]) for column in ("holder", "next", "target")}
            table.assign(**texts).to_parquet(temporary, index=False)
        else:
            packing: Any = {"method": "gzip", "mtime": 0} if name.endswith(".gz") else None
            table.to_csv(temporary, index=False, compression=packing, lineterminator="\n")
        os.replace(temporary, path)
    except OSError as error:
        raise ChainError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)
