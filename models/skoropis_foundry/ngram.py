"""Makes the n-gram model of a language: ``python -m skoropis_foundry.ngram en``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from platformdirs import user_cache_path
from rich.console import Console

from skoropis.lm.ngram import NGram

from .build import ORDER, Built, build
from .card import Facts, Metric, model_files, write_card
from .evaluate import measure
from .kenlm_tools import find_tools
from .package import write_model
from .place import placed
from .recipe import RECIPES, WORDFREQ, Recipe, Source

VERSION = "1.0.0"
_COMMAND = "python -m skoropis_foundry.ngram {} --out build/ngram"
_LEXICON_SOURCES = {
    "en": Source(
        "wamerican-large, wbritish-large",
        "SCOWL (MIT-like)",
        "SCOWL word lists, to tell words from misspellings",
    ),
    "ru": Source(
        "pymorphy3-dicts-ru", "CC-BY-SA 3.0", "OpenCorpora dictionary, to tell words from misspellings"
    ),
}


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = _options().parse_args(arguments)
    console = Console(stderr=True)
    recipe = RECIPES[options.language]
    if options.budget:
        recipe = replace(recipe, budget=options.budget)
    text = options.shared / "data" / "text"
    if not (text / "train" / recipe.language).is_dir():
        raise SystemExit(f"no training text in {text}; name its place with --shared or $SKOROPIS_SHARED")
    options.cache.mkdir(parents=True, exist_ok=True)
    tools = find_tools(options.cache)
    built = build(recipe, text, options.cache, tools, console.log)
    target = options.out / f"{recipe.language}-general"
    with placed(target) as folder:
        write_model(built.model, built.lists, built.spelled, recipe.language, tools, folder)
        model = NGram.load(folder)
        console.log("measuring")
        metrics = [
            *_measure(model, recipe, text, "dev"),
            *(_measure(model, recipe, text, "test") if options.test else ()),
        ]
        write_card(folder, _facts(recipe, built, metrics))
    size = sum(path.stat().st_size for path in model_files(target))
    console.log(f"{target}: {size / 1e6:.1f} MB")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m skoropis_foundry.ngram", description=__doc__)
    parser.add_argument("language", choices=sorted(RECIPES))
    shared = Path(os.environ.get("SKOROPIS_SHARED", "../shared"))
    parser.add_argument(
        "--shared", type=Path, default=shared, help="folder that holds data/text/{train,dev,test}"
    )
    parser.add_argument("--out", type=Path, required=True, help="where the model folder is put")
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    parser.add_argument("--budget", type=float, help="megabytes for the n-grams, instead of the recipe's")
    parser.add_argument("--test", action="store_true", help="measure the test sets too: once, for the card")
    return parser


def _measure(model: NGram, recipe: Recipe, text: Path, split: str) -> Iterator[Metric]:
    command = _COMMAND.format(recipe.language) + (" --test" if split == "test" else "")
    for domain in recipe.dev if split == "dev" else recipe.test:
        path = text / split / recipe.language / f"{domain}.txt"
        yield from measure(model, path, domain, split, command)


def _facts(recipe: Recipe, built: Built, metrics: list[Metric]) -> Facts:
    sources = [source for group in recipe.components.values() for source in group]
    weights = [
        f"order {order}: "
        + ", ".join(f"{name} {weight:.3f}" for name, weight in zip(built.names, row, strict=True))
        for order, row in enumerate(built.weights, start=1)
    ]
    grams = built.model.grams
    language = {"en": "English", "ru": "Russian"}[recipe.language]
    return Facts(
        id=f"{recipe.language}-general",
        version=VERSION,
        language=recipe.language,
        domain="general",
        description=f"{language} {ORDER}-gram model for completion, correction and rescoring: modified "
        "Kneser-Ney components mixed by history-dependent weights tuned on dev text, then pruned.",
        sources=[*sources, WORDFREQ, _LEXICON_SOURCES[recipe.language]],
        metrics=metrics,
        recipe={
            "command": _COMMAND.format(recipe.language),
            "seed": "none: nothing is drawn at random; equal input gives equal files",
            "order": ORDER,
            "budget_mb": recipe.budget,
            "smoothing": recipe.smoothing,
            "vocabulary": built.lists.vocabulary,
            "lexicon": len(built.lists.lexicon),
            "ngrams_before_pruning": [f"{n:,}" for n in built.full],
            "ngrams": [f"{grams.size(order):,}" for order in range(1, grams.order + 1)],
            "weights": weights,
            "dev_perplexity_before_pruning": round(built.perplexity_full, 2),
            "dev_perplexity": round(built.perplexity, 2),
        },
    )


if __name__ == "__main__":
    main()
