"""How well words typed in the wrong keyboard layout are found, and how much else is switched.

Words are what stands between white space, marks included. In a line each word has the same chance to begin
a stretch typed in the other layout; a stretch is one word or, as often, two to four. A hit is a word that
comes out as it was meant; a false switch is a word in the right layout that does not come out as it was
typed.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from .bootstrap import Interval, ratio_interval

SHARE = 0.10
"""Share of words that are typed in the other layout."""
_LONGEST = 4
_MEAN = 0.5 * 1 + 0.5 * 3


@dataclass(frozen=True, slots=True)
class LayoutCase:
    """A line as it was meant, as it was typed, and which words are in the wrong layout."""

    meant: tuple[str, ...]
    typed: tuple[str, ...]
    wrong: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class LayoutReport:
    """Figures over lines; shares in percent, intervals by bootstrap over lines."""

    lines: int
    words: int
    wrong: int
    recall: Interval
    false_switches: Interval
    """Share of the words in the right layout."""
    switched: tuple[tuple[str, str], ...]
    """Each false switch: typed, made of it."""
    missed: tuple[tuple[str, str], ...]
    """Each word that was not put right: typed, made of it."""
    words_per_second: float


def layout_cases(
    lines: Iterable[str], swap: Callable[[str], str], *, share: float = SHARE, seed: int = 7
) -> Iterator[LayoutCase]:
    """Type some words of ``lines`` in the other layout. ``swap`` gives what a word's keys produce there.

    A word that ``swap`` does not change (a number, a foreign name) is never counted as wrong.
    """
    rng = random.Random(seed)
    begin = share / (_MEAN - share * (_MEAN - 1))
    for line in lines:
        words = line.split()
        typed: list[str] = []
        left = 0
        for word in words:
            if left == 0 and rng.random() < begin:
                left = 1 if rng.random() < 0.5 else rng.randint(2, _LONGEST)
            typed.append(swap(word) if left else word)
            left = max(left - 1, 0)
        pairs = list(zip(words, typed, strict=True))
        yield LayoutCase(tuple(words), tuple(typed), tuple(word != other for word, other in pairs))


def measure_layout(correct: Callable[[str], str], cases: Iterable[LayoutCase]) -> LayoutReport:
    """Run ``correct`` over ``cases``. A line whose number of words changes counts as missed altogether."""
    hits: list[int] = []
    wrong: list[int] = []
    false: list[int] = []
    right: list[int] = []
    switched: list[tuple[str, str]] = []
    missed: list[tuple[str, str]] = []
    spent = 0.0
    for case in cases:
        begin = time.process_time()
        output: Sequence[str] = correct(" ".join(case.typed)).split()
        spent += time.process_time() - begin
        if len(output) != len(case.typed):
            output = [""] * len(case.typed)
        found = failed = 0
        for meant, typed, made, is_wrong in zip(case.meant, case.typed, output, case.wrong, strict=True):
            if is_wrong and made == meant:
                found += 1
            elif is_wrong:
                missed.append((typed, made))
            elif made != typed:
                failed += 1
                switched.append((typed, made))
        hits.append(found)
        wrong.append(sum(case.wrong))
        false.append(failed)
        right.append(len(case.wrong) - sum(case.wrong))
    return LayoutReport(
        lines=len(hits),
        words=sum(wrong) + sum(right),
        wrong=sum(wrong),
        recall=ratio_interval([100.0 * hit for hit in hits], wrong),
        false_switches=ratio_interval([100.0 * count for count in false], right),
        switched=tuple(switched),
        missed=tuple(missed),
        words_per_second=(sum(wrong) + sum(right)) / max(spent, 1e-9),
    )
