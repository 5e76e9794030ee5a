"""Interpolated modified Kneser-Ney smoothing in NumPy: what KenLM's ``lmplz`` does, without a compiler.

Chen and Goodman 1998 give the smoothing; Heafield et al. 2013 its form here: adjusted counts, discounts
from the counts of counts, interpolation of all orders down to the uniform distribution. For texts that fit
into memory several times over; lmplz has no such bound.

Its numbers are those of lmplz but for one slip there, which is not copied: of each order below the longest,
the n-gram that lmplz sorts last enters the counts of counts with how often the text holds it. In 100,000
words that moves log-probabilities by some 0.0001.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .backoff import Arpa, Backoff, Floats
from .grams import BEGIN, Grams, Level, Rows, find, pair, restrict

_FALLBACK = (0.0, 0.5, 1.0, 1.5)
"""Discounts of an order whose counts of counts give none: too little text, or text that was made up."""

Discounts = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Counted:
    """All n-grams of a text. ``counts[n - 1]`` says how often it holds each of order n."""

    grams: Grams
    counts: list[Rows]


def count(text: Rows, order: int, vocabulary: int) -> Counted:
    """Count the n-grams of ``text``, word numbers with every sentence between BEGIN and END; order >= 1.

    As with lmplz, a sentence's first word stands behind one BEGIN, which only ever is a first word itself.
    """
    levels: list[Level] = []
    counts = [np.bincount(text, minlength=vocabulary)]
    rows = text
    for _ in range(2, order + 1):
        history = np.concatenate([np.array([-1]), rows[:-1]])
        told = (history >= 0) & (text != BEGIN)
        keys, at, times = np.unique(pair(history[told], text[told]), return_inverse=True, return_counts=True)
        levels.append(Level(keys, _suffixes(levels, keys)))
        counts.append(times)
        rows = np.full(len(text), -1)
        rows[told] = at
    return Counted(Grams(vocabulary, tuple(levels)), counts)


def _suffixes(below: Sequence[Level], keys: Rows) -> Rows:
    history, word = keys >> 32, keys & 0xFFFFFFFF
    return find(below[-1].keys, pair(below[-1].suffix[history], word)) if below else word


def adjusted(counted: Counted, order: int) -> Rows:
    """What the n-grams of an order count for the smoothing: in how many contexts they stand.

    The longest n-grams, and those that begin a sentence, count as often as the text holds them.
    """
    grams, raw = counted.grams, counted.counts[order - 1]
    if order == grams.order:
        out = raw.copy()
    else:
        out = np.bincount(grams.levels[order - 1].suffix, minlength=grams.size(order))
        begins = _first(grams, order) == BEGIN
        out[begins] = raw[begins]
    if order == 1:
        out[BEGIN] = 0
    return out


def _first(grams: Grams, order: int) -> Rows:
    """First word of every n-gram of an order."""
    first = np.arange(grams.vocabulary)
    for level in grams.levels[: order - 1]:
        first = first[level.history]
    return first


def discounts(counts: Rows) -> Discounts:
    """What is taken off counts of 0, 1, 2 and more (Chen and Goodman 1998, equation 26)."""
    seen = np.bincount(counts[(counts > 0) & (counts < 5)], minlength=5)
    if not seen[1:4].all():
        return _FALLBACK
    share = seen[1] / (seen[1] + 2 * seen[2])
    one, two, more = (float(n - (n + 1) * share * seen[n + 1] / seen[n]) for n in (1, 2, 3))
    return (0.0, one, two, more) if one >= 0 and two >= 0 and more >= 0 else _FALLBACK


def smooth(counted: Counted, prune: Sequence[int] = (), pad: int = 0) -> Backoff:
    """The model of a counted text. Behind every history the chances of all words but BEGIN sum to 1.

    ``pad``: of how many words the uniform distribution is, when that is more than the vocabulary has without
    BEGIN; the others' shares are then kept back for them.

    ``prune[n - 1]``: n-grams of order n that the text holds so often or less are left out, once they have
    been counted; the last entry is good for all longer ones. Single words are never left out. Raises
    ValueError when the entries fall: a kept n-gram would stand on one that is not.
    """
    grams = counted.grams
    limits = [0, *prune[1:], *[prune[-1] if prune else 0] * grams.order][: grams.order]
    if any(low > high for low, high in pairwise(limits)):
        raise ValueError("prune must not fall from one order to the next")
    logprobs: list[Floats] = []
    backoffs: list[Floats] = []
    keeps: list[NDArray[np.bool_]] = []
    lower = np.empty(0)
    for order in range(1, grams.order + 1):
        counts = adjusted(counted, order)
        keep = counted.counts[order - 1] > limits[order - 1] if order > 1 else counts > 0
        level = grams.levels[order - 2] if order > 1 else None
        history = level.history if level else np.zeros(len(counts), dtype=np.int64)
        rows = grams.size(order - 1) if level else 1
        off = np.array(discounts(counts))[np.minimum(counts, 3)]
        total = np.bincount(history, counts, rows)
        # All that is left over behind a history: what is discounted, and what is pruned as a whole.
        left = np.bincount(history, np.where(keep, off, counts), rows) / np.maximum(total, 1)
        shorter = lower[level.suffix] if level else np.full(len(counts), 1 / _outcomes(grams, pad))
        chance = (counts - off) / np.maximum(total, 1)[history] + left[history] * shorter
        if level:
            left[total == 0] = 1.0
            with np.errstate(divide="ignore"):
                backoffs.append(np.log(left).astype(np.float32))
            keeps.append(keep)
        else:
            chance[BEGIN] = 0.0
        with np.errstate(divide="ignore"):
            logprobs.append(np.log(chance).astype(np.float32))
        lower = chance
    kept = [np.arange(grams.size(order)) for order in range(1, grams.order + 1)]
    if any(limits):
        grams, kept = restrict(grams, keeps)
    return Backoff(
        grams,
        [values[rows] for values, rows in zip(logprobs, kept, strict=True)],
        [values[rows] for values, rows in zip(backoffs, kept, strict=False)],
    )


def _outcomes(grams: Grams, pad: int) -> int:
    """How many words the uniform distribution is over; BEGIN is none of them."""
    return max(grams.vocabulary - 1, pad)


def estimate(text: Rows, order: int, vocabulary: int, prune: Sequence[int] = (), pad: int = 0) -> Arpa:
    """The model of ``text`` (see :func:`count`) as lmplz writes it with ``--discount_fallback``.

    ``vocabulary``: how many word numbers there are. ``prune`` and ``pad``, lmplz's ``--vocab_pad``: see
    :func:`smooth`.
    """
    counted = count(text, order, vocabulary)
    model = smooth(counted, prune, pad)
    seen = np.flatnonzero(counted.counts[0])
    logprobs = [model.logprobs[0][seen], *model.logprobs[1:]]
    logprobs[0][seen == BEGIN] = 0.0
    backoffs = [*model.backoffs, np.empty(0, np.float32)]
    if order > 1:
        backoffs[0] = backoffs[0][seen]
    words = [seen[:, None], *(model.grams.spell(n) for n in range(2, order + 1))]
    counts = adjusted(counted, 1)
    left = np.array(discounts(counts))[np.minimum(counts, 3)].sum() / max(int(counts.sum()), 1)
    return Arpa(words, logprobs, backoffs, float(np.log(left / _outcomes(model.grams, pad))))
