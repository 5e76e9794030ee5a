"""What was measured, line by line, in one file of JSON lines: an interrupted run goes on where it was.

A record is added for each measured line; when a run ends the file is written anew with one record for each
system and set, so one run at a time. What the counts of a line mean says ``runner.py``. Times are kept as how
many calls took how long, in steps of a twentieth of a factor e.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from skoropis.files import write_atomic

_STEPS = 20


class Key(NamedTuple):
    """What was measured on what."""

    peer: str
    kind: str
    rule: str
    language: str
    set: str
    text: str
    """Digest of the set: figures on another text are none."""


@dataclass(slots=True)
class Figures:
    """Everything known under one key."""

    stamp: str
    """Version and training of the system."""
    day: str
    """ISO date of the last line."""
    counts: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """By line number from 0."""
    seconds: float = 0.0
    """CPU, of all calls together."""
    times: Counter[int] = field(default_factory=Counter)

    def add(self, line: int, counts: Sequence[int], seconds: Sequence[float]) -> None:
        """One line, and the CPU seconds of each call."""
        self.counts[line] = tuple(counts)
        self.seconds += sum(seconds)
        self.times.update(round(_STEPS * math.log(max(1000 * s, 1e-3))) for s in seconds)

    def milliseconds(self, rank: float) -> float:
        """Percentile ``rank`` (0 to 100) of the calls' CPU time, to about 5 %; NaN for none."""
        left = math.ceil(self.times.total() * rank / 100)
        for step in sorted(self.times):
            left -= self.times[step]
            if left <= 0:
                return math.exp(step / _STEPS)
        return math.nan


class Store:
    """The file, and what is in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._figures: dict[Key, Figures] = {}
        if path.exists():
            text = path.read_text(encoding="utf-8")
            for line in text.splitlines():
                self._take(line)
            if text and not text.endswith("\n"):
                self.compact()  # what comes next must not be joined to half a record

    def _take(self, line: str) -> None:
        try:
            record = json.loads(line)
        except ValueError:
            return  # a run was cut off while it wrote
        figures = self.figures(Key(*record["key"]), record["stamp"])
        figures.day = record["day"]
        figures.counts.update({row[0]: tuple(row[1:]) for row in record["counts"]})
        figures.seconds += record["seconds"]
        figures.times.update(dict(record["times"]))

    def __iter__(self) -> Iterator[tuple[Key, Figures]]:
        return iter(list(self._figures.items()))

    def get(self, key: Key) -> Figures | None:
        """What is known, whatever the version."""
        return self._figures.get(key)

    def figures(self, key: Key, stamp: str) -> Figures:
        """What is known of this version, empty at first; what another version scored is dropped."""
        found = self._figures.get(key)
        if found is None or found.stamp != stamp:
            found = self._figures[key] = Figures(stamp, "")
        return found

    def forget(self, peer: str) -> None:
        """Drop everything of one system."""
        self._figures = {key: found for key, found in self._figures.items() if key.peer != peer}
        self.compact()

    def add(
        self, key: Key, stamp: str, day: str, line: int, counts: Sequence[int], seconds: Sequence[float]
    ) -> None:
        """Keep one measured line, on disk at once."""
        one = Figures(stamp, day)
        one.add(line, counts, seconds)
        figures = self.figures(key, stamp)
        figures.add(line, counts, seconds)
        figures.day = day
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_record(key, one))

    def compact(self) -> None:
        """Write the file anew, one record a key."""
        records = [_record(key, figures) for key, figures in sorted(self._figures.items())]
        write_atomic(self._path, "".join(records).encode())


def _record(key: Key, figures: Figures) -> str:
    record = {
        "key": key,
        "stamp": figures.stamp,
        "day": figures.day,
        "counts": [[line, *counts] for line, counts in sorted(figures.counts.items())],
        "seconds": round(figures.seconds, 6),
        "times": sorted(figures.times.items()),
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
