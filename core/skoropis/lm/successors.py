"""Which words follow which: the index that makes candidates, so that not every word must be scored."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Level:
    """The n-grams of one order as children of those one shorter.

    Row ``r`` of the order below owns ``words[starts[r]:starts[r + 1]]``, sorted; ``codes`` grows with the
    probability of the word behind that history.
    """

    starts: NDArray[np.int32]
    words: NDArray[np.int32]
    codes: NDArray[np.uint8]


class Successors:
    """Finds the likeliest followers of a history within a range of word ids."""

    def __init__(self, levels: Sequence[Level]) -> None:
        """``levels``: bigrams first."""
        self._levels = tuple(levels)

    @property
    def order(self) -> int:
        """Length of the longest n-gram."""
        return len(self._levels) + 1

    def row(self, history: Sequence[int]) -> int:
        """The row of a history (word ids, oldest first) in the order of its length; -1 if it was not kept."""
        row = history[0]
        for level, word in zip(self._levels, history[1:], strict=False):
            begin, end = level.starts[row], level.starts[row + 1]
            at = bisect_left(level.words, word, begin, end)  # NumPy's search would copy the whole row
            if at >= end or level.words[at] != word:
                return -1
            row = at
        return row

    def followed(self, history: Sequence[int]) -> bool:
        """Whether anything was kept that follows this history."""
        row = self.row(history)
        starts = self._levels[len(history) - 1].starts
        return row >= 0 and bool(starts[row + 1] > starts[row])

    def best(self, history: Sequence[int], low: int, high: int, k: int) -> NDArray[np.int32]:
        """Up to ``k`` ids in ``[low, high)`` that were seen behind ``history``, the likeliest of them."""
        row = self.row(history)
        if row < 0:
            return _NONE
        level = self._levels[len(history) - 1]
        begin, end = level.starts[row], level.starts[row + 1]
        ids = level.words[begin:end]
        first, last = np.searchsorted(ids, (low, high))
        ids = ids[first:last]
        if len(ids) <= k:
            return ids
        codes = level.codes[begin + first : begin + last]
        return ids[np.argpartition(codes, len(ids) - k)[len(ids) - k :]]


_NONE = np.empty(0, dtype=np.int32)
