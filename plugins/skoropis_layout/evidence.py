"""How likely a string of letters is as a word of a language, known or not."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from skoropis.api import LanguageModel, State, normalize_word

UNKNOWN = -10.0
"""Log-probability (nats) that a word of running text is in no lexicon."""
SAMPLE = 50_000
"""So many of the likeliest words teach which letters follow one another."""
STRANGE = -12.0
"""Log-probability (nats) of a letter that the language does not have."""
ANY = -8.0
"""Log-probability (nats) of an abbreviation, an initial, a made-up name: letters that follow no rule."""
ANY_LETTER = -3.0
"""Log-probability (nats) of each of its first ``SHORT`` letters."""
ANY_FURTHER = -6.0
"""Log-probability (nats) of each letter beyond: long ones are seldom without rule."""
SHORT = 4
SLIP = -7.5
"""Log-probability (nats) that a word has just this slip of the finger."""


class Words:
    """The words of one language: its model for those it knows, letter trigrams and slips for the rest."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self.lexicon = model.lexicon
        self.start: State = model.start()
        words, logprobs = self.lexicon.words, np.asarray(self.lexicon.logprobs)
        self._sums = np.concatenate(([0.0], np.cumsum(np.exp(logprobs.astype(np.float64)))))
        likely = np.argsort(-logprobs, kind="stable")[:SAMPLE]
        stream = "\n\n".join(words[int(number)] for number in likely) + "\n\n"
        letters = sorted(set(stream))
        self._ids = {letter: number for number, letter in enumerate(letters)}
        self._alphabet = [letter for letter in letters if letter.isalpha()]
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
        self.unknown = lru_cache(maxsize=20_000)(self._unknown)
        self.slip = lru_cache(maxsize=20_000)(self._slip)

    def knows(self, word: str) -> bool:
        """Whether the lexicon holds the word."""
        return normalize_word(word) in self.lexicon

    def mass(self, prefix: str) -> float:
        """Log-probability (nats) of all words of the lexicon together that begin with ``prefix``."""
        prefix = normalize_word(prefix)
        low, high = self.lexicon.range(prefix)
        chance = float(self._sums[high] - self._sums[low])
        return math.log(chance) if chance > 0 else -math.inf

    def usually_small(self, word: str) -> bool:
        """Whether the word is known, and written without a capital inside a sentence."""
        word = normalize_word(word)
        return word in self.lexicon and self.lexicon.surface(word)[:1].islower()

    def usually_capitals(self, word: str) -> bool:
        """Whether the word is known, and written in capitals."""
        return self.lexicon.surface(normalize_word(word)).isupper()

    def logprob(self, word: str) -> float:
        """Log-probability (nats) of ``word``, case aside, whatever stands around it."""
        word = normalize_word(word)
        known = self.lexicon.logprob(word)
        return known if known > -math.inf else self.unknown(word)

    def score(self, state: State, token: str) -> tuple[float, State]:
        """Log-probability (nats) of a token of the model's behind ``state``, and the state behind it."""
        logprob, after = self._model.score(state, token)
        if token[:1].isalpha() and token not in self.lexicon:
            logprob = self.unknown(token)
        return logprob, after

    def _unknown(self, word: str) -> float:
        """Log-probability (nats) of a normalized word that the lexicon lacks."""
        short = min(len(word), SHORT)
        lawless = ANY + ANY_LETTER * short + ANY_FURTHER * (len(word) - short)
        return max(self.by_letters(word), lawless)

    def _slip(self, word: str) -> float:
        """Log-probability (nats) of a normalized word of at least four letters as a slip of the finger for
        the likeliest word that is one letter left out, added, changed or swapped away.
        """
        if len(word) < SHORT:
            return -math.inf
        places = range(len(word))
        near = {word[:k] + word[k + 1 :] for k in places}
        near |= {word[:k] + word[k + 1] + word[k] + word[k + 2 :] for k in places[:-1]}
        near |= {word[:k] + letter + word[k + 1 :] for k in places for letter in self._alphabet}
        near |= {word[:k] + letter + word[k:] for k in range(len(word) + 1) for letter in self._alphabet}
        return SLIP + max(self.lexicon.logprob(other) for other in near if len(other) >= SHORT - 1)

    def by_letters(self, word: str) -> float:
        """Log-probability (nats) of a word that the lexicon lacks but that follows the language's rules."""
        return UNKNOWN + self._letters(normalize_word(word))

    def _letters(self, word: str) -> float:
        ids = [self._ids.get(char, -1) for char in "\n\n" + word + "\n"]
        if min(ids, default=-1) < 0:
            return STRANGE * len(word)
        total = sum(float(self._table[a, b, c]) for a, b, c in zip(ids, ids[1:], ids[2:], strict=False))
        return total if math.isfinite(total) else STRANGE * len(word)
