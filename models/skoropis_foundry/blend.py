"""Puts a general model together: ``python -m skoropis_foundry.blend en --ngram FOLDER --network FOLDER``.

Takes what ``skoropis_foundry.ngram`` and ``skoropis_foundry.neural.general`` made, quantizes the network,
tunes the weights of the two on dev text, and measures the whole.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from skoropis.lm.blend import Weights
from skoropis.lm.tokens import lm_tokens

from .blend_weights import weigh
from .card import Facts, Metric, model_files, write_card
from .corpus import read_lines
from .figures import figures
from .package import FILES
from .place import placed
from .recipe import RECIPES, Recipe, Source

VERSION = "2.0.0"


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = _options().parse_args(arguments)
    console = Console(stderr=True)
    recipe = RECIPES[options.language]
    text = options.shared / "data" / "text"
    if not (text / "dev" / recipe.language).is_dir():
        raise SystemExit(f"no dev text in {text}; name its place with --shared or $SKOROPIS_SHARED")
    target = options.out / f"{recipe.language}-general"
    with placed(target) as folder:
        for name in FILES:
            shutil.copyfile(options.ngram / name, folder / name)
        shutil.copyfile(options.network / "pieces.model", folder / "pieces.model")
        made = write_network(options.network / options.weights, folder / "neural.onnx", options.bits)
        paths = [text / "dev" / recipe.language / f"{domain}.txt" for domain in recipe.dev]
        texts, importance = dev_texts(paths)
        asked = track(texts, "asking both models", console=console)
        blend = weigh(folder, asked, importance)
        console.log(f"weights of the neural model: {blend.weights.neural}")
        splits = ("dev", "test") if options.test else ("dev",)
        metrics = list(figures(blend, target.name, text, splits))
        write_card(folder, _facts(recipe, options, blend.weights, made, metrics))
    size = sum(path.stat().st_size for path in model_files(target))
    console.log(f"{target}: {size / 1e6:.1f} MB")


def write_network(source: Path, target: Path, bits: int | None) -> dict[str, Any]:
    """Quantize a trained network, or take a graph as it is. What is known of its training."""
    if source.suffix == ".onnx":
        shutil.copyfile(source, target)
        return {}
    from .neural import checkpoint
    from .neural.export import export

    network, told, _ = checkpoint.load(source)
    arrays = {name: tensor.numpy() for name, tensor in network.state_dict().items()}
    export(arrays, network.shape, target, bits)
    return told | {"parameters": network.shape.parameters}


def dev_texts(paths: Sequence[Path]) -> tuple[list[list[str]], list[float]]:
    """The tokens of every line of some files, and what each token counts: every file the same."""
    texts: list[list[str]] = []
    importance: list[float] = []
    for path in paths:
        lines = [lm_tokens(line) for line in read_lines(path)]
        texts += lines
        importance += [1 / (sum(map(len, lines)) * len(paths))] * len(lines)
    return texts, importance


def _facts(
    recipe: Recipe, options: argparse.Namespace, weights: Weights, made: dict[str, Any], metrics: list[Metric]
) -> Facts:
    ngram = tomllib.loads((options.ngram / "card.toml").read_text(encoding="utf-8"))
    language = {"en": "English", "ru": "Russian"}[recipe.language]
    kept = {f"ngram_{key}": value for key, value in ngram["recipe"].items()}
    measured = [f"{pieces:,}: {nats:.4f}" for pieces, nats in made.get("measured", [])]
    return Facts(
        id=f"{recipe.language}-general",
        version=VERSION,
        language=recipe.language,
        domain="general",
        description=f"{language} blend of a pruned 4-gram model and a small recurrent network over subword "
        f"pieces ({options.bits}-bit weights), for completion, correction and rescoring.",
        sources=[Source(s["name"], s["licence"], s["origin"]) for s in ngram["sources"]],
        metrics=metrics,
        kind="blend",
        recipe={
            "command": f"python -m skoropis_foundry.blend {recipe.language} "
            f"--ngram build/ngram/{recipe.language}-general --network build/{recipe.language}",
            "neural_command": f"python -m skoropis_foundry.neural.general {recipe.language} "
            f"--out build/{recipe.language}",
            "neural_weight_by_situation": json.dumps(weights.neural),
            "neural_bits": options.bits,
            "neural_parameters": int(made.get("parameters", 0)),
            "neural_pieces_seen": int(made.get("pieces", 0)),
            "neural_training_seconds": round(float(made.get("seconds", 0))),
            "neural_dev_nats_by_pieces_seen": measured,
            "neural_sources_shown": [f"{name}: {weight}" for name, weight in recipe.shown.items()],
            **kept,
        },
    )


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m skoropis_foundry.blend", description=__doc__)
    parser.add_argument("language", choices=sorted(RECIPES))
    shared = Path(os.environ.get("SKOROPIS_SHARED", "../shared"))
    parser.add_argument(
        "--shared", type=Path, default=shared, help="folder that holds data/text/{train,dev,test}"
    )
    parser.add_argument("--ngram", type=Path, required=True, help="folder of the finished n-gram model")
    parser.add_argument(
        "--network", type=Path, required=True, help="folder with network.pt (or a graph) and pieces.model"
    )
    parser.add_argument("--weights", default="network.pt", help="file in that folder: .pt, or .onnx as it is")
    parser.add_argument("--bits", type=int, choices=(2, 4, 8), default=8)
    models = Path(__file__).resolve().parent.parent / "skoropis_models"
    parser.add_argument("--out", type=Path, default=models, help="where the model folder is put")
    parser.add_argument("--test", action="store_true", help="measure the test sets too: once, for the card")
    return parser


if __name__ == "__main__":
    main()
