"""Making a back-off model small: the n-grams go first whose loss changes its predictions least.

Relative entropy pruning (Stolcke 1998), with the real frequency of each history instead of the model's own
estimate, which Kneser-Ney smoothing distorts.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from .backoff import Backoff, Floats, masses, weigh
from .grams import restrict

_LEAST = 1e-16
_HALVINGS = 30


def losses(model: Backoff, shares: Sequence[Floats], order: int) -> NDArray[np.float64]:
    """The relative entropy (nats a token) between the model and itself without each n-gram of ``order``."""
    level = model.grams.levels[order - 2]
    history = level.history
    own = model.logprobs[order - 1].astype(np.float64)
    shorter = model.logprobs[order - 2].astype(np.float64)[level.suffix]
    seen, lower = masses(model.grams, model.logprobs, order)
    left, rest = np.maximum(1 - seen, 1e-7)[history], np.maximum(1 - lower, 1e-7)[history]
    new = np.log((left + np.exp(own)) / (rest + np.exp(shorter)))
    change = np.exp(own) * (own - shorter - new) + left * (np.log(left / rest) - new)
    return np.asarray(shares[order - 2][history] * change)


def prune(model: Backoff, shares: Sequence[Floats], budget: float, costs: Sequence[float]) -> Backoff:
    """Keep the n-grams above order 1 whose loss is greatest for what they cost, up to ``budget``.

    ``costs``: of one n-gram of each order, bigrams first, in the unit of ``budget``. N-grams that others need
    as history or suffix stay too.
    """
    grams = model.grams
    values = [
        losses(model, shares, n) / cost for n, cost in zip(range(2, grams.order + 1), costs, strict=True)
    ]

    def within(threshold: float) -> tuple[bool, list[NDArray[np.bool_]]]:
        keep = _closed(model, [value > threshold for value in values])
        return sum(int(mask.sum()) * cost for mask, cost in zip(keep, costs, strict=True)) <= budget, keep

    fits, keep = within(-np.inf)
    if not fits:
        low, high = _LEAST, float(max(value.max(initial=0.0) for value in values))
        for _ in range(_HALVINGS):
            middle = (low * high) ** 0.5
            low, high = (low, middle) if within(middle)[0] else (middle, high)
        keep = within(high)[1]
    smaller, kept = restrict(grams, keep)
    return weigh(smaller, [logprobs[rows] for logprobs, rows in zip(model.logprobs, kept, strict=True)])


def _closed(model: Backoff, keep: list[NDArray[np.bool_]]) -> list[NDArray[np.bool_]]:
    """Add what the kept n-grams of longer orders stand on."""
    for order in range(model.grams.order, 2, -1):
        level = model.grams.levels[order - 2]
        rows = np.flatnonzero(keep[order - 2])
        keep[order - 3][level.history[rows]] = True
        keep[order - 3][level.suffix[rows]] = True
    return keep
