"""What is learned about the user, kept in memory and gone with the process."""

from __future__ import annotations

import math
import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from ..lm.tokens import SENTENCE_ENDS, lm_token
from ..text.words import normalize_word, tokenize
from ..types import LearnedWord

MAX_WORDS = 50_000
_START = "<s>"
_BIGRAM_SHARE = 0.6


class MemoryProfile:
    """Word and word-pair counts of what the user wrote. Safe to use from several threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._written: dict[str, Counter[str]] = {}
        self._pairs: dict[str, Counter[str]] = {}
        self._sorted: list[str] | None = None
        self._lock = threading.Lock()

    def learn(self, text: str) -> None:
        """Count the words of ``text`` and which follows which."""
        with self._lock:
            previous = _START
            for token in tokenize(text):
                name = lm_token(token)
                if token.kind == "word" and name is not None:
                    self._counts[name] += 1
                    self._written.setdefault(name, Counter())[token.text] += 1
                    self._pairs.setdefault(previous, Counter())[name] += 1
                previous = _START if name is None or name in SENTENCE_ENDS else name
            if len(self._counts) > MAX_WORDS:
                self._shrink()
            self._sorted = None

    def undone(self, typed: str, mended: str) -> None:
        """A mend of ``typed`` was taken back: it is learned as if it had been seen twice."""
        self.learn(typed)
        self.learn(typed)

    def accepted(self, text: str) -> None:
        """A suggestion was taken: nothing is learned before the sentence is finished."""

    def forget(self, word: str) -> bool:
        """Drop a word and every pair it is in; whether there was anything to drop."""
        name = normalize_word(word)
        with self._lock:
            return self._drop(name)

    def learned(self) -> tuple[LearnedWord, ...]:
        """All learned words, the most frequent first."""
        with self._lock:
            return tuple(
                LearnedWord(self._surface(name), count) for name, count in self._counts.most_common()
            )

    def count(self, word: str) -> int:
        """How often the user wrote ``word``."""
        return self._counts.get(normalize_word(word), 0)

    def next(self, tokens: Sequence[str], prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """Learned words that may follow ``tokens`` and begin with ``prefix`` (normalized), best first.

        Log-probability in nats under an interpolation of the pair counts of the last token and the word
        counts. A word counts only where the pair was seen or a prefix was given: without either, the
        favourite words of a person would be offered everywhere.
        """
        previous = tokens[-1] if tokens and tokens[-1] not in SENTENCE_ENDS else _START
        with self._lock:
            total = sum(self._counts.values())
            if not total:
                return []
            pairs = self._pairs.get(previous, Counter())
            pair_total = sum(pairs.values())
            scored = []
            for name in self._beginning_with(prefix) if prefix else pairs:
                probability = (1 - _BIGRAM_SHARE) * self._counts[name] / total
                if pair_total:
                    probability += _BIGRAM_SHARE * pairs.get(name, 0) / pair_total
                scored.append((name, math.log(probability)))
            scored.sort(key=lambda pair: (-pair[1], pair[0]))
            return [(self._surface(name), logprob) for name, logprob in scored[:k]]

    def _surface(self, name: str) -> str:
        return self._written[name].most_common(1)[0][0]

    def _beginning_with(self, prefix: str) -> list[str]:
        if self._sorted is None:
            self._sorted = sorted(self._counts)
        low = bisect_left(self._sorted, prefix)
        return self._sorted[low : bisect_left(self._sorted, prefix + "\U0010ffff", low)]

    def _drop(self, name: str) -> bool:
        known = self._counts.pop(name, 0) > 0
        self._written.pop(name, None)
        self._pairs.pop(name, None)
        for followers in self._pairs.values():
            followers.pop(name, None)
        self._sorted = None
        return known

    def _shrink(self) -> None:
        """Forget the rarer half, so that memory stays bounded."""
        self._counts = Counter(dict(self._counts.most_common(MAX_WORDS // 2)))
        self._written = {name: written for name, written in self._written.items() if name in self._counts}
        self._pairs = {
            name: Counter({follower: n for follower, n in followers.items() if follower in self._counts})
            for name, followers in self._pairs.items()
            if name in self._counts or name == _START
        }
