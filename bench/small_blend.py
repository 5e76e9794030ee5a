"""The claim as a model that can be shipped: a tuned blend of a tenth of the size against the large network.

    python bench/small_blend.py --out FOLDER [--lines 1450] [--json]

Takes the networks that ``small_against_large.py`` left in FOLDER. The small one, tuned, learns on for some
minutes with weights of 4 bits and is joined with n-grams of the same domain text, pruned until all files
together are a tenth of the large network's own file; the weights of the blend come from half of the domain's
dev text. The large network is measured as it was trained, in floats, and in 4 bits. Bits are of all tokens,
unknown words included, for each character; test text decides nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import small_against_large as nets
import torch
from platformdirs import user_cache_path
from rich.table import Table
from shared import data

from skoropis.cli.console import stderr, stdout
from skoropis.files import write_atomic
from skoropis.lm.neural import Neural
from skoropis.lm.tokens import lm_tokens
from skoropis.metrics.bootstrap import ratio_interval
from skoropis.models.host import ModelHost
from skoropis.protocols import LanguageModel
from skoropis_foundry.blend_weights import weigh
from skoropis_foundry.corpus import read_lines
from skoropis_foundry.neural import checkpoint, qat
from skoropis_foundry.neural.distil import Distillation
from skoropis_foundry.neural.export import export
from skoropis_foundry.neural.network import Network
from skoropis_foundry.neural.plan import Plan
from skoropis_foundry.neural.quantize import Precision
from skoropis_foundry.neural.trainer import Trainer
from skoropis_foundry.neural.widen import widened
from skoropis_foundry.recipe import ENGLISH
from skoropis_foundry.user_ngram import make_user_ngram

SHARE = 0.1
"""Of the large network's file: what the blend may take."""
_CONSOLE = stderr()


def main() -> None:
    """Build the blend, measure, print."""
    options = _options().parse_args()
    torch.set_num_threads(options.threads)
    teacher, tuned = (checkpoint.load(options.out / f"{name}.pt")[0] for name in ("teacher", "student-tuned"))
    whole = _packed(options.out, "large-32", teacher, None)
    packed = _packed(options.out, "large-4", teacher, Precision(4))
    budget = SHARE * sum(path.stat().st_size for path in whole.iterdir())
    general = ModelHost(("en",)).language_model("en")
    precision = Precision(4).fitting(widened(tuned).shape.width)
    rounded, scales = _rounded(nets.setting_of(options), tuned, precision, options.steps)
    small = _packed(options.out, "small-blend", rounded, precision, scales)
    train = list(read_lines(data("text", "train", "en", f"{nets.DOMAIN}.txt.xz")))
    dev = _lines("dev", nets.DOMAIN)
    room = (budget - sum(path.stat().st_size for path in small.iterdir()) - 1000) / 1e6
    ngram = make_user_ngram(train, dev[1::2], "en", general, small, budget_mb=room)
    _CONSOLE.log(f"{ngram}")
    models: dict[str, tuple[Path, LanguageModel]] = {
        "small blend, tuned": (small, weigh(small, (lm_tokens(line) for line in dev[::2]))),
    }
    for name, folder in (("large, 32 bits", whole), ("large, 4 bits", packed)):
        models[name] = (folder, Neural.load(folder, "en", general.lexicon))  # type: ignore[arg-type]
    rows: dict[str, dict[str, Any]] = {}
    bits: dict[str, list[float]] = {}
    for name, (folder, model) in models.items():
        size = sum(path.stat().st_size for path in folder.iterdir())
        begun = time.process_time()
        bits[name], characters = _bits(model, _lines("test", nets.DOMAIN)[: options.lines])
        seconds = time.process_time() - begun
        held, count = _bits(model, dev[1::2])
        rows[name] = {
            "bytes": size,
            "dev_domain_bpc": sum(held) / count,
            "domain_bpc": sum(bits[name]) / characters,
            "cpu_ms_per_100_characters": 1e5 * seconds / characters,
        }
        others = [_bits(model, _lines("test", each)[:300]) for each in ENGLISH.test if each != nets.DOMAIN]
        rows[name]["general_bpc"] = sum(sum(told) / count for told, count in others) / len(others)
        _CONSOLE.log(f"{name}: {rows[name]}")
    large = bits["large, 32 bits"]
    for name, row in rows.items():
        saved = [one - other for one, other in zip(large, bits[name], strict=True)]
        row["bits_saved"] = asdict(ratio_interval(saved, large))
        row["size_ratio"] = rows["large, 32 bits"]["bytes"] / row["bytes"]
    write_atomic(options.out / "blend.json", (json.dumps(rows, indent=1) + "\n").encode())
    if options.json:
        print(json.dumps(rows))
    else:
        _show(rows)


def _rounded(
    setting: nets.Setting, network: Network, precision: Precision, steps: int
) -> tuple[Network, dict[str, Any]]:
    """The tuned network after it has learned with the weights that few bits leave it, and its scales."""
    teacher = checkpoint.load(setting.out / "teacher-tuned.pt")[0]
    wide, plain = widened(network), Plan()
    plan = Plan(
        steps=steps, batch=nets.BATCH, draws=0, matrix_rate=plain.matrix_rate * 0.3, rate=plain.rate * 0.3
    )
    qat.begin(wide, precision)
    Trainer(wide, setting.domain, plan, objective=Distillation(teacher, 0.6)).run()
    return qat.finish(wide)


def _packed(
    out: Path, name: str, network: Network, precision: Precision | None, scales: dict[str, Any] | None = None
) -> Path:
    """A folder with the network and its pieces."""
    folder = out / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    network = network if precision is None else widened(network)
    export(network.arrays(), network.shape, folder / "neural.onnx", precision, scales=scales)
    shutil.copy(out / "pieces.model", folder / "pieces.model")
    return folder


def _lines(split: str, name: str) -> list[str]:
    return [line.strip() for line in read_lines(data("text", split, "en", f"{name}.txt"))]


def _bits(model: LanguageModel, lines: Iterable[str]) -> tuple[list[float], int]:
    """Bits that each line costs, and the characters of all with a space for each token."""
    out, characters = [], 0
    for line in lines:
        state, total = model.start(), 0.0
        for token in lm_tokens(line):
            logprob, state = model.score(state, token)
            total -= logprob / math.log(2)
            characters += len(token) + 1
        out.append(total)
    return out, characters


def _show(rows: dict[str, dict[str, Any]]) -> None:
    table = Table(
        "model",
        "MB",
        "x smaller",
        "domain bpc",
        "fewer bits, %",
        "elsewhere bpc",
        "CPU ms / 100 char",
        box=None,
    )
    for name, row in rows.items():
        value, low, high = (100 * row["bits_saved"][key] for key in ("value", "low", "high"))
        table.add_row(
            name, f"{row['bytes'] / 1e6:.2f}", f"{row['size_ratio']:.1f}", f"{row['dev_domain_bpc']:.3f}",
            f"{row['domain_bpc']:.3f}",
            f"{value:+.1f} [{low:+.1f}, {high:+.1f}]", f"{row['general_bpc']:.3f}",
            f"{row['cpu_ms_per_100_characters']:.1f}",
        )  # fmt: skip
    stdout().print(table)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of small_against_large.py")
    parser.add_argument("--lines", type=int, default=1450, help="of the domain's test text")
    parser.add_argument("--steps", type=int, default=600, help="of training with rounded weights")
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    parser.add_argument("--pieces", type=int, default=2000)
    parser.add_argument("--without-domain", action="store_true")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    return parser


if __name__ == "__main__":
    main()
