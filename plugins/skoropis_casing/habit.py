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
    """The latest sentence starts of one user, and those that were offered a capital."""

    def __init__(self) -> None:
        self._seen: OrderedDict[int, bool] = OrderedDict()
        self._offered: OrderedDict[int, bool] = OrderedDict()

    def see(self, text: str, start: Start) -> None:
        """Take in a sentence start that is as the user left it. The same one counts once."""
        _keep(self._seen, _key(text, start), start.token.text[0].isupper())

    def offer(self, text: str, start: Start) -> bool:
        """Note that a start was offered a capital; whether it had been before: then it was not taken."""
        known = _key(text, start) in self._offered
        _keep(self._offered, _key(text, start), True)
        return known

    def evidence(self, own: Sequence[bool], text: str, end: int) -> Evidence:
        """What is known, when a word at ``end`` of ``text`` is judged.

        ``own``: whether each sentence start left of it is a capital. A text that shows small ones itself, or
        a small pronoun, says more than all others.
        """
        capitals = sum(self._seen.values())
        share = 1 - capitals / len(self._seen) if self._seen else 0.0
        if not all(own) or _PRONOUN.search(text, 0, end):
            share = 1.0
        return Evidence(bisect_right(CAPITALS, capitals), bisect_right(SMALL, share))


def _key(text: str, start: Start) -> int:
    return hash(text[max(0, start.token.start - 40) : start.token.end].lower())


def _keep(memory: OrderedDict[int, bool], key: int, value: bool) -> None:
    memory[key] = value
    memory.move_to_end(key)
    if len(memory) > REMEMBERED:
        memory.popitem(last=False)
