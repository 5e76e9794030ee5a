"""Prunes the n-grams of an installed model: ``python -m skoropis_foundry.smaller en-general --budget 8``.

Relative-entropy pruning (Stolcke 1998) with frequencies that the model itself tells. One that is built anew
from its text with a smaller budget (``skoropis_foundry.ngram``) is better: it is rounded once, not twice, and
knows the real frequencies. This one needs no text.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from platformdirs import user_cache_path
from rich.console import Console

from skoropis.errors import InputError
from skoropis.models.host import ModelHost
from skoropis.paths import data_dir

from .card import Metric
from .compare import Compared, compare
from .kenlm_tools import find_tools
from .package import BYTES, FILES, write_model
from .place import check, placed, take_over
from .prune import prune
from .recard import Change, read, recard
from .reopen import frequencies, reopen


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    options = _options().parse_args(arguments)
    console = Console(stderr=True)
    source = Path(options.model) if Path(options.model).is_dir() else ModelHost().folder(options.model)
    if not all((source / name).is_file() for name in FILES):
        raise InputError(f"{source} holds no n-gram model")
    card = read(source)
    name = options.name or f"{card['id']}-{options.budget:g}mb"
    target = options.out / name
    check(target, options.replace)
    console.log("reading the n-grams back")
    opened = reopen(source)
    before = [opened.model.grams.size(n) for n in range(1, opened.model.grams.order + 1)]
    small = prune(opened.model, frequencies(opened.model), options.budget * 1e6, BYTES[: len(before) - 1])
    after = [small.grams.size(n) for n in range(1, small.grams.order + 1)]
    console.log(f"{sum(before):,} n-grams, {sum(after):,} of them left")
    with placed(target) as made:
        take_over(source, card, made, FILES)
        tools = find_tools(options.cache)
        write_model(small, opened.lists, opened.spelled, opened.language, tools, made)
        recipe = {
            "pruned_from": f"{card['id']} {card['version']}",
            "pruned_to_mb": options.budget,
            "prune_command": f"python -m skoropis_foundry.smaller {card['id']} --budget {options.budget:g}",
        }
        change = Change(name, "Its n-grams are pruned further.", [], recipe)
        recard(made, card, change)
        rows = compare([str(source), str(made)], options.text, options.lines) if options.text else []
        rows = [replace(row, model=said) for row, said in zip(rows, (card["id"], name), strict=False)]
        if rows:
            metrics = [
                metric for row in rows for metric in _figures(row, row is rows[0], recipe["prune_command"])
            ]
            recard(made, card, Change(name, change.description, metrics, recipe))
    report = {
        "model": str(target),
        "ngrams_before": before,
        "ngrams": after,
        "bytes_before": sum((source / file).stat().st_size for file in FILES),
        "bytes": sum((target / file).stat().st_size for file in FILES),
        "before": asdict(rows[0]) if rows else None,
        "after": asdict(rows[1]) if rows else None,
    }
    if options.json:
        print(json.dumps(report))
        return
    console.log(
        f"{report['bytes_before'] / 1e6:.1f} MB before, {report['bytes'] / 1e6:.1f} MB after: {target}"
    )
    for row in rows:
        console.log(f"{row.bits_per_character:.3f} bits a character, {100 * row.top3:.1f} % next words in 3")


def _figures(row: Compared, first: bool, command: str) -> list[Metric]:
    place = "before pruning" if first else "pruned"
    figures = (
        ("bits per character", row.bits_per_character, "bit"),
        ("next word in 3", 100 * row.top3, "%"),
    )
    return [
        Metric(name, place, "the given text", round(value, 4), unit, command) for name, value, unit in figures
    ]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m skoropis_foundry.smaller", description=__doc__)
    parser.add_argument("model", help="id or folder of a model with n-grams")
    parser.add_argument("--budget", type=float, required=True, help="megabytes for the n-grams above order 1")
    parser.add_argument("--name", help="id of the new model; made up without it")
    parser.add_argument("--out", type=Path, default=data_dir() / "models", help="where its folder is put")
    parser.add_argument("--replace", action="store_true", help="take the place of what has that name")
    parser.add_argument("--text", type=Path, help="file to measure both models on")
    parser.add_argument("--lines", type=int, default=150, help="of that file (default: 150)")
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    main()
