"""The general models against what they replace and against far larger ones, on the same text.

    python bench/models.py [--split test] [--language en] [--against NAME=FOLDER ...] [--json]

For every installed general model: the blend, its n-gram part alone, its neural part alone; and every folder
that ``--against`` names (an n-gram or a blend), such as the unpruned 5-gram that
``python -m skoropis_foundry.fivegram`` makes, or the models of an older version. Differences are taken from
the first of those given; without any, from the n-gram part. Bits per character count every word and mark,
unknown words included, over the same normalized text. Keystroke savings are those of the model alone (no
ranking by case), words passed over not offered again. Needs the shared data (SKOROPIS_SHARED).
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from keystrokes import mean
from rich.console import Console
from rich.progress import track
from rich.table import Table
from shared import data

from skoropis.lm.blend import Blend
from skoropis.lm.ngram import NGram
from skoropis.lm.tokens import lm_tokens
from skoropis.metrics.bootstrap import Interval, ratio_interval
from skoropis.metrics.typing import TypingResult, simulate
from skoropis.models.card import read_card
from skoropis.models.host import ModelHost
from skoropis.protocols import LanguageModel
from skoropis_foundry.evaluate import first_lines, suggester
from skoropis_foundry.recipe import RECIPES


@dataclass(frozen=True, slots=True)
class Contestant:
    """A model, what it is called here, and its size on disk in bytes."""

    name: str
    model: LanguageModel
    size: int


@dataclass(frozen=True, slots=True)
class Measured:
    """Of one contestant on one file."""

    bits: list[float]
    """One a line."""
    characters: list[int]
    typing: TypingResult | None


def contestants(language: str, against: Sequence[tuple[str, Path]]) -> list[Contestant]:
    """What is compared, the reference first."""
    out = []
    for name, folder in against:
        kind = Blend if (folder / "neural.onnx").exists() else NGram
        size = sum(path.stat().st_size for path in folder.iterdir() if path.suffix not in (".toml", ".md"))
        model = kind.load(folder)
        if model.language == language:
            out.append(Contestant(name, model, size))
    host = ModelHost((language,))
    folder = host.folder(f"{language}-general")
    sizes = {file.name: file.bytes for file in read_card(folder).files}
    if (folder / "neural.onnx").exists():
        blend = Blend.load(folder)
        neural = sizes["neural.onnx"] + sizes["pieces.model"]
        out.append(Contestant("its n-gram alone", blend.ngram, sum(sizes.values()) - neural))
        out.append(Contestant("its network alone", blend.neural, neural))
        out.append(Contestant("blend", blend, sum(sizes.values())))
    else:
        out.append(Contestant("n-gram", NGram.load(folder), sum(sizes.values())))
    return out


def measure(contestant: Contestant, path: Path, lines: int, typing: bool) -> Measured:
    """Bits of every line of a file, and what typing its first ``lines`` costs."""
    model = contestant.model
    bits, characters = [], []
    for line in path.read_text(encoding="utf-8").splitlines():
        state, total, count = model.start(), 0.0, 0
        for token in lm_tokens(line):
            logprob, state = model.score(state, token)
            total -= logprob / math.log(2)
            count += len(token) + 1
        bits.append(total)
        characters.append(count)
    typed = simulate(first_lines(path, lines), suggester(model, 3)) if typing else None
    return Measured(bits, characters, typed)


def report(
    language: str, split: str, rows: dict[str, dict[str, Measured]], sizes: dict[str, int]
) -> dict[str, object]:
    """Print the table of one language; its figures for programs."""
    names = list(sizes)
    first = names[0]
    table = Table(title=f"{language}, {split}: bits per character / keystroke savings %")
    for heading in ("", *names):
        table.add_column(heading, justify="right")
    table.add_row("size, MB", *(f"{sizes[name] / 1e6:.1f}" for name in names))
    out: dict[str, object] = {}
    for domain, row in rows.items():
        cells = []
        told: dict[str, object] = {}
        for name, measured in row.items():
            bits = sum(measured.bits) / sum(measured.characters)
            reference = row[first]
            gap = [a - b for a, b in zip(measured.bits, reference.bits, strict=True)]
            typing = measured.typing
            told[name] = {
                "bits_per_character": bits,
                "difference": asdict(ratio_interval(gap, reference.bits)),
                "typing": asdict(typing) if typing else None,
            }
            cells.append(f"{bits:.3f}" + (f" / {100 * typing.savings.value:.1f}" if typing else ""))
        table.add_row(domain, *cells)
        out[domain] = told
    summary: dict[str, dict[str, object]] = {}
    for name in names:
        shares = [told[name]["difference"] for told in out.values()]  # type: ignore[index]
        typings = [row[name].typing for row in rows.values()]
        summary[name] = {
            "bytes": sizes[name],
            "bits_per_character": sum(
                sum(row[name].bits) / sum(row[name].characters) for row in rows.values()
            ) / len(rows),
            "relative_difference": asdict(mean([Interval(**share) for share in shares])),
            "ks3": asdict(mean([t.savings for t in typings if t is not None])) if all(typings) else None,
            "cpu_p50_ms": max(t.cpu_p50_ms for t in typings if t) if all(typings) else None,
            "cpu_p99_ms": max(t.cpu_p99_ms for t in typings if t) if all(typings) else None,
        }  # fmt: skip
    bits = [f"{summary[name]['bits_per_character']:.3f}" for name in names]
    table.add_row("mean bits per character", *bits)
    gaps = []
    for name in names:
        gap = summary[name]["relative_difference"]
        gaps.append("" if name == first else f"{100 * gap['value']:+.1f} [{100 * gap['low']:+.1f}, {100 * gap['high']:+.1f}]")  # type: ignore[index] # fmt: skip # noqa: E501
    table.add_row(f"change from {first}, %", *gaps)
    if summary[first]["ks3"]:
        savings = []
        for name in names:
            ks = summary[name]["ks3"]
            savings.append(f"{100 * ks['value']:.1f} [{100 * ks['low']:.1f}, {100 * ks['high']:.1f}]")  # type: ignore[index]
        table.add_row("mean keystroke savings, %", *savings)
        slowest = [f"{summary[n]['cpu_p50_ms']:.2f} / {summary[n]['cpu_p99_ms']:.2f}" for n in names]
        table.add_row("CPU ms a keystroke, p50 / p99, slowest set", *slowest)
    Console(stderr=True).print(table)
    return {"domains": out, "mean": summary}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--split", choices=["dev", "test"], default="test")
    parser.add_argument("--language", choices=sorted(RECIPES), action="append")
    parser.add_argument("--against", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--lines", type=int, default=150, help="lines that are typed of each file")
    parser.add_argument("--no-typing", action="store_true", help="bits per character alone")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    texts = data("text", options.split)
    against = [
        (name, Path(folder)) for name, _, folder in (entry.partition("=") for entry in options.against)
    ]
    out = {}
    for language in options.language or sorted(RECIPES):
        recipe = RECIPES[language]
        models = contestants(language, against)
        domains = recipe.dev if options.split == "dev" else recipe.test
        rows: dict[str, dict[str, Measured]] = {}
        for domain in track(domains, f"measuring {language}", console=Console(stderr=True)):
            path = texts / language / f"{domain}.txt"
            rows[domain] = {m.name: measure(m, path, options.lines, not options.no_typing) for m in models}
        out[language] = report(language, options.split, rows, {m.name: m.size for m in models})
    if options.json:
        print(json.dumps(out, ensure_ascii=False))


if __name__ == "__main__":
    main()
