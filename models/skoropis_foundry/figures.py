"""Measures a model that ships, as its card has it: ``python -m skoropis_foundry.figures en-general``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from skoropis.models.card import read_card
from skoropis.models.host import ModelHost

from .card import Metric
from .domain_recipe import DOMAINS
from .evaluate import Measurable, measure
from .recipe import RECIPES

SPLITS = ("dev", "test")


def figures(
    model: Measurable, model_id: str, text: Path, splits: Sequence[str], called: str = ""
) -> Iterator[Metric]:
    """Measure a model that ships on its own sets. ``called``: what to add to the name of each set."""
    language = model_id.partition("-")[0]
    for split in splits:
        if model_id in DOMAINS:
            sets = DOMAINS[model_id].held_out
        else:
            recipe = RECIPES[language]
            sets = recipe.dev if split == "dev" else recipe.test
        command = f"python -m skoropis_foundry.figures {model_id} --split {split}"
        for name in track(sets, f"measuring {split}", console=Console(stderr=True)):
            yield from measure(model, text / split / language / f"{name}.txt", name + called, split, command)


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m skoropis_foundry.figures", description=__doc__)
    parser.add_argument("model", choices=sorted([*(f"{code}-general" for code in RECIPES), *DOMAINS]))
    shared = Path(os.environ.get("SKOROPIS_SHARED", "../shared"))
    parser.add_argument("--shared", type=Path, default=shared, help="folder that holds data/text/{dev,test}")
    parser.add_argument("--split", choices=SPLITS, default="dev")
    options = parser.parse_args(arguments)
    text = options.shared / "data" / "text"
    if not (text / options.split).is_dir():
        raise SystemExit(f"no text in {text}; name its place with --shared or $SKOROPIS_SHARED")
    host = ModelHost()
    found = list(figures(host.load(options.model), options.model, text, [options.split]))  # type: ignore[arg-type]
    base = read_card(host.folder(options.model)).base
    if base:  # what the domain adds
        found += figures(host.load(base), options.model, text, [options.split], f", {base} alone")  # type: ignore[arg-type]
    names = list(dict.fromkeys(metric.name for metric in found))
    table = Table("set", *names, title=f"{options.model}, {options.split}")
    for name in dict.fromkeys(metric.set for metric in found):
        cells = {metric.name: f"{metric.value:.3f}" for metric in found if metric.set == name}
        table.add_row(name, *(cells[column] for column in names))
    Console().print(table)


if __name__ == "__main__":
    main()
