"""Runs systems over sets, line by line, as far as their CPU time allows, and keeps every line.

The lines of all sets of a language are taken by turns, so that a slow system gets as far in each of them.
Counts of a typed line: characters, keystrokes, next-word slots, of these right first and right among three.
Counts of a corrected line: words, right words, wanted, made and right edits, right words broken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

from skoropis.metrics.correction import count_line, rejoin_clitics
from skoropis.metrics.typing import type_line

from .child import PeerFailed
from .place import Missing
from .store import Key, Store
from .systems import REPEAT, Peer, Running, Start

Line = str | tuple[str, str]
"""A line to type, or what was written and what is right."""


@dataclass(frozen=True, slots=True)
class Lines:
    """One set: the lines to measure on, first to last."""

    kind: str
    language: str
    name: str
    lines: tuple[Line, ...]

    def key(self, peer: str, rule: str) -> Key:
        """Where the figures of a system on this set are kept. The digest is that of the first lines."""
        return Key(peer, self.kind, rule, self.language, self.name, self.digest())

    def digest(self) -> str:
        """The same for a longer piece of the same set: from its first ten lines."""
        return hashlib.sha256(repr(self.lines[:10]).encode()).hexdigest()[:8]


Progress = Callable[[str, int, int], None]
"""Called with what is measured, lines behind it and lines in all."""


def typed(system: Running, line: str, rule: str) -> tuple[tuple[int, ...], list[float]]:
    """Counts of one typed line, and the CPU seconds of each call."""
    seconds: list[float] = []

    def suggest(before: str, refused: frozenset[str]) -> Sequence[str]:
        words, spent = system.suggest(before, refused)
        seconds.append(spent)
        return words

    counted = type_line(line, suggest, k=3, repeat=rule == REPEAT)
    return astuple(counted), seconds


def corrected(system: Running, pair: tuple[str, str]) -> tuple[tuple[int, ...], list[float]]:
    """Counts of one corrected line, and its CPU seconds."""
    noisy, gold = pair
    output, spent = system.correct(rejoin_clitics(noisy))
    return astuple(count_line(rejoin_clitics(noisy), gold, output)), [spent]


def measure_line(system: Running, rule: str, line: Line) -> tuple[tuple[int, ...], list[float]]:
    """Counts and CPU seconds of one line."""
    if isinstance(line, str):
        return typed(system, line, rule)
    return corrected(system, line)


def _turns(sets: Sequence[Lines]) -> Iterator[tuple[Lines, int]]:
    """First lines of all sets, then the second ones."""
    for number in range(max((len(each.lines) for each in sets), default=0)):
        yield from ((each, number) for each in sets if number < len(each.lines))


class Runner:
    """Measures systems; each may take ``seconds`` of CPU a language, kind and rule, earlier runs included."""

    def __init__(self, sets: Sequence[Lines], store: Store, seconds: float, progress: Progress) -> None:
        self._sets = sets
        self._store = store
        self._seconds = seconds
        self._progress = progress

    def run(self, peer: Peer) -> dict[str, str]:
        """Measure one system on all sets that it can do. Returns what could not be had or broke, and why."""
        trouble: dict[str, str] = {}
        for kind, rules in peer.rules.items():
            for language in peer.languages:
                sets = [each for each in self._sets if (each.kind, each.language) == (kind, language)]
                label = f"{peer.name}, {language} {kind}"
                if not sets:
                    continue
                self._progress(f"{label}: made ready", 0, sum(len(each.lines) for each in sets))
                try:
                    start = peer.prepare(language, kind)
                    for rule in rules:
                        self._measure(peer.name, start, rule, sets, f"{label} {rule}".rstrip())
                except (Missing, PeerFailed) as failure:
                    trouble[label] = str(failure)
        return trouble

    def _measure(self, peer: str, start: Start, rule: str, sets: Sequence[Lines], title: str) -> None:
        figures = {each.name: self._store.figures(each.key(peer, rule), start.stamp) for each in sets}
        turns = list(_turns(sets))
        todo = [(each, number) for each, number in turns if number not in figures[each.name].counts]
        if not todo:
            return
        self._progress(title, len(turns) - len(todo), len(turns))
        spent = sum(found.seconds for found in figures.values())
        with start.open(rule) as system:
            for done, (each, number) in enumerate(todo, start=len(turns) - len(todo) + 1):
                if spent > self._seconds:
                    break
                counts, seconds = measure_line(system, rule, each.lines[number])
                spent += sum(seconds)
                day = datetime.now(UTC).date().isoformat()
                self._store.add(each.key(peer, rule), start.stamp, day, number, counts, seconds)
                self._progress(title, done, len(turns))
