"""What compression costs and saves: fewer bits, fewer units, a taught student against an untaught one.

    python bench/compression.py NETWORK.pt [--part bits] [--part prune] [--part distil] [--minutes 7] [--json]

NETWORK.pt is what ``python -m skoropis_foundry.neural.general`` makes, with its pieces.model beside it. Needs
the shared data (SKOROPIS_SHARED) and the extra ``train``. Figures go to ``--out`` too, where those of other
parts stay. Nothing is tuned on the test sets. One core.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import statistics
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from platformdirs import user_cache_path
from rich.table import Table
from shared import data

from skoropis.cli.console import stderr, stdout
from skoropis.files import sha256_of, write_atomic
from skoropis.lm.neural import Neural, open_session
from skoropis.lm.pieces import Pieces
from skoropis.lm.store import load_lexicon
from skoropis.models.host import ModelHost
from skoropis_foundry.compare import predict
from skoropis_foundry.corpus import load_corpus, read_lines
from skoropis_foundry.footprint import footprint
from skoropis_foundry.neural import checkpoint, qat
from skoropis_foundry.neural.compress import STRENGTH, tuning_plan
from skoropis_foundry.neural.distil import Distillation
from skoropis_foundry.neural.export import export
from skoropis_foundry.neural.general import piece_texts
from skoropis_foundry.neural.graph import Graph
from skoropis_foundry.neural.held_out import HeldOut, held_out
from skoropis_foundry.neural.network import Network
from skoropis_foundry.neural.plan import Plan
from skoropis_foundry.neural.prune import prune
from skoropis_foundry.neural.quantize import Precision
from skoropis_foundry.neural.shape import shape
from skoropis_foundry.neural.trainer import Progress, Trainer
from skoropis_foundry.neural.windows import Text, Windows
from skoropis_foundry.recipe import RECIPES, Recipe

PARTS = ("bits", "prune", "distil")
PRECISIONS = {
    "8 bits": Precision(8),
    "4 bits": Precision(4),
    "2 bits": Precision(2),
    "2 bits, embeddings 4": Precision(2, embedding_bits=4),
}
# 97.5 % quantile of Student's t by degrees of freedom.
_T = {1: 12.706, 2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
_CONSOLE = stderr()


@dataclass(slots=True)
class Setting:
    """What every part measures with and learns from."""

    network: Network
    pieces: Pieces
    windows: Windows
    sets: dict[str, list[HeldOut]]
    """By split: the lines of each domain."""
    typed: list[str]
    """Lines whose next words are predicted, of all dev domains."""
    recipe: Recipe
    scratch: Path
    keep: Path | None
    """Where the graphs stay, if they shall."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the parts and print a table or JSON."""
    options = _options().parse_args(arguments)
    torch.set_num_threads(options.threads)
    report: dict[str, Any] = (
        json.loads(options.out.read_text()) if options.out and options.out.exists() else {}
    )
    with tempfile.TemporaryDirectory() as scratch:
        setting = _setting(options, Path(scratch))
        for part in options.part or PARTS:
            _CONSOLE.log(f"part {part}")
            if part == "distil":
                report[part] = distil(setting, options.steps, options.seeds, options.size)
            else:
                report[part] = {"bits": bits, "prune": pruned}[part](setting, options)
            if options.out:
                write_atomic(options.out, (json.dumps(report, indent=1) + "\n").encode())
    if options.json:
        print(json.dumps(report))
    else:
        _show(report)


def bits(setting: Setting, options: argparse.Namespace) -> dict[str, Any]:
    """32, 8, 4 and 2 bits: rounded as they are, and after training with rounded weights."""
    rows = {"32 bits": measure(setting, "32 bits", setting.network, None)}
    for name, precision in PRECISIONS.items():
        rows[name] = measure(setting, name, setting.network, precision)
    for name, precision in PRECISIONS.items():
        if precision.bits < 8 and (not options.train or name in options.train):
            rounded = copy.deepcopy(setting.network)
            qat.begin(rounded, precision)
            progress = _train(setting, rounded, options.minutes, STRENGTH[precision.bits])
            plain, scales = qat.finish(rounded)
            trained = f"{name}, trained"
            rows[trained] = measure(setting, trained, plain, precision, scales) | _effort(progress)
    return _beside(rows, "32 bits")


def pruned(setting: Setting, options: argparse.Namespace) -> dict[str, Any]:
    """A share of the units removed: before, after, and after learning from the whole network."""
    rows = {"whole": measure(setting, "whole", setting.network, None)}
    order = setting.windows.order(0)[:384]
    batches = [setting.windows.batch(order[i : i + 32]) for i in range(0, len(order), 32)]
    smaller = prune(setting.network, options.share, batches)
    rows["pruned"] = measure(setting, "pruned", smaller, None)
    progress = _train(setting, smaller, options.minutes, STRENGTH["prune"])
    recovered = "pruned, recovered"
    rows[recovered] = measure(setting, recovered, smaller, None) | _effort(progress)
    rows["pruned, 4 bits"] = measure(setting, "pruned, 4 bits", smaller, Precision(4))
    return _beside(rows, "whole") | {"share": options.share, "shape": asdict(smaller.shape)}


def distil(setting: Setting, steps: int, seeds: int, size: str) -> dict[str, Any]:
    """A small network with and without a teacher, same beginning, same text, same steps, for some seeds."""
    runs: list[dict[str, Any]] = []
    for seed in range(seeds):
        torch.manual_seed(seed)
        begun = Network(shape(size, setting.pieces.size))
        plan = Plan(steps=steps, batch=32, draws=0, seed=seed)
        row: dict[str, Any] = {"seed": seed}
        for name, objective in (("taught", Distillation(setting.network)), ("alone", None)):
            student = copy.deepcopy(begun)
            text = Windows(setting.windows.texts, setting.pieces.end, seed)
            progress = Trainer(student, text, plan, objective=objective).run(_reporter(f"{name} {seed}"))
            row[name] = fit(setting, student) | _effort(progress)
        runs.append(row)
        _CONSOLE.log(f"seed {seed}: {row}")
    out: dict[str, Any] = {
        "size": size, "parameters": begun.shape.parameters, "steps": steps, "places_a_step": 32 * 64,
        "of": setting.network.shape.parameters, "runs": runs,
    }  # fmt: skip
    for split in setting.sets:
        out[f"{split}_gain"] = paired([run["alone"][split] - run["taught"][split] for run in runs])
    return out


def paired(differences: Sequence[float]) -> dict[str, float]:
    """The mean of paired differences and its 95 % interval by Student's t."""
    mean = statistics.fmean(differences)
    count = len(differences)
    half = _T[count - 1] * statistics.stdev(differences) / math.sqrt(count) if count > 1 else math.nan
    return {"mean": mean, "low": mean - half, "high": mean + half, "pairs": count}


def measure(
    setting: Setting, name: str, network: Network, precision: Precision | None, scales: Any = None
) -> dict[str, Any]:
    """Size, fit, next words, time and memory of a network in some precision."""
    path = (setting.keep or setting.scratch) / f"{name.replace(',', '').replace(' ', '-')}.onnx"
    export(network.arrays(), network.shape, path, precision, scales=scales)
    graph, row = Graph(path), {"bytes": path.stat().st_size}
    row |= {split: graph.mean_nats(sets) for split, sets in setting.sets.items()}
    language = setting.recipe.language
    lexicon = load_lexicon(ModelHost().folder(f"{language}-general") / "lexicon.npz")[0]
    tally = predict(Neural(language, open_session(path), setting.pieces, lexicon), setting.typed)
    words = max(tally.words, 1)
    row |= {"next_word_top1": tally.first / words, "next_word_top3": tally.shown / words, "words": words}
    row |= asdict(footprint(path))
    _CONSOLE.log(f"{name}: {row}")
    return row


def fit(setting: Setting, network: Network) -> dict[str, Any]:
    """Nats a piece by split, of a network in floats."""
    path = setting.scratch / "student.onnx"
    export(network.arrays(), network.shape, path, None)
    graph = Graph(path)
    row: dict[str, Any] = {split: graph.mean_nats(sets) for split, sets in setting.sets.items()}
    return row | {"bytes": path.stat().st_size}


def _beside(rows: dict[str, dict[str, Any]], first: str) -> dict[str, Any]:
    """Each row with what its perplexity is worse by than that of the first, in percent."""
    for row in rows.values():
        for split in ("dev", "test"):
            if split in row:
                row[f"{split}_perplexity"] = math.exp(row[split])
                row[f"{split}_worse_percent"] = 100 * (math.exp(row[split] - rows[first][split]) - 1)
        row["size_ratio"] = rows[first]["bytes"] / row["bytes"]
    return {"rows": rows}


def _train(setting: Setting, network: Network, minutes: float, strength: float) -> Progress:
    plan, objective = replace(tuning_plan(strength), seconds=60 * minutes), Distillation(setting.network)
    return Trainer(network, setting.windows, plan, objective=objective).run(_reporter("training"))


def _effort(progress: Progress) -> dict[str, Any]:
    return {"steps": progress.step, "seconds": progress.seconds, "pieces": progress.pieces}


def _reporter(name: str) -> Callable[[Progress], None]:
    def report(progress: Progress) -> None:
        if progress.step % 100 == 0:
            _CONSOLE.log(
                f"{name}: {100 * progress.done:.0f} %  step {progress.step}  loss {progress.loss:.3f}"
            )

    return report


def _setting(options: argparse.Namespace, scratch: Path) -> Setting:
    recipe = RECIPES[options.language]
    network = checkpoint.load(options.network)[0]
    path = options.network.with_name("pieces.model")
    pieces = Pieces.load(path)
    texts = _encoded(recipe, pieces, path, options.cache)
    domains = {"dev": recipe.dev, "test": recipe.test}
    sets = {
        split: [
            held_out(read_lines(data("text", split, recipe.language, f"{name}.txt")), pieces, options.lines)
            for name in names
        ]
        for split, names in domains.items()
    }
    typed = []
    for name in recipe.dev:
        with data("text", "dev", recipe.language, f"{name}.txt").open(encoding="utf-8") as file:
            typed += [line for line, _ in zip(file, range(options.typed), strict=False)]
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
    windows = Windows(texts, pieces.end, 0)
    return Setting(network, pieces, windows, sets, typed, recipe, scratch, options.keep)


def _encoded(recipe: Recipe, pieces: Pieces, path: Path, cache: Path) -> list[Text]:
    """The training text in these pieces, kept in the cache."""
    folder = cache / f"pieces-{sha256_of(path)[:16]}"
    files = {name: folder / f"{name}.npy" for name in recipe.shown}
    if not all(file.exists() for file in files.values()):
        corpus = load_corpus(data("text", "train", recipe.language), list(recipe.shown), cache)
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in zip(recipe.shown, piece_texts(corpus, pieces, recipe.shown), strict=True):
            np.save(files[name], text.pieces)
    return [Text(np.load(files[name], mmap_mode="r"), weight) for name, weight in recipe.shown.items()]


def _show(report: dict[str, Any]) -> None:
    console = stdout()
    for part in ("bits", "prune"):
        if part not in report:
            continue
        heads = (
            "MB",
            "x smaller",
            "dev ppl",
            "%",
            "test ppl",
            "%",
            "next 1 / 3 %",
            "step p50 / p99 ms",
            "RSS MB",
        )
        table = Table(part, *heads, box=None)
        for name, row in report[part]["rows"].items():
            table.add_row(
                name, f"{row['bytes'] / 1e6:.2f}", f"{row['size_ratio']:.2f}",
                f"{row['dev_perplexity']:.2f}", f"{row['dev_worse_percent']:+.2f}",
                f"{row['test_perplexity']:.2f}", f"{row['test_worse_percent']:+.2f}",
                f"{100 * row['next_word_top1']:.1f} / {100 * row['next_word_top3']:.1f}",
                f"{row['step_p50_ms']:.3f} / {row['step_p99_ms']:.3f}", f"{row['rss_mb']:.0f}",
            )  # fmt: skip
        console.print(table)
    for split in ("dev", "test"):
        gain = report.get("distil", {}).get(f"{split}_gain")
        if gain:
            interval = f"[{gain['low']:.4f}, {gain['high']:.4f}]"
            console.print(f"a teacher saves {gain['mean']:.4f} nats a piece {interval} on {split}")


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", type=Path, metavar="NETWORK.pt")
    parser.add_argument("--language", choices=sorted(RECIPES), default="en")
    parser.add_argument("--part", choices=PARTS, action="append", help="all without any")
    trained = [name for name, precision in PRECISIONS.items() if precision.bits < 8]
    parser.add_argument("--train", choices=trained, action="append", help="with these; all without any")
    parser.add_argument("--minutes", type=float, default=7.0, help="of each training (default: 7)")
    parser.add_argument("--share", type=float, default=0.3, help="of the units to prune (default: 0.3)")
    parser.add_argument("--steps", type=int, default=300, help="of each student (default: 300)")
    parser.add_argument("--seeds", type=int, choices=range(2, 11), default=3, help="pairs of students")
    parser.add_argument("--size", default="tiny", help="of the students (default: tiny)")
    parser.add_argument("--lines", type=int, default=200, help="of each domain that are measured")
    parser.add_argument("--typed", type=int, default=30, help="of each domain whose next words are predicted")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    parser.add_argument("--keep", type=Path, help="folder for the graphs that were measured")
    parser.add_argument("--out", type=Path, help="JSON file for the figures; other parts in it stay")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
