"""The tables: each system, and how far ours is ahead on the very lines that it was measured on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from skoropis.metrics.bootstrap import RESAMPLES, Interval, ratio_interval

from .runner import Lines
from .store import Figures, Store
from .systems import CORRECTION, LEVELS, OURS, TYPING

Counts = Mapping[int, tuple[int, ...]]
TYPING_COLUMNS = (
    "set", "system", "offers again", "lines", "KS-3 %", "ours ahead by", "next word 1 / 3 %",
    "CPU ms a call: mean, p50, p99",
)  # fmt: skip
CORRECTION_COLUMNS = (
    "set", "system", "lines / errors", "P", "R", "F1", "ours ahead by", "broken %",
    "CPU ms a line: mean, p50, p99",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """Ready to be printed."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """As Markdown."""
        lines = [f"**{self.title}**", "", _row(self.columns), _row(["---"] * len(self.columns))]
        return "\n".join([*lines, *map(_row, self.rows), ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def span(figure: Interval, digits: int = 1, sign: str = "") -> str:
    """A figure with its bounds; a dash when there is none."""
    if math.isnan(figure.value):
        return "-"
    low, high = (f"{bound:.{digits}f}" for bound in (figure.low, figure.high))
    return f"{figure.value:{sign}.{digits}f} [{low}, {high}]"


def _column(counts: Counts, lines: Sequence[int], at: int) -> list[int]:
    return [counts[line][at] for line in lines]


def savings(counts: Counts) -> Interval:
    """KS-3 in percent."""
    lines = sorted(counts)
    characters = _column(counts, lines, 0)
    saved = [100.0 * (c - k) for c, k in zip(characters, _column(counts, lines, 1), strict=True)]
    return ratio_interval(saved, characters)


def savings_ahead(ours: Counts, theirs: Counts) -> Interval:
    """Points of KS-3 by which ours is ahead on the lines that both have typed; paired bootstrap."""
    lines = sorted(set(ours) & set(theirs))
    keys = zip(_column(theirs, lines, 1), _column(ours, lines, 1), strict=True)
    return ratio_interval([100.0 * (t - o) for t, o in keys], _column(theirs, lines, 0))


def _f1(counts: Counts, lines: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Twice the hits, and wanted and made edits together, a line."""
    rows = np.array([counts[line] for line in lines], dtype=float).reshape(len(lines), -1)
    return 2 * rows[:, 4], rows[:, 2] + rows[:, 3]


def f1_ahead(ours: Counts, theirs: Counts, seed: int = 7) -> Interval:
    """Points of F1 by which ours is ahead on the lines that both have corrected; paired bootstrap."""
    lines = sorted(set(ours) & set(theirs))
    if not lines:
        return Interval(math.nan, math.nan, math.nan)
    parts = np.stack([*_f1(ours, lines), *_f1(theirs, lines)])
    picks = np.random.default_rng(seed).integers(0, len(lines), size=(RESAMPLES, len(lines)))
    top, bottom, their_top, their_bottom = (part[picks].sum(axis=1) for part in parts)
    differences = 100 * (top / np.maximum(bottom, 1) - their_top / np.maximum(their_bottom, 1))
    low, high = np.quantile(differences, [0.025, 0.975])
    sums = parts.sum(axis=1)
    value = 100 * (sums[0] / max(sums[1], 1) - sums[2] / max(sums[3], 1))
    return Interval(float(value), float(low), float(high))


def mean(figures: Sequence[Interval]) -> Interval:
    """Mean over sets, which are independent of one another."""
    half = math.sqrt(sum(((each.high - each.low) / 2) ** 2 for each in figures)) / len(figures)
    value = sum(each.value for each in figures) / len(figures)
    return Interval(value, value - half, value + half)


def _times(figures: Figures) -> str:
    average = 1000 * figures.seconds / max(figures.times.total(), 1)
    return f"{average:.1f}, {figures.milliseconds(50):.1f}, {figures.milliseconds(99):.1f}"


def _best_first(
    found: dict[tuple[str, str], Figures], score: Callable[[Counts], float]
) -> list[tuple[str, str]]:
    return sorted(found, key=lambda system: -score(found[system].counts))


class Tables:
    """All tables over what is kept, the first ``lines`` lines of each set."""

    def __init__(self, store: Store, sets: Sequence[Lines]) -> None:
        self._store = store
        self._sets = sets

    def _found(self, each: Lines) -> dict[tuple[str, str], Figures]:
        """Systems measured on a set, by name and rule; lines beyond those asked for are left out."""
        found = {}
        for key, figures in self._store:
            if key == each.key(key.peer, key.rule):
                counts = {line: row for line, row in figures.counts.items() if line < len(each.lines)}
                if counts:
                    found[key.peer, key.rule] = Figures(
                        figures.stamp, figures.day, counts, figures.seconds, figures.times
                    )
        return found

    def typing(self, language: str) -> Table:
        """Keystroke savings and next words."""
        rows, ahead = [], dict[tuple[str, str], list[Interval]]()
        sets = [each for each in self._sets if (each.kind, each.language) == (TYPING, language)]
        for each in sets:
            found = self._found(each)
            for peer, rule in _best_first(found, lambda counts: savings(counts).value):
                figures = found[peer, rule]
                ours = found.get((OURS, rule))
                difference = "-"
                if peer != OURS and ours is not None:
                    gain = savings_ahead(ours.counts, figures.counts)
                    ahead.setdefault((peer, rule), []).append(gain)
                    difference = span(gain, sign="+")
                sums = [sum(column) for column in zip(*figures.counts.values(), strict=True)]
                slots = max(sums[2], 1)
                rows.append(
                    (
                        each.name, peer, "yes" if rule == "repeat" else "no", str(len(figures.counts)),
                        span(savings(figures.counts)), difference,
                        f"{100 * sums[3] / slots:.1f} / {100 * sums[4] / slots:.1f}", _times(figures),
                    )
                )  # fmt: skip
        for (peer, rule), gains in ahead.items():
            if len(gains) == len(sets) > 1:
                again = "yes" if rule == "repeat" else "no"
                rows.append(("mean of the sets", peer, again, "", "", span(mean(gains), sign="+"), "", ""))
        return Table(f"{language}: typing, nothing learned", TYPING_COLUMNS, tuple(rows))

    def correction(self, language: str) -> Table:
        """Precision, recall, F1 and what was broken."""
        rows = []
        for each in self._sets:
            if (each.kind, each.language) != (CORRECTION, language):
                continue
            found = self._found(each)
            ours = found.get((OURS, LEVELS[0]))
            for peer, rule in _best_first(found, lambda counts: _f1_interval(counts).value):
                figures = found[peer, rule]
                counts, lines = figures.counts, sorted(figures.counts)
                hits, made, wanted = (_column(counts, lines, at) for at in (4, 3, 2))
                shares = [
                    ratio_interval([100.0 * n for n in top], bottom)
                    for top, bottom in ((hits, made), (hits, wanted))
                ]
                broken = ratio_interval(
                    [100.0 * n for n in _column(counts, lines, 5)], _column(counts, lines, 1)
                )
                difference = "-"
                if peer != OURS and ours is not None:
                    difference = span(f1_ahead(ours.counts, counts), sign="+")
                rows.append(
                    (
                        each.name, f"{peer}, level {rule}" if rule else peer, f"{len(lines)} / {sum(wanted)}",
                        *map(span, shares), span(_f1_interval(counts)), difference, span(broken, 2),
                        _times(figures),
                    )
                )  # fmt: skip
        return Table(f"{language}: correction, odd lines", CORRECTION_COLUMNS, tuple(rows))

    def versions(self) -> Table:
        """What each system was and when it was measured."""
        rows = {}
        for key, figures in self._store:
            if any(key == each.key(key.peer, key.rule) for each in self._sets) and figures.counts:
                rows[key.peer, key.language, key.kind] = (figures.stamp, figures.day)
        return Table(
            "Systems",
            ("system", "language", "kind", "version and text", "measured on"),
            tuple((*system, *details) for system, details in sorted(rows.items())),
        )


def _f1_interval(counts: Counts) -> Interval:
    top, bottom = _f1(counts, sorted(counts))
    return ratio_interval((100 * top).tolist(), bottom.tolist())
