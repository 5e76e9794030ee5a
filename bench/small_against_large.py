"""The claim itself: a small network tuned to a domain against a general one of ten times its size.

    python bench/small_against_large.py --out FOLDER [--without-domain] [--epochs 6] [--threads 1] [--json]

A large network learns one text of some 2.6 million words until another epoch at a quarter of the learning
rate gains less than 1 % of dev perplexity. A network of a tenth of its weights learns from it (distillation)
and is then tuned to English medical text, taught by the large one tuned to the same. All are laid side by
side on the test text of that domain and on the other test sets, in floats and in 4 bits.

The domain's text is in what the large network learns, as any other source is: it has seen all that the small
one has. ``--without-domain`` leaves it out there. Dev text decides when to stop, test text decides nothing.
Needs the shared data (SKOROPIS_SHARED) and the extra ``train``. Everything is taken up where it was left.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from platformdirs import user_cache_path
from rich.table import Table
from shared import data

from skoropis.cli.console import stderr, stdout
from skoropis.files import write_atomic
from skoropis.lm.pieces import Pieces
from skoropis.metrics.bootstrap import ratio_interval
from skoropis_foundry.corpus import END, Corpus, load_corpus, read_lines
from skoropis_foundry.footprint import footprint
from skoropis_foundry.neural import checkpoint
from skoropis_foundry.neural.distil import Distillation
from skoropis_foundry.neural.export import export
from skoropis_foundry.neural.graph import Graph
from skoropis_foundry.neural.held_out import HeldOut, held_out, mean_nats
from skoropis_foundry.neural.network import Network
from skoropis_foundry.neural.plan import Plan
from skoropis_foundry.neural.quantize import Precision
from skoropis_foundry.neural.shape import SIZES, Shape
from skoropis_foundry.neural.trainer import Objective, Progress, Trainer
from skoropis_foundry.neural.widen import widened
from skoropis_foundry.neural.windows import Text, Windows
from skoropis_foundry.pieces import PieceTable, train_pieces
from skoropis_foundry.recipe import ENGLISH

DOMAIN = "medical"
GENERAL = {
    "classics": 400_000, "commonvoice": 600_000, "topical_chat": 400_000, "masc": 300_000,
    "ubuntu_irc": 250_000, "it_libreoffice_help": 150_000, "ud_ewt": 170_000, "sgd_dialogues": 100_000,
    "taskmaster": 100_000, "assistant_queries": 80_000, "nltk_state_union": 100_000,
}  # fmt: skip
"""The first so many tokens of each source: few enough that a large network converges on two cores."""
SMALL = (72, (112, 112), (0, 0))
"""Width, recurrent units and feed-forward units of the small network."""
BATCH = 64
_MORE = 4
"""Epochs at most beyond those planned, while each still brings 1 % or more."""
_CONSOLE = stderr()


@dataclass(frozen=True, slots=True)
class Setting:
    """What is learned from and what is measured on."""

    out: Path
    pieces: Pieces
    everything: Windows
    domain: Windows
    dev: dict[str, HeldOut]
    test: dict[str, HeldOut]

    def others(self, split: str) -> list[HeldOut]:
        """All sets of ``dev`` or ``test`` but the domain's."""
        sets: dict[str, HeldOut] = getattr(self, split)
        return [text for name, text in sets.items() if name != DOMAIN]


def main(arguments: Sequence[str] | None = None) -> None:
    """Train what is not there yet, measure, print."""
    options = _options().parse_args(arguments)
    torch.set_num_threads(options.threads)
    options.out.mkdir(parents=True, exist_ok=True)
    setting = setting_of(options)
    teacher, learned = _teacher(setting, options.epochs)
    small = _network(setting, SMALL, options.seed)
    student = _learn(
        setting, "student", small, setting.everything, options.student_epochs,
        lambda net: mean_nats(net, list(setting.dev.values())), Distillation(teacher),
    )[0]  # fmt: skip

    def in_domain(network: Network) -> float:
        return setting.dev[DOMAIN].nats(network)

    tuned_teacher = _learn(
        setting, "teacher-tuned", copy.deepcopy(teacher), setting.domain, 3, in_domain, rate=0.3
    )[0]
    tuned = _learn(
        setting, "student-tuned", copy.deepcopy(student), setting.domain, options.tuning_epochs, in_domain,
        Distillation(tuned_teacher, 0.6), rate=0.6,
    )[0]  # fmt: skip
    rows = {}
    for name, network in {
        "large, general": teacher, "small, general": student, "small, tuned": tuned,
        "large, tuned": tuned_teacher,
    }.items():  # fmt: skip
        for bits in (32, 4):
            rows[f"{name}, {bits} bits"] = measure(setting, f"{name}-{bits}", network, bits)
    bits_of = {name: row.pop("domain_lines_bits") for name, row in rows.items()}
    large = bits_of["large, general, 32 bits"]
    for name, row in rows.items():
        saved = [one - other for one, other in zip(large, bits_of[name], strict=True)]
        row["domain_bits_saved"] = asdict(ratio_interval(saved, large))
    report = {"teacher": learned, "domain": DOMAIN, "without_domain": options.without_domain, "rows": rows}
    write_atomic(options.out / "report.json", (json.dumps(report, indent=1) + "\n").encode())
    if options.json:
        print(json.dumps(report))
    else:
        _show(report)


def measure(setting: Setting, name: str, network: Network, bits: int) -> dict[str, Any]:
    """Bits a character on the domain and elsewhere, and what it costs in size, memory and time."""
    path = setting.out / (name.replace(", ", "-") + ".onnx")
    packed = network if bits == 32 else widened(network)
    export(packed.arrays(), packed.shape, path, None if bits == 32 else Precision(bits))
    graph = Graph(path)
    row: dict[str, Any] = {"weights": network.shape.parameters, "bytes": path.stat().st_size}
    for split in ("dev", "test"):
        texts: dict[str, HeldOut] = getattr(setting, split)
        fit = {}
        for text_name, text in texts.items():
            begun, (nats, _) = time.process_time(), graph.total(text)
            fit[text_name] = nats / math.log(2) / text.characters
            if text_name == DOMAIN:
                row[f"{split}_cpu_seconds"] = time.process_time() - begun
        elsewhere = [value for text_name, value in fit.items() if text_name != DOMAIN]
        row |= {f"{split}_domain_bpc": fit[DOMAIN], f"{split}_sets": fit}
        row[f"{split}_general_bpc"] = sum(elsewhere) / len(elsewhere)
    row["domain_lines_bits"] = [
        graph.total(HeldOut((line,), 1))[0] / math.log(2) for line in setting.test[DOMAIN].lines
    ]
    return row | asdict(footprint(path))


def _teacher(setting: Setting, epochs: int) -> tuple[Network, dict[str, Any]]:
    """The large network once it has converged, and what each epoch after the planned ones brought."""

    def fit(network: Network) -> float:
        return mean_nats(network, list(setting.dev.values()))

    begun = _network(setting, SIZES["base"], 0)
    network, told = _learn(setting, "teacher-0", begun, setting.everything, epochs, fit)
    best = min(loss for _, loss in told["measured"])
    curve, seconds, gains = list(told["measured"]), told["seconds"], []
    for number in range(1, _MORE + 1):
        more, told = _learn(
            setting, f"teacher-{number}", copy.deepcopy(network), setting.everything, 1, fit, rate=0.25
        )
        then = min(loss for _, loss in told["measured"])
        gains.append(100 * (1 - math.exp(then - best)))
        _CONSOLE.log(f"one more epoch: {gains[-1]:+.2f} % of dev perplexity")
        curve, seconds = curve + told["measured"], seconds + told["seconds"]
        if then < best:
            network, best = more, then
        if gains[-1] < 1:
            break
    checkpoint.save(setting.out / "teacher.pt", network, {})
    return network, {"curve": curve, "more_epochs_gain_percent": gains, "cpu_seconds": seconds}


def _learn(
    setting: Setting, name: str, network: Network, windows: Windows, epochs: int,
    fit: Callable[[Network], float], objective: Objective | None = None, rate: float = 1.0,
) -> tuple[Network, dict[str, Any]]:  # fmt: skip
    """``network`` after so many epochs, as it was where ``fit`` (dev nats a piece) was lowest."""
    kept, store = setting.out / f"{name}.pt", setting.out / f"{name}.training.pt"
    if kept.exists():
        network, told, _ = checkpoint.load(kept)
        return network, told
    steps = epochs * (len(windows.order(0)) // BATCH)
    plain = Plan()
    plan = Plan(
        steps=steps, batch=BATCH, draws=0, matrix_rate=plain.matrix_rate * rate, rate=plain.rate * rate
    )
    trainer = Trainer(network, windows, plan, objective=objective, store=store)

    def told_of(progress: Progress) -> dict[str, Any]:
        return {"measured": progress.measured, "seconds": progress.seconds, "pieces": progress.pieces}

    def measured() -> float:
        nats, progress = fit(network), trainer.progress
        speed = progress.pieces / max(progress.seconds, 1e-9)
        _CONSOLE.log(f"{name}: {progress.step}/{steps} steps  dev {nats:.4f}  {speed:,.0f} pieces/s")
        if nats < min((loss for _, loss in progress.measured), default=math.inf):
            progress.measured.append((progress.pieces, nats))
            checkpoint.save(setting.out / f"{name}.best.pt", network, told_of(progress))
            progress.measured.pop()
        return nats

    progress = trainer.run(measure=measured, every=1 / max(epochs, 4))
    best = checkpoint.load(setting.out / f"{name}.best.pt")[0]
    checkpoint.save(kept, best, told_of(progress))
    store.unlink(missing_ok=True)
    return best, told_of(progress)


def _network(setting: Setting, size: tuple[int, tuple[int, ...], tuple[int, ...]], seed: int) -> Network:
    torch.manual_seed(seed)
    return Network(Shape(setting.pieces.size, *size))


def setting_of(options: argparse.Namespace) -> Setting:
    """The texts; makes the pieces where they are not there yet."""
    corpus = load_corpus(data("text", "train", "en"), list(ENGLISH.shown), options.cache)
    texts = {name: _first(corpus, name, tokens) for name, tokens in GENERAL.items()}
    domain = corpus.texts[DOMAIN]
    if not options.without_domain:
        texts[DOMAIN] = domain
    path = options.out / "pieces.model"
    if not path.exists():
        numbers = np.bincount(np.concatenate([*texts.values(), domain]), minlength=len(corpus.words))
        counts = Counter(
            {word: int(n) for word, n in zip(corpus.words, numbers.tolist(), strict=True) if n and word}
        )
        write_atomic(path, train_pieces(counts, options.pieces))
    pieces = Pieces.load(path)
    table = PieceTable(pieces, corpus.words)
    encoded = [Text(table.encode(text)) for text in texts.values()]
    _CONSOLE.log(f"{sum(len(text.pieces) for text in encoded):,} pieces an epoch, {pieces.size} different")

    def held(split: str, names: Sequence[str], limit: int | None) -> dict[str, HeldOut]:
        return {
            name: held_out(read_lines(data("text", split, "en", f"{name}.txt")), pieces, limit)
            for name in names
        }

    return Setting(
        options.out, pieces, Windows(encoded, pieces.end), Windows([Text(table.encode(domain))], pieces.end),
        held("dev", ENGLISH.dev, 300), held("test", ENGLISH.test, None),
    )  # fmt: skip


def _first(corpus: Corpus, name: str, tokens: int) -> NDArray[np.int32]:
    """The beginning of a source, up to a sentence's end."""
    text = corpus.texts[name]
    ends = np.flatnonzero(text[:tokens] == END)
    return text[: ends[-1] + 1]


def _show(report: dict[str, Any]) -> None:
    heads = (
        "weights", "MB", "domain bpc", "fewer bits, %", "elsewhere bpc", "CPU-s, domain", "step p50 / p99 ms",
        "RSS MB (own)",
    )  # fmt: skip
    table = Table("network", *heads, box=None)
    for name, row in report["rows"].items():
        table.add_row(
            name, f"{row['weights']:,}", f"{row['bytes'] / 1e6:.2f}", f"{row['test_domain_bpc']:.3f}",
            _percent(row["domain_bits_saved"]), f"{row['test_general_bpc']:.3f}",
            f"{row['test_cpu_seconds']:.1f}", f"{row['step_p50_ms']:.3f} / {row['step_p99_ms']:.3f}",
            f"{row['rss_mb']:.0f} ({row['own_mb']:.0f})",
        )  # fmt: skip
    console = stdout()
    console.print(table)
    gain = report["teacher"]["more_epochs_gain_percent"][-1]
    console.print(f"the last epoch brought the large network {gain:+.2f} % of dev perplexity")


def _percent(interval: dict[str, float]) -> str:
    value, low, high = (100 * interval[key] for key in ("value", "low", "high"))
    return f"{value:+.1f} [{low:+.1f}, {high:+.1f}]"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder for networks and figures")
    parser.add_argument("--without-domain", action="store_true", help="kept from the large network")
    parser.add_argument("--epochs", type=int, default=6, help="of the large network (default: 6)")
    parser.add_argument("--student-epochs", type=int, default=4)
    parser.add_argument("--tuning-epochs", type=int, default=12)
    parser.add_argument("--pieces", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    main(sys.argv[1:])
