"""What a training on a user's own text brings, in its domain and outside of it.

    python bench/domain_tuning.py [--megabytes 1] [--budget 10m] [--base ID] [--keep FOLDER] [--json]

One megabyte of package descriptions, a kind of text that the general models were not made from, stands for a
user's notes on computers; ``skoropis train`` makes a model of it. Then the general model, the new one, and
the mixture that weighs both by the text being written are measured on other descriptions and on the general
dev sets. Perplexity is of a word, unknown ones included, marks left out; the same words for all. Needs the
shared data (SKOROPIS_SHARED), the extra ``train``, and a general model with a network.
"""

from __future__ import annotations

import argparse
import json
import lzma
import math
import os
import tempfile
import time
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track
from rich.table import Table
from shared import data

from skoropis.lm.adaptive import Adaptive
from skoropis.lm.domain import Domain
from skoropis_foundry.recipe import ENGLISH
from skoropis_foundry.tuning.base import find_base
from skoropis_foundry.tuning.budget import parse_budget
from skoropis_foundry.tuning.measure import measure
from skoropis_foundry.tuning.run import train
from skoropis_foundry.tuning.settings import Settings, require

if TYPE_CHECKING:
    from collections.abc import Iterator


NAME = "bench-it"
SOURCE = "it_debian_descriptions.txt.xz"
_FILES = 20
"""Documents that the user's text is cut into."""
_SKIPPED = 20_000
"""Lines at the beginning of the source that are left out."""
_APART = 20_000
"""Lines between what is trained on and what is measured on."""


def main() -> None:
    """Train, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=float, default=1.0, help="of the user's text (default: 1)")
    parser.add_argument("--budget", default="10m", help="of the training (default: 10m)")
    parser.add_argument("--base", help="general model (default: en-general)")
    parser.add_argument("--size", help="of the network (default: the base's own)")
    parser.add_argument("--threads", type=int)
    parser.add_argument("--lines", type=int, default=300, help="lines predicted of each set (default: 300)")
    parser.add_argument("--typed", type=int, default=60, help="lines typed of each set (default: 60)")
    parser.add_argument("--keep", type=Path, help="folder to keep the trained model in")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    require()
    lines = (line.strip() for line in _source())
    own, others = (
        _own(lines, options.megabytes * 1e6),
        list(islice(lines, _APART, _APART + 2 * options.lines)),
    )
    with tempfile.TemporaryDirectory() as scratch, _models_in(options.keep or Path(scratch) / "data"):
        folder = Path(scratch) / "notes"
        folder.mkdir()
        for number in range(_FILES):
            part = own[len(own) * number // _FILES : len(own) * (number + 1) // _FILES]
            (folder / f"{number:02}.txt").write_text("\n".join(part) + "\n", encoding="utf-8")
        settings = Settings(
            folder, NAME, parse_budget(options.budget), "en", options.base, options.size,
            threads=options.threads, replace=True,
        )  # fmt: skip
        report = train(settings)
        assert report is not None
        base = find_base(settings, "en")
        assert base is not None
        general = base.load()
        domain = Domain.load_with(Path(report.folder), lambda _: general)
    models = {"general": general, "own": domain, "mixture": Adaptive(general, {NAME: domain})}
    sets = {"own domain": [line for line in others if len(line.split()) > 3][: options.lines]}
    for name in ENGLISH.dev:
        path = data("text", "dev", "en", f"{name}.txt")
        sets[name] = path.read_text(encoding="utf-8").splitlines()[: options.lines]
    rows = {}
    for name, text in track(sets.items(), "measuring", console=Console(stderr=True)):
        rows[name] = {
            model: asdict(measure(models[model], text, lambda _: None, scored=len(text), typed=options.typed))
            for model in models
        }
    _show(rows, report.seconds, report.bytes)
    if options.json:
        print(json.dumps({"training": asdict(report), "sets": rows}))


def _source() -> Iterator[str]:
    path = data("text", "train", "en", SOURCE)
    with lzma.open(path, "rt", encoding="utf-8") as file:
        yield from islice(file, _SKIPPED, None)


def _own(lines: Iterable[str], size: float) -> list[str]:
    out: list[str] = []
    for line in lines:
        out.append(line)
        size -= len(line.encode()) + 1
        if size <= 0:
            break
    return out


@contextmanager
def _models_in(folder: Path) -> Iterator[None]:
    """Have models installed into ``folder`` and found there."""
    before = os.environ.get("SKOROPIS_DATA")
    os.environ["SKOROPIS_DATA"] = str(folder)
    try:
        yield
    finally:
        del os.environ["SKOROPIS_DATA"]
        if before is not None:
            os.environ["SKOROPIS_DATA"] = before


def _show(rows: dict[str, dict[str, dict[str, float]]], seconds: float, size: int) -> None:
    title = (
        f"perplexity of a word (change) / keystrokes saved; trained in {seconds:.0f} s, {size / 1e6:.1f} MB"
    )
    table = Table(title=title)
    names = list(next(iter(rows.values())))
    for heading in ("set", *names):
        table.add_column(heading, justify="left" if heading == "set" else "right")
    for name, row in rows.items():
        first = row[names[0]]["perplexity"]
        cells = []
        for told in row.values():
            change = 100 * (told["perplexity"] / first - 1)
            moved = "" if told is row[names[0]] else f" ({change:+.1f} %)"
            cells.append(f"{told['perplexity']:.1f}{moved} / {100 * told['ks3']:.1f} %")
        table.add_row(name, *cells)
    times = [f"{max(row[n]['ms'] for row in rows.values()):.1f} ms" for n in names]
    table.add_row("a keystroke, slowest set's median", *times)
    outside = [row for name, row in rows.items() if name != "own domain"]
    means = []
    for n in names:
        logs = [math.log(row[n]["perplexity"] / row[names[0]]["perplexity"]) for row in outside]
        means.append("" if n == names[0] else f"{100 * (math.exp(sum(logs) / len(logs)) - 1):+.1f} %")
    table.add_row("mean change outside the domain", *means)
    Console(stderr=True).print(table)


if __name__ == "__main__":
    begun = time.perf_counter()
    main()
    Console(stderr=True).print(f"{time.perf_counter() - begun:.0f} s in all")
