"""The weights of a blend, tuned on text that neither of its models was made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from skoropis.files import write_atomic
from skoropis.lm.blend import WEIGHTS_FILE, Blend, BlendState, Weights


def weigh(folder: Path, texts: Iterable[Sequence[str]], importance: Iterable[float] | None = None) -> Blend:
    """Tune and write the weights of the blend whose other files are in ``folder``; arguments as for
    :func:`tune_blend`.
    """
    even = Weights((0.5,) * Blend.SITUATIONS)
    write_atomic(folder / WEIGHTS_FILE, msgspec.json.encode(even))
    weights = tune_blend(Blend.load(folder), texts, importance)
    write_atomic(folder / WEIGHTS_FILE, msgspec.json.encode(weights))
    return Blend.load(folder)


def tune_blend(
    blend: Blend, texts: Iterable[Sequence[str]], importance: Iterable[float] | None = None
) -> Weights:
    """The weights that ``blend`` should have, whatever it has now.

    ``texts``: tokens of each line; ``importance``: of each of the texts, one for each of its tokens; even by
    default.
    """
    situations: list[int] = []
    chances: list[tuple[float, float]] = []
    counts: list[float] = []
    each = iter(importance) if importance is not None else None
    for tokens in texts:
        count = 1.0 if each is None else next(each)
        state = blend.start()
        for token in tokens:
            situations.append(blend.situation(state))
            one, ngram = blend.ngram.score(state.ngram, token)
            other, neural = blend.neural.score(state.neural, token)
            chances.append((one, other))
            counts.append(count)
            state = BlendState(ngram, neural)
    told = np.exp(np.array(chances, dtype=np.float64).reshape(-1, 2))
    return tune_weights(np.array(situations, dtype=np.int64), told, np.array(counts, dtype=np.float64))


def tune_weights(
    situations: NDArray[np.int64], chances: NDArray[np.float64], importance: NDArray[np.float64]
) -> Weights:
    """The weights that give a text most probability, by expectation maximisation.

    ``situations`` (tokens,); ``chances`` (tokens, 2) of the n-gram and the neural model; ``importance``
    (tokens,).
    """
    weights = []
    for situation in range(Blend.SITUATIONS):
        rows = situations == situation
        share, told, told_importance = 0.5, chances[rows], importance[rows]
        total = told_importance.sum()
        for _ in range(60 if total > 0 else 0):
            joint = told * (1 - share, share)
            posterior = joint[:, 1] / joint.sum(axis=1)
            share = float(np.clip((told_importance @ posterior) / total, 0.01, 0.99))
        weights.append(round(share, 4))
    return Weights(tuple(weights))
