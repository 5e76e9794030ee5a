"""Every correction and layout figure, from one command.

    SKOROPIS_SHARED=../shared python bench/correction.py --json correction.json

Reports the halves of the spelling sets that were not looked at while building (odd lines), development text
for what is touched in correct text (``--split test`` for the test files), and layout slips made from the
same text.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from setting import LEVELS, Correctors, correctors, even_lines, odd_lines
from shared import data

from skoropis.metrics.bootstrap import Interval
from skoropis.metrics.correction import measure_correction, measure_pairs, measure_touched
from skoropis.metrics.layout import layout_cases, measure_layout
from skoropis_layout.layouts import directions

SENTENCES = {
    "en": ("bea60k_999", "jfleg", "holbrook", "synth_keyboard"),
    "ru": ("ruspellru", "gera_spelling", "relco_nonword", "synth_keyboard"),
}
PAIRS = {"en": ("norvig1", "norvig2", "wikipedia", "birkbeck"), "ru": ("kartaslov",)}
CLEAN = {"en": ("general", "email", "news", "literary"), "ru": ("general", "news", "literary")}
LAYOUT = {"en": (*CLEAN["en"], "it", "chat"), "ru": (*CLEAN["ru"], "it", "chat")}
LINES = 300
MOST_PAIRS = 1000


def text_lines(language: str, domain: str, split: str) -> list[str]:
    """The first lines of a text file."""
    path = data("text", split, language, f"{domain}.txt")
    return path.read_text(encoding="utf-8").split("\n")[:LINES]


def span(figure: Interval, digits: int = 1) -> str:
    """A figure with its interval."""
    return f"{figure.value:.{digits}f} [{figure.low:.{digits}f}, {figure.high:.{digits}f}]"


class Report:
    """Prints tables and keeps the figures."""

    def __init__(self) -> None:
        self.console = Console(width=200)
        self.figures: dict[str, Any] = {}

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print one table."""
        table = Table(title=title, title_justify="left")
        for column in columns:
            table.add_column(column)
        for row in rows:
            table.add_row(*row)
        self.console.print(table)

    def keep(self, *path: str, figure: Any) -> None:
        """Keep one figure for the JSON output."""
        place = self.figures
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = figure


def bench_sentences(report: Report, plugins: Correctors, language: str, half: str) -> None:
    """Spelling sets with context."""
    rows = []
    pick = odd_lines if half == "odd" else even_lines
    for name in SENTENCES[language]:
        for level in LEVELS:
            correct = plugins.at_level(level)
            found = measure_correction(correct, pick(language, name))
            report.keep("sentences", language, name, level, figure=asdict(found))
            rows.append(
                (
                    name, level, str(found.lines), str(found.wanted),
                    span(found.precision), span(found.recall), span(found.f1), f"{found.f05:.1f}",
                    span(found.broken, 2), f"{found.line_ms_p50:.1f} / {found.line_ms_p99:.1f}",
                )
            )  # fmt: skip
    columns = ("set", "level", "lines", "errors", "P", "R", "F1", "F0.5", "broken %", "ms a line p50 / p99")
    report.table(f"{language}: sentences, {half} lines", columns, rows)


def bench_pairs(report: Report, plugins: Correctors, language: str, half: str) -> None:
    """Misspelt words without context."""
    rows = []
    pick = odd_lines if half == "odd" else even_lines
    for name in PAIRS[language]:
        found = measure_pairs(plugins.autocorrect.candidates, pick(language, name)[:MOST_PAIRS])
        report.keep("pairs", language, name, figure=asdict(found))
        rows.append(
            (
                name,
                str(found.pairs),
                span(found.top1),
                span(found.top5),
                f"{found.word_ms_p50:.2f} / {found.word_ms_p99:.2f}",
            )
        )
    report.table(f"{language}: words", ("set", "pairs", "top 1", "top 5", "ms a word p50 / p99"), rows)


def bench_touched(report: Report, plugins: Correctors, language: str, split: str) -> None:
    """What is changed in correct text."""
    rows = []
    files = {domain: text_lines(language, domain, split) for domain in CLEAN[language]}
    files["together"] = [line for lines in files.values() for line in lines]
    for domain, lines in files.items():
        for level in LEVELS:
            correct = plugins.at_level(level)
            found = measure_touched(correct, lines)
            report.keep("touched", language, domain, level, figure=asdict(found))
            listed = ", ".join(f"{t.words} -> {t.into}" for t in found.touched)
            if domain == "together":
                listed = f"{len(found.touched)} places, named above"
            rows.append(
                (
                    domain,
                    level,
                    str(found.words),
                    span(found.share, 2),
                    f"{found.words_per_second:.0f}",
                    listed,
                )
            )
    columns = ("domain", "level", "words", "touched %", "words/s", "which")
    report.table(f"{language}: correct text ({split}, {LINES} lines)", columns, rows)


def bench_layout(report: Report, plugins: Correctors, language: str, split: str) -> None:
    """Words typed in the other layout."""
    rows = []
    direction = next(d for d in directions(("en", "ru")) if d.source.language == language)
    correct = plugins.at_level("0.5", layout_only=True)
    for domain in LAYOUT[language]:
        found = measure_layout(correct, layout_cases(text_lines(language, domain, split), direction.convert))
        report.keep("layout", language, domain, figure=asdict(found))
        rows.append(
            (domain, str(found.words), str(found.wrong), span(found.recall), span(found.false_switches, 3),
             f"{found.words_per_second:.0f}", ", ".join(f"{a} -> {b}" for a, b in found.switched))
        )  # fmt: skip
    typos = [noisy for noisy, _ in odd_lines(language, "synth_keyboard")]
    found = measure_layout(correct, layout_cases(typos, lambda word: word))
    report.keep("layout", language, "typos", figure=asdict(found))
    rows.append(
        ("typos", str(found.words), "0", "-", span(found.false_switches, 3), f"{found.words_per_second:.0f}",
         ", ".join(f"{a} -> {b}" for a, b in found.switched))
    )  # fmt: skip
    columns = ("domain", "words", "wrong", "recall %", "false %", "words/s", "false switches")
    report.table(f"{language}: wrong layout ({split})", columns, rows)


def bench_index(report: Report, plugins: Correctors, seconds: float, grown_mb: float) -> None:
    """Size of the indexes and the time to build them."""
    rows = []
    for language in SENTENCES:
        engine = plugins.autocorrect.engine(language)
        if engine is not None:
            size = engine.index.nbytes / 1e6
            report.keep("index", language, figure={"words": len(engine.index.numbers), "megabytes": size})
            rows.append((language, str(len(engine.index.numbers)), f"{size:.1f}"))
    report.keep("start", figure={"seconds": seconds, "peak_rss_growth_mb": grown_mb})
    report.table(
        f"Index. Models and both indexes ready after {seconds:.1f} s, {grown_mb:.0f} MB more at the peak",
        ("language", "words", "MB"),
        rows,
    )


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--language", choices=sorted(SENTENCES), action="append")
    parser.add_argument(
        "--split", choices=("dev", "test"), default="dev", help="text files for correct text and layout"
    )
    parser.add_argument("--half", choices=("odd", "even"), default="odd", help="half of the spelling sets")
    parser.add_argument("--json", type=Path, help="write all figures here")
    arguments = parser.parse_args()
    before, begin = _peak_mb(), time.perf_counter()
    plugins = correctors(("en", "ru"))
    for text in ("hello wrld", "привет мирр", "ghbdtn"):
        plugins.at_level("0.5")(text)
    report = Report()
    bench_index(report, plugins, time.perf_counter() - begin, _peak_mb() - before)
    for language in arguments.language or sorted(SENTENCES):
        bench_touched(report, plugins, language, arguments.split)
        bench_sentences(report, plugins, language, arguments.half)
        bench_pairs(report, plugins, language, arguments.half)
        bench_layout(report, plugins, language, arguments.split)
    if arguments.json:
        arguments.json.write_text(
            json.dumps(report.figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
