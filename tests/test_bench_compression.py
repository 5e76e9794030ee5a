"""The study of compression, on a network of a few thousand weights."""

from __future__ import annotations

import importlib.util
import math
import sys
from argparse import Namespace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")

from skoropis.lm.pieces import Pieces  # noqa: E402
from skoropis_foundry.footprint import Footprint  # noqa: E402
from skoropis_foundry.neural.held_out import HeldOut  # noqa: E402
from skoropis_foundry.neural.network import Network  # noqa: E402
from skoropis_foundry.neural.plan import Plan  # noqa: E402
from skoropis_foundry.neural.shape import Shape  # noqa: E402
from skoropis_foundry.neural.trainer import Trainer  # noqa: E402
from skoropis_foundry.neural.windows import Text, Windows  # noqa: E402
from skoropis_foundry.pieces import train_pieces  # noqa: E402
from skoropis_foundry.recipe import RECIPES  # noqa: E402

BENCH = Path(__file__).parents[1] / "bench"
SYLLABLES = ["ka", "to", "ri", "men", "sol", "vu", "pa", "li"]


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    sys.path.insert(0, str(BENCH))  # it finds what the benches share
    try:
        spec = importlib.util.spec_from_file_location("bench_compression", BENCH / "compression.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(str(BENCH))
    return module


@pytest.fixture
def setting(bench: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    words = [a + b + c for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES[:3]]
    counts = {word: 10 + 7 * place % 31 for place, word in enumerate(words)}
    pieces = Pieces.from_bytes(train_pieces(counts, 330))
    random = np.random.default_rng(0)
    follows = random.integers(270, 330, (330, 3))
    ids = [pieces.end]
    for place in range(4000):
        step = int(follows[ids[-1], random.choice(3, p=[0.8, 0.1, 0.1])])
        ids.append(pieces.end if place % 12 == 11 else step)
    text = np.array(ids, dtype=np.uint16)
    lines = tuple(text[i : i + 13].astype(np.int64) for i in range(0, 1200, 12))
    windows = Windows([Text(text)], pieces.end, length=16)
    torch.manual_seed(0)
    network = Network(Shape(330, 32, (96,), (64,)))
    Trainer(network, windows, Plan(steps=80, batch=16, draws=0, precision="fp32")).run()
    monkeypatch.setattr(bench, "footprint", lambda path: Footprint(1.0, 2.0, 50.0, 5.0))
    monkeypatch.setattr(bench, "replace", lambda plan, seconds: Plan(steps=20, batch=8, draws=0))
    monkeypatch.setitem(bench.shape.__globals__["SIZES"], "tiny", (32, (32,), (0,)))
    sets = {"dev": [HeldOut(lines[:50], 2000)], "test": [HeldOut(lines[50:], 2000)]}
    return bench.Setting(network, pieces, windows, sets, ["kato."], RECIPES["en"], tmp_path, None)


def test_bits_are_compared_before_and_after_training(bench: ModuleType, setting: object) -> None:
    rows = bench.bits(setting, Namespace(train=["2 bits"], minutes=1))["rows"]
    assert list(rows) == ["32 bits", "8 bits", "4 bits", "2 bits", "2 bits, embeddings 4", "2 bits, trained"]
    sizes = [rows[name]["bytes"] for name in ("32 bits", "8 bits", "4 bits", "2 bits")]
    assert sizes == sorted(sizes, reverse=True)
    assert rows["32 bits"]["dev_worse_percent"] == 0
    assert rows["2 bits, trained"]["dev"] < rows["2 bits"]["dev"]
    assert rows["2 bits, trained"]["steps"] == 20
    assert rows["2 bits"]["dev_perplexity"] == pytest.approx(math.exp(rows["2 bits"]["dev"]))


def test_pruning_is_measured_before_and_after_recovery(bench: ModuleType, setting: object) -> None:
    told = bench.pruned(setting, Namespace(share=0.4, minutes=1))
    rows = told["rows"]
    assert list(rows) == ["whole", "pruned", "pruned, recovered", "pruned, 4 bits"]
    assert rows["pruned"]["bytes"] == rows["pruned, recovered"]["bytes"] < rows["whole"]["bytes"]
    assert rows["pruned, recovered"]["dev"] < rows["pruned"]["dev"]


def test_students_are_paired_by_seed(bench: ModuleType, setting: object) -> None:
    told = bench.distil(setting, steps=10, seeds=2, size="tiny")
    assert [run["seed"] for run in told["runs"]] == [0, 1]
    gains = [run["alone"]["dev"] - run["taught"]["dev"] for run in told["runs"]]
    assert told["dev_gain"]["mean"] == pytest.approx(sum(gains) / 2)
    assert told["dev_gain"]["low"] < told["dev_gain"]["mean"] < told["dev_gain"]["high"]


def test_the_interval_is_students(bench: ModuleType) -> None:
    told = bench.paired([1.0, 2.0, 3.0])
    assert told["mean"] == 2
    assert told["high"] - told["mean"] == pytest.approx(4.303 / math.sqrt(3))
