"""How well a corrector mends, and how much it breaks.

Words are compared lower-cased, ``ё`` as ``е``, a curly apostrophe as a straight one, punctuation aside; the
clitics that treebanks split off (``do n't``) are put back. An edit is a span of the noisy words and what
stands there instead, found by a word diff; a hit is the same span with the same replacement.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ..text.words import normalize_word
from .bootstrap import Interval, ratio_interval
from .latency import milliseconds

WordEdit = tuple[int, int, tuple[str, ...]]
"""First word, word behind the last, and the words that stand there instead."""

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_CLITIC = re.compile(r" (n't|'s|'re|'ll|'ve|'d|'m)\b")


def rejoin_clitics(text: str) -> str:
    """``do n't`` -> ``don't``: undoes the splitting of treebank-tokenized text."""
    return _CLITIC.sub(r"\1", text)


def compared_words(text: str) -> list[str]:
    """The words of ``text`` in the form in which they are compared."""
    return [normalize_word(m.group()) for m in _WORD.finditer(text)]


def word_edits(before: Sequence[str], after: Sequence[str]) -> set[WordEdit]:
    """What must be done to ``before`` to get ``after``; equally long stretches are taken word by word."""
    found: set[WordEdit] = set()
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if i2 - i1 == j2 - j1:
            pairs = zip(range(i1, i2), range(j1, j2), strict=True)
            found.update((i, i + 1, (after[j],)) for i, j in pairs if before[i] != after[j])
        else:
            found.add((i1, i2, tuple(after[j1:j2])))
    return found


@dataclass(frozen=True, slots=True)
class LineCounts:
    """What happened in one line."""

    words: int
    correct: int
    """Words that no gold edit touches."""
    wanted: int
    made: int
    hits: int
    broken: int
    """Words that no gold edit touches and the system did."""


@dataclass(frozen=True, slots=True)
class CorrectionReport:
    """Figures over a set of noisy sentences; shares in percent, intervals by bootstrap over lines."""

    lines: int
    words: int
    wanted: int
    made: int
    hits: int
    precision: Interval
    recall: Interval
    f1: Interval
    f05: float
    broken: Interval
    words_per_second: float
    """Over the whole run, by process CPU time."""
    line_ms_p50: float
    line_ms_p99: float
    """CPU milliseconds a line."""


@dataclass(frozen=True, slots=True)
class PairsReport:
    """Figures over misspelt words without context; shares in percent."""

    pairs: int
    top1: Interval
    top5: Interval
    word_ms_p50: float
    word_ms_p99: float


@dataclass(frozen=True, slots=True)
class Touched:
    """A word of correct text that was changed, and into what."""

    line: int
    words: str
    into: str


@dataclass(frozen=True, slots=True)
class TouchedReport:
    """What happened to ordinary correct text; the share is in percent of its words."""

    lines: int
    words: int
    share: Interval
    touched: tuple[Touched, ...]
    words_per_second: float


def count_line(noisy: str, gold: str, output: str) -> LineCounts:
    """Compare one corrected line with what it should be."""
    before, right, after = (compared_words(rejoin_clitics(text)) for text in (noisy, gold, output))
    wanted, made = word_edits(before, right), word_edits(before, after)
    wrong = {k for start, end, _ in wanted for k in range(start, max(end, start + 1))}
    changed = {k for start, end, _ in made for k in range(start, max(end, start + 1))}
    inside = range(len(before))
    return LineCounts(
        words=len(before),
        correct=sum(k not in wrong for k in inside),
        wanted=len(wanted),
        made=len(made),
        hits=len(wanted & made),
        broken=sum(k in changed and k not in wrong for k in inside),
    )


def f_score(hits: float, made: float, wanted: float, beta: float = 1.0) -> float:
    """F-beta in percent (van Rijsbergen 1979); 0 when nothing was hit."""
    bottom = made + beta**2 * wanted
    return 100.0 * (1 + beta**2) * hits / bottom if bottom else 0.0


def measure_correction(correct: Callable[[str], str], pairs: Iterable[tuple[str, str]]) -> CorrectionReport:
    """Run ``correct`` over (noisy, gold) lines."""
    counts: list[LineCounts] = []
    spent: list[float] = []
    for raw, gold in pairs:
        noisy = rejoin_clitics(raw)
        begin = time.process_time()
        output = correct(noisy)
        spent.append(time.process_time() - begin)
        counts.append(count_line(noisy, gold, output))
    hits = [c.hits for c in counts]
    made = [c.made for c in counts]
    wanted = [c.wanted for c in counts]
    words = sum(c.words for c in counts)
    return CorrectionReport(
        lines=len(counts),
        words=words,
        wanted=sum(wanted),
        made=sum(made),
        hits=sum(hits),
        precision=_percent(hits, made),
        recall=_percent(hits, wanted),
        f1=_percent([2 * h for h in hits], [m + w for m, w in zip(made, wanted, strict=True)]),
        f05=f_score(sum(hits), sum(made), sum(wanted), 0.5),
        broken=_percent([c.broken for c in counts], [c.correct for c in counts]),
        words_per_second=words / max(sum(spent), 1e-9),
        line_ms_p50=milliseconds(spent, 50),
        line_ms_p99=milliseconds(spent, 99),
    )


def measure_pairs(
    candidates: Callable[[str], Sequence[str]], pairs: Iterable[tuple[str, str]]
) -> PairsReport:
    """Rank the corrections of single words: is the right one first, is it among the first five?"""
    first: list[int] = []
    five: list[int] = []
    spent: list[float] = []
    for noisy, gold in pairs:
        begin = time.process_time()
        found = candidates(noisy)
        spent.append(time.process_time() - begin)
        ranked = [normalize_word(word) for word in found[:5]]
        wanted = normalize_word(gold)
        first.append(ranked[:1] == [wanted])
        five.append(wanted in ranked)
    ones = [1] * len(first)
    return PairsReport(
        pairs=len(first),
        top1=_percent(first, ones),
        top5=_percent(five, ones),
        word_ms_p50=milliseconds(spent, 50),
        word_ms_p99=milliseconds(spent, 99),
    )


def measure_touched(correct: Callable[[str], str], lines: Iterable[str]) -> TouchedReport:
    """Run ``correct`` over text that is right already: every changed word counts against it."""
    touched: list[Touched] = []
    counts: list[int] = []
    words: list[int] = []
    spent = 0.0
    for number, line in enumerate(lines, start=1):
        begin = time.process_time()
        output = correct(line)
        spent += time.process_time() - begin
        before, after = compared_words(line), compared_words(output)
        edits = sorted(word_edits(before, after))
        touched += [
            Touched(number, " ".join(before[start:end]), " ".join(into)) for start, end, into in edits
        ]
        counts.append(sum(max(end - start, 1) for start, end, _ in edits))
        words.append(len(before))
    return TouchedReport(
        lines=len(words),
        words=sum(words),
        share=_percent(counts, words),
        touched=tuple(touched),
        words_per_second=sum(words) / max(spent, 1e-9),
    )


def _percent(numerators: Sequence[float], denominators: Sequence[float]) -> Interval:
    return ratio_interval([100.0 * n for n in numerators], denominators)
