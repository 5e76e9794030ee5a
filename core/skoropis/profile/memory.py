"""What is learned about the user, kept in memory and gone with the process."""

from __future__ import annotations

import heapq
import math
import threading
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ..protocols import Sightings
from ..text.words import normalize_word
from ..types import LearnedWord
from .ngrams import START, History, Ngrams, history, step
from .private import learnable, may_learn

T = TypeVar("T")
MAX_WORDS = 50_000
ENOUGH = 2
"""Sightings from which on a word is the user's own: before that it neither is offered nor stops a mend."""
_PAIR_SHARE = 0.6
_LAST = "\U0010ffff"
_WIDE = 20
"""Words considered of each history, and of those with the prefix."""


@dataclass(slots=True)
class Known:
    """What is known of one word. Not for changing outside of the profile."""

    count: int = 0
    kept: bool = False
    """The user insisted on it: took a mend back, or added it."""
    forms: dict[str, int] = field(default_factory=dict)
    """Spellings with their counts."""
    inside: int = 0
    """Sightings that did not begin a sentence."""
    capital: int = 0
    """Of these, with a capital."""

    @property
    def name(self) -> bool:
        """Whether it is mostly written as a name is, or only ever began a sentence."""
        return 2 * self.capital > self.inside or (not self.inside and self.surface[0].isupper())

    @property
    def surface(self) -> str:
        """The usual spelling, the first one seen where two are as frequent."""
        return max(self.forms, key=lambda form: self.forms[form])


class MemoryProfile:
    """Words and word sequences that the user wrote. Safe to use from several threads."""

    def __init__(self) -> None:
        self._words: dict[str, Known] = {}
        self._ngrams = Ngrams()
        self._sorted: list[str] = []
        self._total = 0
        self._lock = threading.RLock()

    def learn(self, text: str) -> None:
        """Count the words of ``text`` and what follows what. Secrets, numbers and addresses are left out."""
        with self._lock:
            before, last = [START], None
            for name, written in learnable(text):
                if written is not None:
                    self._see(name, written, inside=before != [START])
                if written is not None or not name.startswith("<"):
                    self._ngrams.add(before, name)
                before, last = step(before, last, name)
            if len(self._words) > MAX_WORDS:
                self._shrink()

    def undone(self, typed: str, mended: str) -> None:
        """A mend of ``typed`` into ``mended`` was taken back: what was typed is kept from now on."""
        wanted = {normalize_word(word) for word in mended.split()}
        for _, written in list(learnable(typed)):
            if written is not None and normalize_word(written) not in wanted:
                self.add(written)

    def accepted(self, text: str) -> None:
        """A suggestion was taken: words that are known already count once more."""
        with self._lock:
            for name, written in learnable(text):
                if written is not None and name in self._words:
                    self._see(name, written, inside=False)

    def add(self, word: str) -> bool:
        """Keep ``word`` as it is written; False for what is never learned."""
        if not may_learn(word):
            return False
        with self._lock:
            known = self._see(normalize_word(word), word, inside=False)
            known.kept = True
            return True

    def forget(self, word: str) -> bool:
        """Drop a word and every sequence it is in; whether there was anything to drop."""
        name = normalize_word(word)
        with self._lock:
            known = self._words.pop(name, None)
            self._ngrams.drop(name)
            if known is None:
                return False
            self._total -= known.count
            del self._sorted[bisect_left(self._sorted, name)]
            return True

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._ngrams = Ngrams()
            self._fill({})

    def take_over(self, words: dict[str, Known], ngrams: Iterable[tuple[History, dict[str, int]]]) -> None:
        """Become what was written to disk."""
        with self._lock:
            self._ngrams = Ngrams()
            self._fill(words)
            self._ngrams.fill(ngrams)

    def learned(self) -> tuple[LearnedWord, ...]:
        """All learned words, the most frequent first; of those equally frequent the one met first."""
        with self._lock:
            found = sorted(self._words.values(), key=lambda known: -known.count)
            return tuple(LearnedWord(known.surface, known.count) for known in found)

    def known(self, word: str) -> Known | None:
        """What is known of ``word``, None for a word that was never met."""
        return self._words.get(normalize_word(word))

    def followers(self, word: str, k: int = 5) -> list[tuple[str, int]]:
        """What the user wrote behind ``word`` most often."""
        with self._lock:
            seen = self._ngrams.behind([normalize_word(word)])
            return Counter(seen[0]).most_common(k) if seen else []

    def count(self, word: str) -> int:
        """How often the user wrote ``word``."""
        known = self._words.get(normalize_word(word))
        return known.count if known is not None else 0

    def kept(self, word: str) -> bool:
        """Whether ``word`` is the user's own: written often enough, added, or a mend of it was undone."""
        known = self._words.get(normalize_word(word))
        return known is not None and (known.kept or known.count >= ENOUGH)

    def next(self, tokens: Sequence[str], prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """Learned words that may follow ``tokens`` and begin with ``prefix`` (normalized), best first.

        Log-probability in nats under an interpolation of the word counts with what followed the last tokens.
        A word counts only where it followed the last token or a prefix was given: without either, the
        favourite words of a person would be offered everywhere. A name counts from its second sighting in a
        place on.
        """
        with self._lock:
            if not self._total:
                return []
            behind = self._ngrams.behind(history(tokens))
            words: set[str] = set()
            for seen in behind:
                fitting = (name for name in seen if name in self._words and name.startswith(prefix))
                words.update(heapq.nlargest(_WIDE + k, fitting, key=seen.__getitem__))
            if prefix:
                words.update(heapq.nlargest(_WIDE + k, self._beginning_with(prefix), key=self._frequency))
            scored = []
            for name in words:
                known = self._words[name]
                times = [self._times(seen, name, known) for seen in behind]
                if not prefix and not any(times):
                    continue
                chance = known.count / self._total
                for count, seen in zip(times, behind, strict=True):
                    chance = (1 - _PAIR_SHARE) * chance + _PAIR_SHARE * count / sum(seen.values())
                scored.append((known.surface, math.log(min(chance, 1.0))))
            scored.sort(key=lambda pair: (-pair[1], pair[0]))
            return scored[:k]

    def sightings(self, tokens: Sequence[str], words: Sequence[str]) -> list[Sightings]:
        """How often each of ``words`` (normalized) was met, on the whole and behind ``tokens``."""
        with self._lock:
            behind = [(seen, sum(seen.values())) for seen in self._ngrams.behind(history(tokens))]
            out = []
            for name in words:
                known = self._words.get(name)
                if known is None:
                    out.append(Sightings(0, self._total, ()))
                    continue
                places = tuple((self._times(seen, name, known), total) for seen, total in behind)
                out.append(Sightings(known.count, self._total, places))
            return out

    def snapshot(self, take: Callable[[dict[str, Known], Iterator[tuple[History, dict[str, int]]]], T]) -> T:
        """What ``take`` makes of all words and sequences, while nothing else changes them."""
        with self._lock:
            return take(self._words, self._ngrams.items())

    def merge(self, words: dict[str, Known], ngrams: Iterable[tuple[History, dict[str, int]]]) -> None:
        """Add what another profile knows. What is never learned is left out here too."""
        with self._lock:
            for name, other in words.items():
                if normalize_word(name) != name or not other.forms or not all(map(may_learn, other.forms)):
                    continue
                known = self._words.get(name)
                if known is None:
                    known = self._words[name] = Known()
                    insort(self._sorted, name)
                known.count += other.count
                known.kept = known.kept or other.kept
                known.inside += other.inside
                known.capital += other.capital
                self._total += other.count
                for form, times in other.forms.items():
                    known.forms[form] = known.forms.get(form, 0) + times
            for before, seen in ngrams:
                for name, times in seen.items():
                    if name in self._words or not name[:1].isalpha():
                        self._ngrams.put(tuple(before), name, times)
            if len(self._words) > MAX_WORDS:
                self._shrink()

    def _times(self, seen: dict[str, int], name: str, known: Known) -> int:
        times = seen.get(name, 0)
        return 0 if known.name and times < ENOUGH else times

    def _frequency(self, name: str) -> int:
        return self._words[name].count

    def _see(self, name: str, written: str, *, inside: bool) -> Known:
        known = self._words.get(name)
        if known is None:
            known = self._words[name] = Known()
            insort(self._sorted, name)
        known.count += 1
        self._total += 1
        if written in known.forms or len(known.forms) < 8:
            known.forms[written] = known.forms.get(written, 0) + 1
        known.inside += inside
        known.capital += inside and written[0].isupper()
        return known

    def _beginning_with(self, prefix: str) -> list[str]:
        low = bisect_left(self._sorted, prefix)
        return self._sorted[low : bisect_left(self._sorted, prefix + _LAST, low)]

    def _shrink(self) -> None:
        """Forget the rarer half, so that memory stays bounded; what the user insisted on goes last."""
        best = heapq.nlargest(
            MAX_WORDS // 2, self._words, key=lambda n: (self._words[n].kept, self._words[n].count)
        )
        self._fill({name: self._words[name] for name in best})
        self._ngrams.keep(self._words)

    def _fill(self, words: dict[str, Known]) -> None:
        self._words, self._sorted = words, sorted(words)
        self._total = sum(known.count for known in words.values())


def learn_all(profile: MemoryProfile, lines: Iterable[str]) -> int:
    """Learn line by line; how many words that were."""
    words = 0
    for line in lines:
        profile.learn(line)
        words += len(line.split())
    return words
