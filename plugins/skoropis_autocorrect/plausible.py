"""How much a string of letters looks like a word of the language."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 32_768
"""Words counted at once, so that counting needs little memory."""


class LetterModel:
    """Letter trigrams over the types of a lexicon, interpolated with bigrams (Jelinek and Mercer 1980)."""

    def __init__(self, codes: NDArray[np.uint8], lengths: NDArray[np.integer[Any]], letters: int) -> None:
        """``codes``: words as letter numbers from 1 to ``letters``, (n, width), zero-padded."""
        size = letters + 1
        width = codes.shape[1]
        counts = np.zeros(size**3, dtype=np.int64)
        for begin in range(0, len(codes), BLOCK):
            block = codes[begin : begin + BLOCK]
            padded = np.zeros((len(block), width + 3), dtype=np.int64)
            padded[:, 2:-1] = block
            inside = np.arange(width + 1) <= np.asarray(lengths[begin : begin + BLOCK])[:, None]
            one, two, three = padded[:, :-2][inside], padded[:, 1:-1][inside], padded[:, 2:][inside]
            counts += np.bincount((one * size + two) * size + three, minlength=size**3)
        triples = counts.reshape(size, size, size)
        pairs = triples.sum(axis=0)
        wide = (pairs + 0.1) / (pairs + 0.1).sum(axis=-1, keepdims=True)
        total = triples.sum(axis=-1, keepdims=True)
        weight = total / (total + 5.0)
        narrow = triples / np.maximum(total, 1)
        self._table = np.log(weight * narrow + (1 - weight) * wide[None]).astype(np.float32)

    def logprob(self, word: NDArray[np.uint8]) -> float:
        """Log-probability (nats) of the letters of ``word``, its end included, as a new word."""
        padded = np.zeros(len(word) + 3, dtype=np.int64)
        padded[2:-1] = word
        return float(self._table[padded[:-2], padded[1:-1], padded[2:]].sum())
