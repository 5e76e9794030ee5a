"""Several processes train as one would with the larger batch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("matplotlib")

from skoropis.models.host import ModelHost
from skoropis.paths import cache_dir

WORKER = """
import sys
from dataclasses import replace
from pathlib import Path
import numpy as np
from skoropis_foundry.tuning import network
from skoropis_foundry.tuning.network import Job, Training, Way
from skoropis_foundry.tuning.ranks import Ranks

base, out, batch = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
network.WAYS["tuned"] = Way(0.01, 1e-3, 3, batch)
plan = network.plan
network.plan = lambda *told: replace(plan(*told), precision="fp32", steps=6)
lines = Path(sys.argv[4]).read_text().splitlines()
job = Job(str(base / "pieces.model"), str(base / "neural.onnx"), None, 600.0, 600.0, 0, 1)
with Ranks() as ranks:
    training = Training(job, out, lines[:200], tuple(lines[200:]), ranks)
    training.run(lambda *_: None)
    np.savez(out / f"{batch}-{ranks.rank}.npz", **training.network.arrays())
"""


def run(count: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module or a script in ``count`` processes."""
    command = [sys.executable]
    if count > 1:
        command += ["-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(count)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(  # noqa: S603
        [*command, *arguments], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done


def test_two_processes_end_with_the_weights_of_one_with_the_doubled_batch(
    base_models: Path, notes: Path, tmp_path: Path
) -> None:
    worker, text, out = tmp_path / "worker.py", tmp_path / "text.txt", tmp_path / "out"
    worker.write_text(WORKER)
    text.write_text("".join(path.read_text() for path in sorted(notes.glob("*.txt"))))
    out.mkdir()
    base = base_models / "en-general"
    run(2, str(worker), str(base), str(out), "8", str(text))
    for name in ("best.pt", "training.pt"):
        (out / name).unlink(missing_ok=True)
    run(1, str(worker), str(base), str(out), "16", str(text))

    first, second, single = (dict(np.load(out / name)) for name in ("8-0.npz", "8-1.npz", "16-0.npz"))
    from skoropis_foundry.neural.export import read_back

    begun = read_back(base / "neural.onnx")[0]
    for name, value in single.items():
        assert np.array_equal(first[name], second[name]), name
        # Sums in another order; Muon works in bfloat16 and Adam divides small gradients by themselves.
        moved, apart = (float(np.linalg.norm(value - other[name])) for other in (begun, first))
        assert moved > 0, name
        assert apart < 0.05 * moved, name


def test_the_command_trains_in_two_processes(
    base_models: Path, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKOROPIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SKOROPIS_MODELS", str(base_models))
    done = run(2, "-m", "skoropis_foundry.cli.train", str(notes), "--name", "both")

    assert done.stdout.count("both is installed") == 1
    assert done.stderr.count("reading the texts") == 1
    ModelHost().verify("both")
    assert not list((cache_dir() / "train").iterdir())


def test_what_stops_the_first_process_stops_the_others(
    base_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKOROPIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SKOROPIS_MODELS", str(base_models))
    (tmp_path / "empty").mkdir()
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    command += ["-m", "skoropis_foundry.cli.train", str(tmp_path / "empty"), "--name", "both"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=200, check=False)  # noqa: S603
    assert done.returncode != 0
    assert done.stderr.count("skoropis: error: no text in") == 1
