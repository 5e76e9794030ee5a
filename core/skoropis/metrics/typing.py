"""Keystroke savings and next-word accuracy of a simulated user.

The user types each line letter by letter. Before every letter of a word, the first included but not at the
very start of a line, the system sees the line so far and shows ``k`` suggestions. When the wanted word is
among them, one keystroke takes it together with its following space; punctuation behind a word, and then the
space behind that, are typed. Keystroke savings = 1 - keystrokes / characters, all characters counted
(MacKenzie 2002, "KSPC", gives the measure; the user here never overlooks a suggestion).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..text.words import normalize_word
from .bootstrap import Interval, ratio_interval
from .latency import milliseconds

Suggest = Callable[[str, frozenset[str]], Sequence[str]]
"""``suggest(before, refused)``: words, best first. ``refused`` (normalized): shown and passed over within
this same word, not to be offered again."""

_CORE = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class LineCount:
    """What one line cost."""

    characters: int
    keystrokes: int
    words: int
    """Next-word slots: words behind a space."""
    top1: int
    topk: int


@dataclass(frozen=True, slots=True)
class TypingResult:
    """Figures over all lines. Shares are fractions of 1; times in milliseconds of a call of ``suggest``."""

    k: int
    repeat: bool
    lines: int
    characters: int
    keystrokes: int
    savings: Interval
    next_word_slots: int
    next_word_top1: float
    next_word_topk: float
    calls: int
    wall_p50_ms: float
    wall_p99_ms: float
    cpu_p50_ms: float
    cpu_p99_ms: float


class _Timed:
    """Calls ``suggest`` and keeps the clock readings."""

    def __init__(self, suggest: Suggest) -> None:
        self._suggest = suggest
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def __call__(self, before: str, refused: frozenset[str]) -> Sequence[str]:
        wall, cpu = time.perf_counter(), time.process_time()
        words = self._suggest(before, refused)
        self.wall.append(time.perf_counter() - wall)
        self.cpu.append(time.process_time() - cpu)
        return words


def simulate(
    lines: Iterable[str],
    suggest: Suggest,
    *,
    k: int = 3,
    repeat: bool = False,
    progress: Callable[[int], None] | None = None,
) -> TypingResult:
    """Type all ``lines``; ``repeat`` lets the system offer again within a word what was passed over.

    ``progress(characters)`` is called after each line.
    """
    timed = _Timed(suggest)
    counts = []
    for line in lines:
        counts.append(type_line(line, timed, k=k, repeat=repeat))
        if progress is not None:
            progress(counts[-1].characters)
    characters = sum(c.characters for c in counts)
    keystrokes = sum(c.keystrokes for c in counts)
    slots = sum(c.words for c in counts)
    savings = ratio_interval([c.characters - c.keystrokes for c in counts], [c.characters for c in counts])
    return TypingResult(
        k=k,
        repeat=repeat,
        lines=len(counts),
        characters=characters,
        keystrokes=keystrokes,
        savings=savings,
        next_word_slots=slots,
        next_word_top1=sum(c.top1 for c in counts) / slots if slots else 0.0,
        next_word_topk=sum(c.topk for c in counts) / slots if slots else 0.0,
        calls=len(timed.wall),
        wall_p50_ms=milliseconds(timed.wall, 50),
        wall_p99_ms=milliseconds(timed.wall, 99),
        cpu_p50_ms=milliseconds(timed.cpu, 50),
        cpu_p99_ms=milliseconds(timed.cpu, 99),
    )


def type_line(line: str, suggest: Suggest, *, k: int = 3, repeat: bool = False) -> LineCount:
    """Type one line. White space is read as single spaces."""
    line = _SPACE.sub(" ", line).strip()
    keystrokes = words = top1 = topk = 0
    for start, end, core, behind in _words(line):
        length = end - start + (end < len(line))  # the space behind it belongs to the word
        if core is None:
            keystrokes += length
            continue
        wanted = normalize_word(line[core[0] : core[1]])
        taken = None
        refused: frozenset[str] = frozenset()
        for at in range(core[0], core[1]):
            if at == 0:
                continue
            shown = [normalize_word(word) for word in suggest(line[:at], refused)[:k]]
            if at == start and any(char.isalpha() for char in wanted):
                words += 1
                top1 += shown[:1] == [wanted]
                topk += wanted in shown
            if wanted in shown:
                taken = at
                break
            if not repeat:
                refused |= frozenset(shown)
        if taken is None:
            keystrokes += length
        else:
            typed = taken - start + 1 + (behind + (end < len(line)) if behind else 0)
            keystrokes += min(typed, length)
    return LineCount(len(line), keystrokes, words, top1, topk)


def _words(line: str) -> Iterator[tuple[int, int, tuple[int, int] | None, int]]:
    """(start, end, span of the wanted word or None, characters behind it) of what stands between spaces."""
    position = 0
    for piece in line.split(" "):
        end = position + len(piece)
        found = _CORE.search(piece)
        if found is None:
            yield position, end, None, 0
        else:
            yield position, end, (position + found.start(), position + found.end()), len(piece) - found.end()
        position = end + 1
