"""Keystroke savings on the test sets, with and without offering again what was passed over.

    python bench/keystrokes.py [--split test] [--lines 150] [--json]

Needs the shared data: SKOROPIS_SHARED=/folder/that/holds/data. Nothing is learned while measuring. One core:
run it under ``taskset -c 0`` for the latency figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table
from shared import data

import skoropis
from skoropis.metrics.bootstrap import Interval
from skoropis.metrics.typing import TypingResult, simulate

DOMAINS = {
    "en": ["general", "chat", "chat_task", "email", "news", "literary", "sms", "mackenzie", "medical", "it"],
    "ru": ["general", "chat", "news", "literary", "social", "legal", "it", "dialogue_movies"],
}


def measure(suite: skoropis.Suite, path: Path, lines: int, repeat: bool) -> TypingResult:
    """Type the first lines of a file; a repeating system ignores what was refused."""

    def suggest(before: str, refused: frozenset[str]) -> list[str]:
        offers = suite.suggest(before, 3, refused=() if repeat else refused)
        return [offer.text for offer in offers]

    return simulate(path.read_text(encoding="utf-8").splitlines()[:lines], suggest, k=3, repeat=repeat)


def mean(domains: Sequence[Interval]) -> Interval:
    """The mean over domains. Its 95 % bounds follow from theirs, which are independent of one another."""
    value = sum(domain.value for domain in domains) / len(domains)
    half = sum(((domain.high - domain.low) / 2) ** 2 for domain in domains) ** 0.5 / len(domains)
    return Interval(value, value - half, value + half)


def start_up() -> dict[str, float]:
    """Median time from a fresh interpreter to the first suggestion in both languages, and peak RSS in MB
    by then, and once both languages have been corrected as well.
    """
    code = (
        "import skoropis, resource, sys\n"
        "peak = lambda: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)\n"
        "s = skoropis.open(); s.suggest('I will see you tom'); s.suggest('Я тебя '); peak()\n"
        "if sys.argv[1:]: s.correct('teh cat'); s.correct('я пришда'); peak()\n"
    )
    seconds = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.check_output([sys.executable, "-c", code])  # noqa: S603 - our own code
        seconds.append(time.perf_counter() - begun)
    peaks = subprocess.check_output([sys.executable, "-c", code, "correct"], text=True).split()  # noqa: S603
    return {
        "start_s": statistics.median(seconds),
        "peak_rss_mb_suggesting": float(peaks[0]),
        "peak_rss_mb_correcting": float(peaks[1]),
    }


def main() -> None:
    """Measure every domain of both languages and print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=["dev", "test"], default="test")
    parser.add_argument("--lines", type=int, default=150, help="lines of each file (default: 150)")
    parser.add_argument("--language", choices=sorted(DOMAINS), action="append")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = data("text", options.split)
    report: dict[str, object] = {"split": options.split, "lines": options.lines}
    started = start_up()
    report |= started
    console = Console(stderr=options.json)
    with skoropis.open(deadline_ms=1000) as suite:
        for language in options.language or sorted(DOMAINS):
            table = Table(title=f"{language}, {options.split}, first {options.lines} lines, nothing learned")
            for heading in (
                "domain",
                "KS-3 %",
                "95 %",
                "KS-3 % repeating",
                "next word 1 / 3 %",
                "p50 / p99 ms",
            ):
                table.add_column(heading)
            rows: dict[str, dict[str, TypingResult]] = {}
            for domain in track(DOMAINS[language], f"typing {language}", console=Console(stderr=True)):
                path = texts / language / f"{domain}.txt"
                if path.exists():
                    rows[domain] = {
                        rule: measure(suite, path, options.lines, rule == "repeat")
                        for rule in ("once", "repeat")
                    }
            for domain, row in rows.items():
                once = row["once"]
                table.add_row(
                    domain,
                    f"{100 * once.savings.value:.1f}",
                    f"{100 * once.savings.low:.1f} to {100 * once.savings.high:.1f}",
                    f"{100 * row['repeat'].savings.value:.1f}",
                    f"{100 * once.next_word_top1:.1f} / {100 * once.next_word_topk:.1f}",
                    f"{once.cpu_p50_ms:.2f} / {once.cpu_p99_ms:.2f} CPU",
                )
            means = {rule: mean([row[rule].savings for row in rows.values()]) for rule in ("once", "repeat")}
            once_mean = means["once"]
            table.add_row(
                "mean",
                f"{100 * once_mean.value:.1f}",
                f"{100 * once_mean.low:.1f} to {100 * once_mean.high:.1f}",
                f"{100 * means['repeat'].value:.1f}",
                "",
                "",
            )
            console.print(table)
            report[language] = {
                "mean": {rule: asdict(interval) for rule, interval in means.items()},
                "domains": {d: {rule: asdict(r) for rule, r in row.items()} for d, row in rows.items()},
            }
    report["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    console.print(
        f"start to first suggestions in both languages: {started['start_s']:.2f} s; peak RSS "
        f"{started['peak_rss_mb_suggesting']:.0f} MB by then, {started['peak_rss_mb_correcting']:.0f} MB "
        f"with correction, {report['rss_mb']:.0f} MB after all suggestions"
    )
    if options.json:
        print(json.dumps(report, ensure_ascii=False))


if __name__ == "__main__":
    main()
