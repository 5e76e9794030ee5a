"""Typing and correction beside other systems, all on the same lines, in one run.

    python bench/typing_peers.py [--lines 100] [--peers NAME ...] [--languages en ru] [--write docs/peers.md]

Fetches the peers into a folder of their own, trains those that can be trained on the same text, measures,
and prints tables with 95 % bootstrap intervals and CPU times. Every measured line is kept: an interrupted run
goes on where it was, and a run for some peers prints the kept figures of the others beside theirs. Figures of
a system are dropped when its version, or the text it was trained on, is another; ``--again`` drops them too.

Needs the shared data: SKOROPIS_SHARED=/folder/that/holds/data. Debian or Ubuntu for most of the peers; a peer
that cannot be had is named and left out.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from correction import SENTENCES
from peers.catalog import Peers
from peers.place import Place
from peers.runner import Lines, Runner
from peers.store import Store
from peers.systems import CORRECTION, TYPING, Peer, ours
from peers.table import Table, Tables
from peers.text import train_text
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table as Drawn
from setting import odd_lines
from shared import data

from skoropis.files import write_atomic

ROOT = Path(__file__).resolve().parents[1]
KEPT = Path(__file__).parent / "peers" / "measured.jsonl"
"""Figures that come with the repository: a run of ours alone is set beside these."""
DOMAINS = {"en": ("chat", "email", "news"), "ru": ("chat", "general", "news")}
MARKS = ("<!-- figures -->", "<!-- end of figures -->")


def sets(languages: Sequence[str], lines: int, correction_lines: int) -> list[Lines]:
    """First lines of the test files to type, first odd lines of the spelling sets to correct."""
    found = []
    for language in languages:
        for domain in DOMAINS[language]:
            text = data("text", "test", language, f"{domain}.txt").read_text(encoding="utf-8")
            found.append(Lines(TYPING, language, domain, tuple(text.splitlines()[:lines])))
        for name in SENTENCES[language]:
            pairs = tuple(odd_lines(language, name)[:correction_lines])
            found.append(Lines(CORRECTION, language, name, pairs))
    return found


def write(page: Path, tables: Sequence[Table]) -> None:
    """Put the tables into a page, between the two marks."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(MARKS[0])
    _, mark, behind = rest.partition(MARKS[1])
    if not mark:
        raise SystemExit(f"{page} has no place for figures: {' ... '.join(MARKS)}")
    body = "\n".join(table.markdown() for table in tables)
    write_atomic(page, f"{before}{MARKS[0]}\n{body}{MARKS[1]}{behind}".encode())


def measure(peers: Sequence[Peer], chosen: Sequence[Lines], store: Store, minutes: float) -> dict[str, str]:
    """Run the peers one after another. Returns what could not be had or broke, and why."""
    trouble: dict[str, str] = {}
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task("", total=None)

        def progress(title: str, done: int, total: int) -> None:
            bar.update(task, description=title, completed=done, total=total)

        runner = Runner(chosen, store, 60 * minutes, progress)
        for peer in peers:
            trouble |= runner.run(peer)
    return trouble


def show(console: Console, table: Table) -> None:
    """Print one table."""
    drawn = Drawn(title=table.title, title_justify="left")
    for column in table.columns:
        drawn.add_column(column)
    for row in table.rows:
        drawn.add_row(*row)
    console.print(drawn)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=100, help="lines to type of each domain (default: 100)")
    parser.add_argument(
        "--correction-lines", type=int, default=1000, help="lines to correct of each set (default: all)"
    )
    parser.add_argument("--peers", nargs="+", metavar="NAME", help="only these; skoropis is one of them")
    parser.add_argument("--sets", nargs="+", metavar="NAME", help="only these domains and spelling sets")
    parser.add_argument("--languages", nargs="+", choices=sorted(DOMAINS), default=sorted(DOMAINS))
    parser.add_argument(
        "--minutes", type=float, default=20, help="CPU minutes for a system, kind and language (default: 20)"
    )
    parser.add_argument(
        "--words", type=int, default=3_000_000, help="words to train the peers on (default: 3000000)"
    )
    parser.add_argument(
        "--folder",
        type=Path,
        default=ROOT / ".cache" / "peers",
        help="the peers' own (default: .cache/peers)",
    )
    parser.add_argument("--results", type=Path, help="measured lines (default: results.jsonl in the folder)")
    parser.add_argument("--again", action="store_true", help="measure afresh what is kept of these peers")
    parser.add_argument("--json", type=Path, help="write tables and trouble here")
    parser.add_argument("--write", type=Path, metavar="PAGE", help="put the tables into a page")
    return parser.parse_args()


def main() -> None:
    """Install, train, measure, print."""
    options = arguments()
    place = Place(options.folder.resolve())
    place.home.mkdir(parents=True, exist_ok=True)
    train = data("text", "train")
    catalog = Peers(place, lambda language: train_text(place.text, train, language, options.words))
    every = {peer.name: peer for peer in (ours(ROOT), *catalog.all())}
    unknown = set(options.peers or ()) - set(every)
    if unknown:
        raise SystemExit(f"no such peer: {', '.join(sorted(unknown))}; there are {', '.join(every)}")
    results = options.results or place.home / "results.jsonl"
    if not results.exists() and KEPT.exists():
        results.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(KEPT, results)
    store = Store(results)
    chosen = [every[name] for name in options.peers or every]
    if options.again:
        for peer in chosen:
            store.forget(peer.name)
    lines = sets(options.languages, options.lines, options.correction_lines)
    lines = [each for each in lines if not options.sets or each.name in options.sets]
    trouble = measure(chosen, lines, store, options.minutes)
    store.compact()
    tables = Tables(store, lines)
    shown = [
        table
        for language in options.languages
        for table in (tables.typing(language), tables.correction(language))
    ]
    shown.append(tables.versions())
    console = Console(width=None if Console().is_terminal else 200)
    for table in shown:
        show(console, table)
    for label, reason in trouble.items():
        console.print(f"left out: {label}: {reason}", markup=False)
    if options.json:
        found = {"tables": [asdict(table) for table in shown], "trouble": trouble}
        write_atomic(options.json, (json.dumps(found, ensure_ascii=False, indent=1) + "\n").encode())
    if options.write:
        write(options.write, shown)


if __name__ == "__main__":
    main()
