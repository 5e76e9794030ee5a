"""Trains the network of a language's general model: ``python -m skoropis_foundry.neural.general en``."""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from platformdirs import user_cache_path
from rich.console import Console

from skoropis.files import write_atomic
from skoropis.lm.pieces import Pieces

from ..corpus import Corpus, load_corpus, read_lines
from ..pieces import PieceTable, train_pieces
from ..recipe import RECIPES, Recipe
from . import checkpoint
from .held_out import held_out, mean_nats
from .network import Network
from .plan import Plan
from .shape import SIZES, shape
from .trainer import Progress, Trainer
from .windows import Text, Windows

_DEV_LINES = 200
"""Lines of each dev domain that are measured while training."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = _options().parse_args(arguments)
    console = Console(stderr=True)
    torch.set_num_threads(options.threads)
    recipe = RECIPES[options.language]
    text = options.shared / "data" / "text"
    if not (text / "train" / recipe.language).is_dir():
        raise SystemExit(f"no training text in {text}; name its place with --shared or $SKOROPIS_SHARED")
    options.out.mkdir(parents=True, exist_ok=True)
    corpus = load_corpus(text / "train" / recipe.language, list(recipe.shown), options.cache)
    pieces = general_pieces(corpus, recipe, options.out / "pieces.model")
    sources = piece_texts(corpus, pieces, recipe.shown)
    windows = Windows(sources, pieces.end, options.seed)
    dev = [
        held_out(read_lines(text / "dev" / recipe.language / f"{domain}.txt"), pieces, _DEV_LINES)
        for domain in recipe.dev
    ]
    torch.manual_seed(options.seed)
    network = Network(shape(options.size, pieces.size))
    shown = sum(len(each.pieces) * each.weight for each in sources)
    console.log(f"{network.shape.parameters:,} weights; {shown:,.0f} pieces an epoch")
    plan = Plan(seconds=60 * options.minutes, seed=options.seed)
    store = options.out / "training.pt"
    trainer = Trainer(network, windows, plan, store=store)

    def report(progress: Progress) -> None:
        if progress.step % 200 == 0:
            speed = progress.pieces / max(progress.seconds, 1e-9)
            done = f"{100 * progress.done:.0f} %  step {progress.step}"
            console.log(f"{done}  loss {progress.loss:.3f}  {speed:,.0f} pieces/s")

    def measure() -> float:
        nats = mean_nats(network, dev)
        console.log(f"dev {nats:.4f} nats a piece after {trainer.progress.pieces:,} pieces")
        return nats

    progress = trainer.run(report, measure)
    told = {
        "pieces": progress.pieces,
        "seconds": progress.seconds,
        "measured": progress.measured,
        "curve": progress.curve,
    }
    checkpoint.save(options.out / "network.pt", network, told)
    store.unlink(missing_ok=True)


def general_pieces(corpus: Corpus, recipe: Recipe, path: Path) -> Pieces:
    """The vocabulary of pieces in ``path``, made from the corpus where it is not there yet."""
    if not path.exists():
        counts: NDArray[np.float64] = np.zeros(len(corpus.words))
        for name, weight in recipe.shown.items():
            counts += weight * np.bincount(corpus.texts[name], minlength=len(corpus.words))
        words = {
            word: round(n) for word, n in zip(corpus.words[1:], counts[1:].tolist(), strict=True) if n >= 1
        }
        write_atomic(path, train_pieces(words, recipe.pieces))
    return Pieces.load(path)


def piece_texts(corpus: Corpus, pieces: Pieces, shown: Mapping[str, float]) -> list[Text]:
    """The sources as pieces, each with how often it is shown an epoch."""
    table = PieceTable(pieces, corpus.words)
    return [Text(table.encode(corpus.texts[name]), weight) for name, weight in shown.items()]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m skoropis_foundry.neural.general", description=__doc__)
    parser.add_argument("language", choices=sorted(RECIPES))
    shared = Path(os.environ.get("SKOROPIS_SHARED", "../shared"))
    parser.add_argument(
        "--shared", type=Path, default=shared, help="folder that holds data/text/{train,dev,test}"
    )
    parser.add_argument("--size", choices=sorted(SIZES), default="base")
    parser.add_argument("--minutes", type=float, default=80.0, help="how long it is trained (default: 80)")
    parser.add_argument("--threads", type=int, default=1, help="processor cores (default: 1)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    parser.add_argument("--out", type=Path, required=True, help="folder for the network and its checkpoint")
    return parser


if __name__ == "__main__":
    main()
