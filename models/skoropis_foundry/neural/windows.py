"""What a network is shown: windows of pieces that begin where a sentence does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LENGTH = 64
"""Pieces of a window that are predicted."""


@dataclass(frozen=True, slots=True)
class Text:
    """A source: pieces one after another, sentences ended by ``end``; ``weight``: times shown an epoch."""

    pieces: NDArray[np.uint16]
    weight: float = 1.0


class Windows:
    """Draws batches of windows, every source ``weight`` times an epoch, each epoch in its own order."""

    def __init__(self, texts: Sequence[Text], end: int, seed: int = 0, length: int = LENGTH) -> None:
        self.texts = tuple(text for text in texts if len(text.pieces) > 1)
        self._end = end
        self._seed = seed
        self.length = length
        self._ends = [np.flatnonzero(text.pieces == end) for text in self.texts]

    def order(self, epoch: int) -> NDArray[np.int64]:
        """The windows of an epoch: (windows, 2), the source and where in it the window begins."""
        random = np.random.default_rng((self._seed, epoch))
        rows = []
        for source, (text, ends) in enumerate(zip(self.texts, self._ends, strict=True)):
            left = text.weight
            while left > 0 and len(ends):
                # About every ``length`` pieces, from a new place each time, at the nearest sentence's begin.
                about = np.arange(int(random.integers(0, self.length)), len(text.pieces), self.length)
                at = np.unique(ends[np.searchsorted(ends, about).clip(max=len(ends) - 1)])
                at = at[at < len(text.pieces) - 2]
                if left < 1:
                    at = random.permutation(at)[: int(len(at) * left)]
                rows.append(np.stack([np.full(len(at), source), at], axis=1))
                left -= 1
        if not rows:
            return np.empty((0, 2), dtype=np.int64)
        joined = np.concatenate(rows)
        return joined[random.permutation(len(joined))]

    def batch(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Pieces of some windows, shape (length + 1, windows): the first are not predicted. Behind the end of
        a source stands -1.
        """
        out = np.full((self.length + 1, len(rows)), -1, dtype=np.int64)
        for column, (source, begin) in enumerate(rows):
            pieces = self.texts[source].pieces[begin : begin + self.length + 1]
            out[: len(pieces), column] = pieces
        return out

    def frequencies(self, vocabulary: int) -> NDArray[np.float64]:
        """How often each piece is shown, of 1 in all."""
        counts = np.zeros(vocabulary)
        for text in self.texts:
            counts += np.bincount(text.pieces, minlength=vocabulary) * text.weight
        return counts / max(counts.sum(), 1.0)
