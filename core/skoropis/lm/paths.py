"""Scoring several ways in which a text may go on, together rather than one after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..protocols import LanguageModel, State


def score_paths(model: LanguageModel, state: State, paths: Sequence[Sequence[str]]) -> list[list[float]]:
    """Log-probability (nats) of each token of each path, after ``state`` and what stands before it there.

    A model with a method ``score_paths`` of its own is asked by it, any other token by token.
    """
    own = getattr(model, "score_paths", None)
    if own is not None:
        told: list[list[float]] = own(state, paths)
        return told
    out = []
    for path in paths:
        at, row = state, []
        for token in path:
            logprob, at = model.score(at, token)
            row.append(logprob)
        out.append(row)
    return out
