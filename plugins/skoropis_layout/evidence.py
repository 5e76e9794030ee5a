"""How likely a string of letters is as a word of a language, known or not."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from skoropis.api import LanguageModel, normalize_word

UNKNOWN = -10.0
"""Log-probability (nats) that a word of running text is in no lexicon."""
SAMPLE = 50_000
"""So many of the likeliest words teach which letters follow one another."""
COMMON = -11.0
"""A word at least this likely (nats) is common."""
STRANGE = -12.0
"""Log-probability (nats) of a letter that the language does not have."""


class Words:
    """The words of one language: the lexicon's, and a letter trigram model for the rest."""

    def __init__(self, model: LanguageModel) -> None:
        self.lexicon = model.lexicon
        words, logprobs = model.lexicon.words, np.asarray(model.lexicon.logprobs)
        likely = np.argsort(-logprobs, kind="stable")[:SAMPLE]
        stream = "\n\n".join(words[int(number)] for number in likely) + "\n\n"
        letters = sorted(set(stream))
        self._ids = {letter: number for number, letter in enumerate(letters)}
        table = np.zeros(max(map(ord, letters), default=0) + 1, dtype=np.int64)
        table[[ord(letter) for letter in letters]] = range(len(letters))
        ids = table[np.frombuffer(stream.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)]
        size = len(letters)
        triples = np.bincount((ids[:-2] * size + ids[1:-1]) * size + ids[2:], minlength=size**3)
        triples = triples.reshape(size, size, size)
        pairs = triples.sum(axis=0) + 0.05
        wide = pairs / pairs.sum(axis=-1, keepdims=True)
        total = triples.sum(axis=-1, keepdims=True)
        weight = total / (total + 5.0)
        chances = weight * triples / np.maximum(total, 1) + (1 - weight) * wide[None]
        self._table = np.log(chances).astype(np.float32)
        self.logprob = lru_cache(maxsize=20_000)(self._logprob)

    def knows(self, word: str) -> bool:
        """Whether the lexicon holds the word."""
        return normalize_word(word) in self.lexicon

    def near_miss(self, word: str) -> bool:
        """Whether dropping a letter of ``word``, or swapping two, gives a common word (of at least four)."""
        word = normalize_word(word)
        if len(word) < 4:
            return False
        dropped = (word[:k] + word[k + 1 :] for k in range(len(word)))
        swapped = (word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in range(len(word) - 1))
        return any(len(other) > 3 and self.lexicon.logprob(other) > COMMON for other in (*dropped, *swapped))

    def _logprob(self, word: str) -> float:
        """Log-probability (nats) of ``word``, case aside, in running text."""
        word = normalize_word(word)
        known = self.lexicon.logprob(word)
        return max(known, UNKNOWN + self._letters(word))

    def _letters(self, word: str) -> float:
        ids = [self._ids.get(char, -1) for char in "\n\n" + word + "\n"]
        if min(ids, default=-1) < 0:
            return STRANGE * len(word)
        total = sum(float(self._table[a, b, c]) for a, b, c in zip(ids, ids[1:], ids[2:], strict=False))
        return total if math.isfinite(total) else STRANGE * len(word)
