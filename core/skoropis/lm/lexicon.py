"""The words a language model knows."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

_LAST = "\U0010ffff"


class Lexicon:
    """Implements :class:`skoropis.protocols.Lexicon`; a word's id is its place in the sorted list."""

    def __init__(
        self, words: Sequence[str], logprobs: NDArray[np.float32], surfaces: Mapping[int, str]
    ) -> None:
        """``words``: sorted, unique, normalized. ``logprobs``: shape (len(words),), nats.
        ``surfaces``: the usual spelling of those that are not usually written like their normalized form.
        """
        self.words = words
        self.logprobs = logprobs
        self._surfaces = surfaces

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.id(word) >= 0

    def id(self, word: str) -> int:
        """Place of ``word``; -1 when it is unknown."""
        at = bisect_left(self.words, word)
        return at if at < len(self.words) and self.words[at] == word else -1

    def range(self, prefix: str) -> tuple[int, int]:
        """Ids of the words that begin with ``prefix``, as a half-open range."""
        if not prefix:
            return 0, len(self.words)
        low = bisect_left(self.words, prefix)
        return low, bisect_left(self.words, prefix + _LAST, low)

    def logprob(self, word: str) -> float:
        """Unigram log-probability (nats); ``-inf`` for an unknown word."""
        at = self.id(word)
        return float(self.logprobs[at]) if at >= 0 else -math.inf

    def surface(self, word: str) -> str:
        """The word as it is usually written in mid-sentence."""
        at = self.id(word)
        return self._surfaces.get(at, word) if at >= 0 else word
