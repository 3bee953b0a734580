"""The parameters as the kernels read them: one record, with what follows from them worked out."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp, log, log1p
from typing import Any

import numpy as np

from simnet.spec.behaviour import Behaviour, Market

AGES = 2080
"""Weeks of age for which the youth of a tie is tabulated: forty years."""

WEEKS = 520
"""Weeks of silence for which fading is tabulated: ten years."""

_MOST_APART = 500


def parameter_record(market: Market, behaviour: Behaviour) -> Any:
    """All parameters and what follows from them: an array of one record.

    A parameter is a float named group_name. What follows are the shares of the strength still
    missing that an act brings (``gain_...``) and tables: fit by distance of categories
    (``fit_at``, and ``reach``, the greatest distance that fits), youth of a tie by age in weeks
    (``youth``), and what is left of salience and favours by weeks (``light_left``,
    ``talk_left``, ``favour_left``).
    """
    values: dict[str, Any] = {
        f"market_{name}": value for name, value in market.model_dump().items()
    }
    for group, members in behaviour.model_dump().items():
        values.update({f"{group}_{name}": value for name, value in members.items()})
    values.update(_gains(values))
    values.update(_tables(values))
    record = np.zeros(1, dtype=[(name, np.float64, np.shape(v)) for name, v in values.items()])
    record[0] = tuple(values.values())
    return record.view(np.recarray)


def _gains(p: Mapping[str, float]) -> dict[str, float]:
    """1 − exp(−w h / H0) of every kind of act (M10): hours h of weight w."""
    talk, message, empty = p["growth_meaningful"], p["growth_message"], p["growth_empty"]
    acts = {
        "help": (p["costs_help"], talk),
        "meet": (p["costs_meet"], talk),
        "message": (p["costs_message"], message),
        "follow_up_talk": (p["costs_follow_up"], talk),
        "follow_up_message": (p["costs_follow_up"], message),
        "pitch": (p["costs_pitch"], empty),
        "thank": (p["costs_thank"], message),
        "ask": (p["costs_introduce"], message),
        "introduce": (0.5 * p["costs_introduce"], message),
        "pass_on": (p["costs_introduce"], talk),
        "ordinary": (p["attention_ordinary_hours"], talk),
    }
    scale = p["growth_hours_scale"]
    return {f"gain_{act}": 1.0 - exp(-w * hours / scale) for act, (hours, w) in acts.items()}


def _tables(p: Mapping[str, float]) -> dict[str, Any]:
    k, breadth = int(p["market_categories"]), p["market_breadth"]
    fit_at = [exp(-((d / k) ** 2) / (2.0 * breadth * breadth)) for d in range(k // 2 + 1)]
    beta, age_scale = p["decay_age_exponent"], p["decay_age_scale"]
    return {
        "fit_at": fit_at + [0.0] * (_MOST_APART + 1 - len(fit_at)),
        "reach": max(d for d, fit in enumerate(fit_at) if fit >= p["market_least_fit"]),
        "youth": [exp(-beta * log1p(age / age_scale)) for age in range(AGES)],
        "light_left": _left(p["attention_light_half_life"]),
        "talk_left": _left(p["attention_talk_half_life"]),
        "favour_left": _left(p["reciprocity_debt_half_life"]),
    }


def _left(half_life: float) -> list[float]:
    """What is left of 1 by the weeks gone."""
    return [exp(-log(2.0) * weeks / half_life) for weeks in range(WEEKS)]
