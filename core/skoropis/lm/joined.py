"""The words of several lexicons as one."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from .lexicon import Lexicon


class JoinedLexicon(Lexicon):
    """A lexicon with the words of others: those that it lacks are added, its own stay the same objects.

    Takes 12 bytes a word beside the strings, which belong to the lexicons that are joined.
    """

    def __init__(self, base: Lexicon, others: Sequence[tuple[Lexicon, float]]) -> None:
        """``others``: each with its share of the text, all of them below 1 together; the rest is the base's.

        Frequencies are the weighted sums. A word is spelled as in the lexicon that most of its weight comes
        from, so that a small domain's *ACT* leaves the verb alone.
        """
        rest = 1.0 - sum(share for _, share in others)
        new = sorted({word for other, _ in others for word in other.words if base.id(word) < 0})
        words: Sequence[str] = sorted([*base.words, *new]) if new else base.words
        chances = np.exp(base.logprobs.astype(np.float64)) * rest
        chances = np.insert(chances, [bisect_left(base.words, word) for word in new], 0.0)
        super().__init__(words, np.empty(0, dtype=np.float32), {})
        for other, share in others:
            places = [self.id(word) for word in other.words]
            chances[places] += share * np.exp(other.logprobs.astype(np.float64))
        with np.errstate(divide="ignore"):
            self.logprobs = np.log(chances).astype(np.float32)
        parts = [(base, rest), *others]  # of two that are equal, the first
        self._parts = [(math.log(share), lexicon) for lexicon, share in parts if share > 0]

    def logprob(self, word: str) -> float:
        """Unigram log-probability (nats); ``-inf`` for an unknown word."""
        at = self.id(word)
        return float(self.logprobs[at]) if at >= 0 else -math.inf

    def surface(self, word: str) -> str:
        """The word as it is usually written in mid-sentence."""
        _, lexicon = max(self._parts, key=lambda part: part[0] + part[1].logprob(word))
        return lexicon.surface(word)
