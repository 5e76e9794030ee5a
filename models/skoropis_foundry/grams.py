"""N-gram sets as sorted arrays: every n-gram is a child of the one a word shorter.

Words are numbers: :data:`UNKNOWN`, :data:`BEGIN`, :data:`END`, then the vocabulary. A row of order 1 is a
word number. A row of order n > 1 is identified by the row of its first n - 1 words in order n - 1 and its
last word; rows are sorted by that pair, so that a vocabulary may be of any size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

UNKNOWN, BEGIN, END = 0, 1, 2
SPECIAL = ("<unk>", "<s>", "</s>")

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Level:
    """The n-grams of one order above 1. All arrays have one entry a row."""

    keys: Rows
    """``history << 32 | word``, ascending."""
    suffix: Rows
    """Row, one order below, of the n-gram without its first word."""

    @property
    def history(self) -> Rows:
        """Row, one order below, of the n-gram without its last word."""
        return self.keys >> 32

    @property
    def word(self) -> Rows:
        """The last word."""
        return self.keys & 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Grams:
    """A closed set of n-grams: the first and the last n - 1 words of each are in it too."""

    vocabulary: int
    """How many word numbers there are."""
    levels: tuple[Level, ...]
    """Bigrams first."""

    @property
    def order(self) -> int:
        """Length of the longest n-gram."""
        return len(self.levels) + 1

    def size(self, order: int) -> int:
        """Number of rows of an order."""
        return self.vocabulary if order == 1 else len(self.levels[order - 2].keys)

    def spell(self, order: int) -> NDArray[np.int64]:
        """The word numbers of all rows, shape (rows, order)."""
        if order == 1:
            return np.arange(self.vocabulary)[:, None]
        level = self.levels[order - 2]
        return np.concatenate([self.spell(order - 1)[level.history], level.word[:, None]], axis=1)

    def find(self, order: int, history: Rows, word: Rows) -> Rows:
        """Rows of the n-grams (``history``, ``word``); -1 where there is none or the history is -1."""
        return find(self.levels[order - 2].keys, pair(history, word))

    def follow(self, text: Rows) -> list[Rows]:
        """For every place of a running text and every order, the row of the n-gram that ends there, or -1.

        Sentences stand in ``text`` with :data:`BEGIN` and :data:`END`; no n-gram reaches over a border,
        because none in the set does.
        """
        rows = [text]
        for order in range(2, self.order + 1):
            before = np.concatenate([np.array([-1]), rows[-1][:-1]])
            rows.append(self.find(order, before, text))
        return rows


def pair(history: Rows, word: Rows) -> Rows:
    """The key of (history row, word); negative when the history is."""
    return (history << 32) | word


def find(keys: Rows, wanted: Rows) -> Rows:
    """Places of ``wanted`` in the ascending ``keys``; -1 for what is not there."""
    if not len(keys):
        return np.full(len(wanted), -1)
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, at, -1)


def locate(levels: Sequence[Level], words: NDArray[np.int64]) -> Rows:
    """Rows of n-grams that are given as word numbers, shape (n-grams, order); -1 for unknown ones."""
    row = words[:, 0]
    for column, level in zip(range(1, words.shape[1]), levels, strict=False):
        row = find(level.keys, pair(row, words[:, column]))
    return row


def union(vocabulary: int, sets: Sequence[Sequence[NDArray[np.int64]]]) -> Grams:
    """The n-grams of all ``sets`` (each: arrays of shape (n-grams, order) for order 2, 3, ...).

    What would leave the set unclosed is dropped.
    """
    levels: list[Level] = []
    for order in range(2, len(sets[0]) + 2):
        found = []
        for grams in sets:
            words = grams[order - 2]
            history = locate(levels, words[:, :-1])
            keys = pair(history, words[:, -1])
            found.append(keys[(history >= 0) & (locate(levels, words[:, 1:]) >= 0)])
        keys = np.unique(np.concatenate(found))
        levels.append(Level(keys, _suffixes(levels, keys)))
    return Grams(vocabulary, tuple(levels))


def _suffixes(levels: Sequence[Level], keys: Rows) -> Rows:
    """Suffix rows by the recursion suffix(h w) = (suffix(h) w)."""
    history, word = keys >> 32, keys & 0xFFFFFFFF
    if not levels:
        return word
    return find(levels[-1].keys, pair(levels[-1].suffix[history], word))


def restrict(grams: Grams, keep: Sequence[NDArray[np.bool_]]) -> tuple[Grams, list[Rows]]:
    """The set without the rows that ``keep`` (bigrams first) denies, and the old rows of what is left.

    ``keep`` must leave the set closed.
    """
    levels: list[Level] = []
    kept = [np.arange(grams.vocabulary)]
    renumber = np.arange(grams.vocabulary)
    for level, mask in zip(grams.levels, keep, strict=True):
        old = np.flatnonzero(mask)
        keys = pair(renumber[level.history[old]], level.word[old])
        levels.append(Level(keys, renumber[level.suffix[old]]))
        renumber = np.full(len(mask), -1)
        renumber[old] = np.arange(len(old))
        kept.append(old)
    return Grams(grams.vocabulary, tuple(levels)), kept
