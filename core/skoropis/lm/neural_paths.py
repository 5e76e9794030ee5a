"""Several ways in which a text may go on, through the network side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .tokens import ends_sentence

if TYPE_CHECKING:
    from .neural import Floats, Neural, NeuralState

_TOGETHER = 16
"""Beginnings that take a step together: bounds the memory of one call."""


def neural_paths(
    model: Neural, state: NeuralState, paths: Sequence[Sequence[str]]
) -> list[list[tuple[float, float]]]:
    """For each token of each path its log-probability, and that of the likeliest piece in its place (nats).

    All paths take each step of the network together; beginnings that they share take it once.
    """
    spelled = [_spelled(model, state, path) for path in paths]
    chances: dict[tuple[int, ...], Floats] = {(): model.chances(state)}
    vectors: dict[tuple[int, ...], Floats] = {(): state.vector}
    longest = max((len(pieces) for pieces, _ in spelled), default=0)
    for length in range(1, longest):
        heads = list(dict.fromkeys(pieces[:length] for pieces, _ in spelled if len(pieces) > length))
        for place in range(0, len(heads), _TOGETHER):
            group = heads[place : place + _TOGETHER]
            stacked = np.concatenate([vectors[head[:-1]] for head in group])
            moved, told = model.predict([head[-1] for head in group], stacked)
            for number, head in enumerate(group):
                vectors[head], chances[head] = moved[number : number + 1], told[number]
    out = []
    for pieces, ends in spelled:
        row: list[tuple[float, float]] = []
        begin = 0
        for end, following in ends:
            total = sum(float(chances[pieces[:at]][pieces[at]]) for at in range(begin, end))
            row.append((total, float(chances[pieces[:begin]].max()) if begin < end else 0.0))
            begin = following
        out.append(row)
    return out


def _spelled(
    model: Neural, state: NeuralState, path: Sequence[str]
) -> tuple[tuple[int, ...], list[tuple[int, int]]]:
    """The pieces of a path; for each token where its own pieces end, and where the next one's begin."""
    pieces: list[int] = []
    ends, last = [], state.last
    for token in path:
        pieces += model.pieces.ids(token)
        end = len(pieces)
        if ends_sentence(last, token):
            pieces.append(model.pieces.end)
            last = None
        else:
            last = token
        ends.append((end, len(pieces)))
    return tuple(pieces), ends
