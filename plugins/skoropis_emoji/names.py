"""The emoji and what they are called."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files

from .trigger import Trigger, normalized

_FULL, _WORD, _BEGUN = 3, 2, 1
"""How well a name fits: all of it, one of its words, the beginning of one."""
ENDING = 2
"""Letters at the end of a longer word that may be an inflection: ``сердца`` finds ``сердце``."""
STEM = 4


class Names:
    """Finds emoji by the words of their names. Numbers of emoji follow how often they are used."""

    def __init__(self, rows: Iterable[str]) -> None:
        """``rows``: tab-separated emoji, English name, short codes, English keywords, Russian name, Russian
        keywords.
        """
        self._emoji: list[str] = []
        self._called: dict[str, list[int]] = {}
        words: dict[str, array[int]] = {}
        for number, row in enumerate(rows):
            emoji, _, called = row.partition("\t")
            self._emoji.append(emoji)
            english, codes, *rest = normalized(called).split("\t")
            for name in (english, *codes.split(), rest[1]):
                self._called.setdefault(re.sub(r"[^\w'’+]+", "_", name).strip("_"), []).append(number)
            for word in set(re.findall(r"[^\W_]+", " ".join((english, codes, *rest)))):
                words.setdefault(word, array("H")).append(number)
        self._words = sorted(words)
        self._numbers = [words[word] for word in self._words]

    def __len__(self) -> int:
        return len(self._emoji)

    def find(self, asked: Trigger, limit: int) -> tuple[list[str], bool]:
        """At most ``limit`` emoji, best first, and whether the words fit as they were typed."""
        exact = self._find(asked.words, asked.closed)
        if exact or asked.closed:
            return exact[:limit], True
        *head, last = asked.words
        for cut in range(1, ENDING + 1):
            if len(last) - cut >= STEM and (loose := self._find((*head, last[:-cut]), False)):
                return loose[:limit], False
        return [], False

    def _find(self, words: tuple[str, ...], closed: bool) -> list[str]:
        full = self._called.get("_".join(words), [])
        scores: dict[int, int] = {}
        for place, word in enumerate(words):
            found = dict(self._holding(word))
            if place:
                scores = {n: min(score, found[n]) for n, score in scores.items() if n in found}
            else:
                scores = found
        scores |= dict.fromkeys(full, _FULL)
        if closed:
            scores = {n: score for n, score in scores.items() if score == _FULL}
        best = sorted(scores, key=lambda number: (-scores[number], number))
        return [self._emoji[number] for number in best]

    def _holding(self, begun: str) -> Iterator[tuple[int, int]]:
        """Numbers of emoji with a word that begins so; whole words last, so that they count."""
        low = bisect_left(self._words, begun)
        high = bisect_left(self._words, begun + "\U0010ffff", low)
        for place in reversed(range(low, high)):
            score = _WORD if self._words[place] == begun else _BEGUN
            for number in self._numbers[place]:
                yield number, score


@lru_cache(maxsize=1)
def names() -> Names:
    """The names in ``data/emoji.tsv``; read at the first use (about 40 ms and 5 MB), not before."""
    text = files(__package__).joinpath("data/emoji.tsv").read_text(encoding="utf-8")
    return Names(text.splitlines())
