"""Capitals at sentence starts: the table that the plugin reads, and how often it is right.

    python bench/casing.py [--split dev] [--table] [--lines N]

Each line of the texts is one text, each file one user. *Restored*: one sentence start after the other is
written small, all else left as it is, and the corrector is asked when that word is finished. *Unchanged*: it
is asked for every line as it stands. ``--table`` prints ``data/chances.toml`` anew from the texts instead
(development texts only).
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.progress import track
from rich.table import Table
from shared import data

import skoropis
from skoropis.api import Context, tokenize
from skoropis.metrics.bootstrap import Interval
from skoropis_casing.corrector import Corrector
from skoropis_casing.habit import CAPITALS, SMALL, Habit
from skoropis_casing.sentences import Mark, starts

LEVEL = 0.8
"""Probability at which a session applies."""
PULL = 2.0
"""Starts that a cell is thought to have had besides those counted: as all marks together have them."""
Cell = tuple[str, int, int]


def count(lines: list[str], seen: Counter[Cell], capital: Counter[Cell]) -> None:
    """Count the sentence starts of one user by mark and what was known by then, and those with a capital."""
    habit = Habit()
    for line in lines:
        own: list[bool] = []
        for start in starts(line):
            word = start.token.text
            if word[1:] == word[1:].lower():
                known = habit.evidence(own, line, start.token.start)
                for mark in (start.mark, "all"):
                    cell = mark, known.capitals, known.small
                    seen[cell] += 1
                    capital[cell] += word[0].isupper()
            habit.see(line, start)
            own.append(word[0].isupper())


def toml(seen: Counter[Cell], capital: Counter[Cell]) -> str:
    """The table as the plugin reads it."""
    out = [
        "# Probability that a capital is wanted, by the mark before; see CAPITALS and SMALL in habit.py.",
        "# Rows: capitals known of the user; columns: share of small starts.",
        "# Made by: python bench/casing.py --table",
    ]
    for mark in get_args(Mark):
        out.append(f'"{mark}" = [')
        for capitals in range(len(CAPITALS) + 1):
            cells = []
            for small in range(len(SMALL) + 1):
                together, cell = ("all", capitals, small), (mark, capitals, small)
                usual = (capital[together] + 0.5) / (seen[together] + 1)
                cells.append(f"{(capital[cell] + PULL * usual) / (seen[cell] + PULL):.3f}")
            out.append(f"    [{', '.join(cells)}],")
        out.append("]")
    return "\n".join(out)


def measure(corrector: Corrector, lines: list[str]) -> dict[str, int]:
    """Counts over one file."""
    level = math.log(LEVEL)
    told = Counter[str]()
    for line in lines:
        told["words"] += sum(token.kind == "word" for token in tokenize(line))
        for start in starts(line):
            word = start.token.text
            if not word[0].isupper() or word[1:] != word[1:].lower():
                continue
            told["starts"] += 1
            before = line[: start.token.start] + word.lower()
            offers = corrector.correct(Context(before))
            told["restored"] += any(s.edit.end == len(before) and s.logprob >= level for s in offers)
        wrong = [s for s in corrector.correct(Context(line + " ")) if s.logprob >= level]
        corrector.correct(Context(line + " "))  # as with the next word of a user who took them back
        told["wrong"] += len(wrong)
        told["wrong at text start"] += sum(not line[: s.edit.start].strip() for s in wrong)
    return dict(told)


def share(part: int, whole: int) -> str:
    """Percent with a 95 % interval (Wilson)."""
    if not whole:
        return "-"
    z, p = 1.96, part / whole
    middle = (p + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(p * (1 - p) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    interval = Interval(p, max(0.0, middle - half), min(1.0, middle + half))
    return f"{100 * interval.value:.3f} [{100 * interval.low:.3f}, {100 * interval.high:.3f}]"


def main() -> None:
    """Measure every file, or print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=["dev", "test"], default="dev")
    parser.add_argument("--table", action="store_true")
    parser.add_argument("--lines", type=int, default=400)
    options = parser.parse_args()
    files: list[tuple[str, Path]] = [
        (f"{folder.name} {path.stem}", path)
        for folder in sorted(data("text", "dev" if options.table else options.split).iterdir())
        for path in sorted(folder.glob("*.txt"))
    ]
    texts = {name: path.read_text(encoding="utf-8").splitlines()[: options.lines] for name, path in files}
    if options.table:
        seen, capital = Counter[Cell](), Counter[Cell]()
        for lines in texts.values():
            count(lines, seen, capital)
        print(toml(seen, capital))
        return
    table = Table(title=f"capitals, {options.split}, first {options.lines} lines, applied at {LEVEL}")
    headings = ("file", "words", "starts", "restored %", "wrong (at text start)", "precision %", "of words %")
    for heading in headings:
        table.add_column(heading)
    total = Counter[str]()
    with skoropis.open() as suite:
        for name, lines in track(texts.items(), console=Console(stderr=True)):
            told = Counter(measure(Corrector(suite.models), lines))
            total += told
            table.add_row(*row(name, told))
    table.add_row(*row("all", total))
    Console().print(table)


def row(name: str, told: Counter[str]) -> list[str]:
    """One line of the table."""
    right, wrong = told["restored"], told["wrong"]
    return [
        name, f"{told['words']}", f"{told['starts']}", share(right, told["starts"]),
        f"{wrong} ({told['wrong at text start']})", share(right, right + wrong), share(wrong, told["words"]),
    ]  # fmt: skip


if __name__ == "__main__":
    main()
