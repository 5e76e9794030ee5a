"""Whether this user writes capitals, judged by the text and by what was seen of other texts."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from .sentences import Start

REMEMBERED = 200
"""Sentence starts that are kept in mind; only their hashes are."""
CAPITALS = (1, 2, 5, 20)
"""Numbers of capitals from which on a user is better known."""
SMALL = (1e-9, 0.02, 0.05, 0.15)
"""Shares of small starts from which on a user is taken for somebody else."""
_PRONOUN = re.compile(r"(?<![\w.'’-])i(?=['’](?:m|ll|ve|d|re)\b|[\s,])")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a user: places among :data:`CAPITALS` and :data:`SMALL`, 0 for less than the first."""

    capitals: int
    small: int


class Habit:
    """The latest sentence starts of one user. One that was mended and taken back counts as small."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, bool] = OrderedDict()

    def see(self, text: str, found: Sequence[Start]) -> None:
        """Take in the sentence starts of a text, but for the last word, which may yet be mended."""
        for start in found:
            if start.token.end < len(text):
                key = hash(text[max(0, start.token.start - 40) : start.token.end].lower())
                self._seen[key] = start.token.text[0].isupper()
                self._seen.move_to_end(key)
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)

    def evidence(self, text: str, found: Sequence[Start], end: int) -> Evidence:
        """What is known, when a word at ``end`` of ``text`` is judged.

        A text that shows small starts itself, or a small pronoun, says more than all others.
        """
        capitals = sum(self._seen.values())
        share = 1 - capitals / len(self._seen) if self._seen else 0.0
        own = [start.token.text[0].isupper() for start in found if start.token.start < end]
        if not all(own) or _PRONOUN.search(text, 0, end):
            share = 1.0
        return Evidence(bisect_right(CAPITALS, capitals), bisect_right(SMALL, share))
