"""Word frequencies of the target domains: sources and wordfreq, weighted by EM on dev text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .corpus import END, Corpus, read_lines, sentences_of

_ROUNDS = 50
_FLOOR = 1e-9


def unigram_mixture(
    corpus: Corpus, counts: Mapping[str, NDArray[np.int64]], general: Mapping[str, float], dev: Sequence[Path]
) -> tuple[dict[str, float], dict[str, float]]:
    """Probability of every word of the sources or of ``general``, and the weight of each component.

    ``counts[component][number]``: occurrences of the corpus words. The dev files count equally.
    """
    names = [*counts, "wordfreq"]
    totals = {name: float(count.sum() - count[END]) for name, count in counts.items()}
    norm = sum(general.values())
    number = {word: place for place, word in enumerate(corpus.words)}
    rows, importance = [], []
    for path in dev:
        told = Counter(token for line in read_lines(path) for s in sentences_of(line) for token in s)
        size = sum(told.values())
        for word, times in told.items():
            at = number.get(word)
            row = [counts[name][at] / totals[name] if at is not None else 0.0 for name in counts]
            rows.append([*row, general.get(word, 0.0) / norm])
            importance.append(times / size / len(dev))
    table, share = np.array(rows) + _FLOOR, np.array(importance)
    weights = np.full(len(names), 1 / len(names))
    for _ in range(_ROUNDS):
        joint = table * weights
        weights = share @ (joint / joint.sum(axis=1, keepdims=True))
    mixed = sum(weights[i] * counts[name] / totals[name] for i, name in enumerate(counts))
    chances = dict(zip(corpus.words[1:], np.asarray(mixed)[1:].tolist(), strict=True))
    for word, frequency in general.items():
        chances[word] = chances.get(word, 0.0) + float(weights[-1]) * frequency / norm
    return chances, dict(zip(names, weights.tolist(), strict=True))
