"""The weights of a domain's voices, tuned on text that none of them was made from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from skoropis.lm.blend import Blend
from skoropis.lm.domain import Domain, DomainWeights
from skoropis.lm.neural import Neural
from skoropis.lm.ngram import NGram

ROUNDS = 60
PRIOR = 50.0
"""Tokens that every situation is taken to have seen besides its own, weighed as all tokens are on average: a
situation that is rare in a small text must not stray far."""
LEAST = 0.01
"""A smaller weight is dropped: the voice is not worth asking."""
_FLOOR = 1e-3


def tune_domain(
    base_id: str,
    base: Blend | NGram,
    ngram: NGram,
    neural: Neural | None,
    texts: Iterable[Sequence[str]],
    importance: Iterable[float] | None = None,
) -> DomainWeights:
    """What ``domain.json`` should hold for a domain of these parts.

    ``texts``: tokens (:func:`skoropis.lm.tokens.lm_tokens`) of each line or document, held out from all
    training. ``importance``: of each of the texts, one for each of its tokens; even by default.
    """
    blend = base if isinstance(base, Blend) else None
    present = (True, True, True, neural is not None)
    even = tuple(float(there) / sum(present) for there in present)
    digest = "" if blend is None or neural is None else blend.neural.pieces.digest
    untuned = DomainWeights(
        base=base_id,
        fast=((0.5, 0.5),) * Domain.FAST_SITUATIONS,
        full=() if blend is None else (even,) * Domain.SITUATIONS,  # type: ignore[arg-type]
        pieces=digest,
    )
    domain = Domain(base, ngram, neural, untuned)
    situations, told, counts = [], [], []
    for tokens, count in zip(texts, _each(importance), strict=False):
        state = domain.start()
        for token in tokens:
            situations.append(domain.situation(state))
            row, state = domain.opinions(state, token)
            told.append(row)
            counts.append(count)
    where, weight = np.array(situations, dtype=np.int64), np.array(counts, dtype=np.float64)
    chances = np.exp(np.array(told, dtype=np.float64)).reshape(len(told), -1)
    own = where % 3
    general = where // 3 if blend is None else where // 3 // Blend.LEVELS
    ngrams = chances if blend is None else chances[:, (0, 2)]
    fast = tune_domain_weights(3 * general + own, ngrams, weight, Domain.FAST_SITUATIONS)
    full: tuple[tuple[float, ...], ...] = ()
    if blend is not None:
        full = tune_domain_weights(where, chances, weight, Domain.SITUATIONS)
        full = tuple((*row, *([0.0] * (4 - len(row)))) for row in full)
    return DomainWeights(base=base_id, fast=fast, full=full, pieces=digest)  # type: ignore[arg-type]


def tune_domain_weights(
    situations: NDArray[np.int64],
    chances: NDArray[np.float64],
    importance: NDArray[np.float64],
    count: int = Domain.SITUATIONS,
) -> tuple[tuple[float, ...], ...]:
    """The weights that give a text most probability, by expectation maximisation: ``count`` rows of n.

    ``situations`` (tokens,), each below ``count``; ``chances`` (tokens, n) that each voice gives the token
    that came; ``importance`` (tokens,). A situation's weights are drawn to those of all situations together,
    as if it had seen :data:`PRIOR` more tokens like them. A voice without a chance anywhere gets 0.
    """
    voices = chances.shape[1]
    speaks = (chances > 0).any(axis=0) if len(chances) else np.arange(voices) == 0
    scale = importance * (len(importance) / max(float(importance.sum()), 1e-300))
    alike = _expect(chances, scale, speaks / speaks.sum(), np.zeros(voices))
    rows = []
    for situation in range(count):
        here = situations == situation
        rows.append(_rounded(_expect(chances[here], scale[here], alike, PRIOR * alike)))
    return tuple(rows)


def _expect(
    chances: NDArray[np.float64],
    importance: NDArray[np.float64],
    weights: NDArray[np.float64],
    prior: NDArray[np.float64],
) -> NDArray[np.float64]:
    for _ in range(ROUNDS if len(chances) else 0):
        joint = chances * weights
        total = joint.sum(axis=1, keepdims=True)
        share = np.divide(joint, total, out=np.zeros_like(joint), where=total > 0)
        counted = importance @ share + prior
        weights = np.where(weights > 0, np.maximum(counted / counted.sum(), _FLOOR), 0.0)
        weights = weights / weights.sum()
    return weights


def _rounded(weights: NDArray[np.float64]) -> tuple[float, ...]:
    """To four places, without the voices that hardly count, the first of which always stays; sums to 1."""
    kept = np.where(weights < LEAST, 0.0, weights)
    kept[0] = max(kept[0], weights[0], LEAST)
    kept = np.round(kept / kept.sum(), 4)
    kept[int(kept.argmax())] += 1.0 - kept.sum()
    return tuple(round(float(weight), 4) for weight in kept)


def _each(importance: Iterable[float] | None) -> Iterable[float]:
    if importance is None:
        while True:
            yield 1.0
    yield from importance
