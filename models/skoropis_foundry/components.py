"""The models of the mixture: one for each group of sources, over one vocabulary."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from . import corpus as corpora
from . import kneser_ney
from .backoff import Arpa, read_arpa
from .grams import BEGIN, END, UNKNOWN, Rows
from .kenlm_tools import train

_LONG = 10_000_000
"""Tokens from which trigrams seen once are left out: they would not survive the pruning anyway."""


def number(text: NDArray[np.int32], model_number: NDArray[np.int64]) -> Rows:
    """Corpus numbers to model numbers, every sentence between :data:`BEGIN` and :data:`END`."""
    numbers = model_number[text]
    ends = np.flatnonzero(text == corpora.END)
    return np.concatenate([np.array([BEGIN]), np.insert(numbers, ends[:-1] + 1, BEGIN)])


def numbering(words: Sequence[str], model_words: Sequence[str]) -> NDArray[np.int64]:
    """Model number of each corpus word; :data:`UNKNOWN` for those the model does not know."""
    known = {word: place for place, word in enumerate(model_words)}
    return np.array([known.get(word, UNKNOWN) for word in words], dtype=np.int64)


def estimate(text: Rows, order: int, vocabulary: int, tools: Path | None, cache: Path) -> Arpa:
    """The component's own model, from the cache when this very text was estimated before.

    Without KenLM's tools it is estimated in NumPy: the same model, but the whole text is held in memory.
    """
    prune = tuple(int(n > 3 or (n == 3 and len(text) > _LONG)) for n in range(1, order + 1))
    if tools is None:
        return kneser_ney.estimate(text, order, vocabulary, prune, pad=vocabulary + 1)
    cache.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(
        text.astype(np.int32).tobytes() + repr((order, prune, vocabulary)).encode()
    ).hexdigest()
    arpa = cache / f"{digest[:16]}.arpa"
    if not arpa.exists():
        plain = arpa.with_suffix(".txt")
        names = [str(n) for n in range(vocabulary)]
        names[END] = "\n"
        body = text[text != BEGIN].tolist()
        plain.write_text(" ".join([names[n] for n in body]), encoding="ascii")
        train(tools, plain, arpa, order, prune, vocabulary)
        plain.unlink()
    return read_arpa(arpa)
