"""Confidence intervals by resampling (Efron 1979; paired for speech after Bisani and Ney 2004)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and the bounds of its percentile interval."""

    value: float
    low: float
    high: float


def ratio_interval(
    numerators: Sequence[float],
    denominators: Sequence[float],
    *,
    resamples: int = RESAMPLES,
    level: float = 0.95,
    seed: int = 7,
) -> Interval:
    """Interval of ``sum(numerators) / sum(denominators)`` over units (lines, utterances, speakers).

    For a paired difference pass the differences of the two systems' counts as numerators. NaN bounds
    when there is nothing to divide by.
    """
    top = np.asarray(numerators, dtype=float)
    bottom = np.asarray(denominators, dtype=float)
    if top.size == 0 or bottom.sum() == 0:
        return Interval(float("nan"), float("nan"), float("nan"))
    rng = np.random.default_rng(seed)
    ratios = np.empty(resamples)
    step = max(1, 2_000_000 // top.size)
    for begin in range(0, resamples, step):
        picks = rng.integers(0, top.size, size=(min(step, resamples - begin), top.size))
        ratios[begin : begin + len(picks)] = top[picks].sum(axis=1) / np.maximum(
            bottom[picks].sum(axis=1), 1e-12
        )
    tail = (1 - level) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return Interval(float(top.sum() / bottom.sum()), float(low), float(high))
