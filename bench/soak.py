"""Simulated keystrokes into real sessions: nothing may raise, no text may drift, no memory may leak.

    python bench/soak.py [--keystrokes 100000] [--seed 1] [--minutes M] [--deadline MS] [--json]

A typist with slips types, erases, pastes, moves the caret, changes language, layout and field, accepts, takes
back and teaches the profile. Beside the session it keeps a text of its own, changed by what a front end is
told and by nothing else: both must be the same after every event. Texts: the development sets of
SKOROPIS_SHARED where there are any, else words drawn from the models. Ctrl-C prints what was reached. Ends
with 1 when something was wrong.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import resource
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from soak_typist import Drift, Typist, lines_of

import skoropis
from skoropis.types import Notice

SAMPLES = 200
"""Times that memory is looked at."""
BLOCKS = 10
"""Stretches of the second half whose differences give the interval of the growth."""


class Latencies:
    """A histogram over processor time on a logarithmic scale: 5 % wide, of constant size."""

    def __init__(self) -> None:
        self._counts = Counter[int]()
        self._total = 0

    def add(self, seconds: float) -> None:
        """Count one call."""
        milliseconds, bucket = max(seconds * 1000.0, 0.001), 0
        while milliseconds > 0.001 * 1.05**bucket:
            bucket += 8
        while bucket and milliseconds <= 0.001 * 1.05 ** (bucket - 1):
            bucket -= 1
        self._counts[bucket] += 1
        self._total += 1

    def quantile(self, share: float) -> float:
        """Milliseconds that ``share`` of the calls stay below, to 5 %; 0 without calls."""
        seen = 0
        for bucket in sorted(self._counts):
            seen += self._counts[bucket]
            if seen >= share * self._total:
                return 0.001 * 1.05**bucket
        return 0.0


@dataclass(slots=True)
class Report:
    """What a run came to."""

    seed: int
    keystrokes: int = 0
    cpu_s: float = 0.0
    wall_s: float = 0.0
    cpu_p50_ms: float = 0.0
    cpu_p99_ms: float = 0.0
    actions: dict[str, int] = field(default_factory=dict)
    learned_words: int = 0
    memory: list[tuple[int, float, float]] = field(default_factory=list)
    """Keystrokes so far, MB in memory then, MB of it that no file backs."""
    growth: tuple[float, float, float] | None = None
    """MB of its own for each 100,000 keystrokes of the second half, with 95 % interval; None: too short."""
    notices: list[str] = field(default_factory=list)
    error: str = ""
    """What was wrong: where the texts parted, or the exception and its line."""


def memory_mb() -> tuple[float, float]:
    """Memory of this process now, and what of it is its own: pages of model files that were read come on top.

    The peak, twice, where the system does not tell.
    """
    statm = Path("/proc/self/statm")
    if statm.exists():
        page = os.sysconf("SC_PAGE_SIZE") / 2**20
        resident, shared = map(int, statm.read_text().split()[1:3])
        return resident * page, (resident - shared) * page
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    peak_mb = peak / 2**20 if sys.platform == "darwin" else peak / 2**10
    return peak_mb, peak_mb


def growth(samples: list[tuple[int, float]]) -> tuple[float, float, float] | None:
    """Slope over the second half of ``samples``: (MB for 100,000 keystrokes, low, high); None if too few.

    The half is cut into blocks; the steps from one block's mean to the next give mean and 95 % interval. That
    holds for memory that wanders as well as for memory that jitters, which a fitted line's interval does not.
    """
    half = samples[len(samples) // 2 :]
    size = len(half) // BLOCKS
    if size < 2:
        return None
    blocks = [half[size * place : size * (place + 1)] for place in range(BLOCKS)]
    means = [sum(mb for _, mb in block) / size for block in blocks]
    width = (blocks[-1][0][0] - blocks[0][0][0]) / (BLOCKS - 1) / 100_000
    steps = [(after - before) / width for before, after in itertools.pairwise(means)]
    mean = sum(steps) / len(steps)
    deviation = (sum((step - mean) ** 2 for step in steps) / (len(steps) - 1)) ** 0.5
    half_width = 2.31 * deviation / len(steps) ** 0.5  # Student's t for nine steps
    return mean, mean - half_width, mean + half_width


def soak(
    suite: skoropis.Suite,
    lines: dict[str, list[str]],
    keystrokes: int,
    seed: int,
    minutes: float | None = None,
    progress: Progress | None = None,
) -> Report:
    """Type until ``keystrokes`` are done, ``minutes`` are over, or Ctrl-C; no error of a session gets out."""
    report = Report(seed)
    latencies = Latencies()
    typist = Typist(suite, lines, random.Random(seed), latencies.add)
    task = progress.add_task("typing", total=keystrokes) if progress else None
    begun, begun_cpu = time.monotonic(), time.process_time()
    due = 0
    try:
        while typist.keystrokes < keystrokes:
            if typist.keystrokes >= due:
                report.memory.append((typist.keystrokes, *memory_mb()))
                due += max(1, keystrokes // SAMPLES)
                if minutes is not None and time.monotonic() - begun > 60 * minutes:
                    break
            typist.act()
            if progress and task is not None:
                progress.update(task, completed=typist.keystrokes)
    except KeyboardInterrupt:
        pass
    except Drift as drift:
        report.error = f"after {typist.keystrokes} keystrokes: {drift}"
    except Exception as error:  # noqa: BLE001 - whatever it is, the run reports it
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        where = f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else "?"
        report.error = f"after {typist.keystrokes} keystrokes: {type(error).__name__} at {where}"
    report.memory.append((typist.keystrokes, *memory_mb()))
    report.keystrokes = typist.keystrokes
    report.cpu_s, report.wall_s = time.process_time() - begun_cpu, time.monotonic() - begun
    report.cpu_p50_ms, report.cpu_p99_ms = latencies.quantile(0.5), latencies.quantile(0.99)
    report.actions = dict(typist.actions)
    report.learned_words = len(suite.learned())
    report.growth = growth([(at, own) for at, _, own in report.memory])
    report.notices = [f"{notice.source}: {notice.message}" for notice in suite.notices()]
    return report


def show(report: Report, console: Console) -> None:
    """Print what was reached."""
    table = Table(title=f"{report.keystrokes:,} keystrokes, seed {report.seed}")
    table.add_column("at keystroke", justify="right")
    table.add_column("RSS MB", justify="right")
    table.add_column("its own", justify="right")
    every = max(1, len(report.memory) // 12)
    for keystroke, megabytes, own in [*report.memory[::every], report.memory[-1]]:
        table.add_row(f"{keystroke:,}", f"{megabytes:.1f}", f"{own:.1f}")
    console.print(table)
    console.print("events: " + ", ".join(f"{name} {n:,}" for name, n in sorted(report.actions.items())))
    console.print(
        f"{report.keystrokes / max(report.wall_s, 1e-9):.0f} keystrokes/s, {report.cpu_s:.0f} s of CPU in "
        f"{report.wall_s:.0f} s; an event costs {report.cpu_p50_ms:.2f} ms CPU (p50), "
        f"{report.cpu_p99_ms:.2f} (p99); {report.learned_words:,} words learned"
    )
    if report.growth is not None:
        slope, low, high = report.growth
        console.print(
            f"its own memory, second half: {slope:+.2f} MB per 100,000 keystrokes "
            f"(95 %: {low:+.2f} to {high:+.2f})"
        )
    for notice in report.notices:
        console.print(f"notice: {notice}")
    console.print(f"WRONG {report.error}" if report.error else "no exception; both texts the same throughout")


def main() -> None:
    """Run and print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--keystrokes", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, help="stop after so many minutes")
    parser.add_argument("--deadline", type=float, default=2000, help="ms a keystroke waits for plugins")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    told: list[Notice] = []
    console = Console(stderr=options.json)
    with skoropis.open(deadline_ms=options.deadline, on_notice=told.append) as suite:
        suite.warm_up()
        with Progress(console=Console(stderr=True), transient=True) as progress:
            lines = lines_of(suite)
            report = soak(suite, lines, options.keystrokes, options.seed, options.minutes, progress)
    show(report, console)
    if options.json:
        print(json.dumps(asdict(report)))
    sys.exit(1 if report.error or any("raised" in notice.message for notice in told) else 0)


if __name__ == "__main__":
    main()
