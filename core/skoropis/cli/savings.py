"""Keystrokes saved on a user's own text, before and after learning from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..errors import InputError

if TYPE_CHECKING:
    from ..metrics.bootstrap import Interval


def parted(text: str, words: int, lines: int) -> tuple[list[str], list[str], int]:
    """Lines to learn, at least ``words`` words of them, the ``lines`` behind them, and the words learned.

    Raises InputError when nothing is left to type.
    """
    rest = [line for line in text.splitlines() if line.strip()]
    count = place = 0
    while place < len(rest) and count < words:
        count += len(rest[place].split())
        place += 1
    if place == len(rest):
        raise InputError(f"the text has {count:,} words only; give less with --words")
    return rest[:place], rest[place : place + lines], count


def compare(
    learned: Sequence[str], typed: Sequence[str], advance: Callable[[float], None]
) -> tuple[Interval, Interval, Interval]:
    """Savings (shares of 1) while typing ``typed`` without and with ``learned``, and the paired difference.

    ``advance(1)`` is called after each line, twice for all of them.
    """
    import skoropis

    from ..metrics.bootstrap import ratio_interval
    from ..metrics.typing import type_line
    from ..profile.memory import MemoryProfile, learn_all

    profile = MemoryProfile()
    runs = []
    with skoropis.open(profile=profile, deadline_ms=2000) as suite:

        def suggest(before: str, refused: frozenset[str]) -> list[str]:
            return [offer.text for offer in suite.suggest(before, 3, refused=refused)]

        for lines in ((), learned):
            learn_all(profile, lines)
            counts = []
            for line in typed:
                counts.append(type_line(line, suggest))
                advance(1)
            runs.append(counts)
    size = [count.characters for count in runs[0]]
    before, after = (ratio_interval([c.characters - c.keystrokes for c in run], size) for run in runs)
    fewer = [b.keystrokes - a.keystrokes for b, a in zip(*runs, strict=True)]
    return before, after, ratio_interval(fewer, size)
