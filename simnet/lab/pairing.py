"""Measures laid out for pairing: arms below each other, replicate r of each in column r."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

__all__ = ["arm_matrices", "in_order"]

Floats = NDArray[np.float64]


def in_order(column: pd.Series[str]) -> list[str]:
    """Names that occur in a column: in the order of its categories, or as they come."""
    seen = column.dropna().unique()
    if isinstance(column.dtype, pd.CategoricalDtype):
        there = set(seen)
        return [str(name) for name in column.dtype.categories if name in there]
    return [str(name) for name in seen]


def arm_matrices(measures: pd.DataFrame) -> dict[tuple[str, int], Floats]:
    """The values of each measure at each point, arms by replicates.

    Parameters
    ----------
    measures : DataFrame
        Columns arm, point, replicate, measure, value.

    Returns
    -------
    dict of (str, int) to ndarray of float64, shape (arms, replicates)
        By measure and point, in their order. Rows are the arms of `in_order`, column r is the
        replicate r; nan where there is no value, or none that is finite.

    Raises
    ------
    ValueError
        If a value is there twice.
    """
    arms = in_order(measures["arm"])
    names = in_order(measures["measure"])
    points = sorted(int(point) for point in measures["point"].unique())
    replicates = 0 if measures.empty else int(measures["replicate"].max()) + 1
    at = (
        pd.Index(names).get_indexer(pd.Index(measures["measure"])),
        pd.Index(points).get_indexer(pd.Index(measures["point"])),
        pd.Index(arms).get_indexer(pd.Index(measures["arm"])),
        measures["replicate"].to_numpy(np.int64),
    )
    shape = (len(names), len(points), len(arms), replicates)
    _refuse_doubles(measures, at, shape)
    cube = np.full(shape, np.nan)
    cube[at] = measures["value"].to_numpy(np.float64)
    cube[~np.isfinite(cube)] = np.nan
    return {
        (name, point): cube[row, column]
        for row, name in enumerate(names)
        for column, point in enumerate(points)
    }


def _refuse_doubles(
    measures: pd.DataFrame, at: tuple[NDArray[np.int64], ...], shape: tuple[int, ...]
) -> None:
    times = np.zeros(shape, dtype=np.int32)
    np.add.at(times, at, 1)
    if (times > 1).any():
        keys = ["measure", "point", "arm", "replicate"]
        twice = measures[measures.duplicated(keys)].iloc[0]
        raise ValueError(f"more than one value of {twice[keys].to_dict()}")
