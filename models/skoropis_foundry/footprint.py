"""What a step graph takes: time and memory, measured in a process of its own."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from skoropis.errors import ModelError
from skoropis.metrics.latency import milliseconds

STEPS = 400
_WARM = 30


@dataclass(frozen=True, slots=True)
class Footprint:
    """A graph alone: one piece read and the chances of all pieces told, on one core."""

    step_p50_ms: float
    """Processor time, so that what else runs on the machine counts less."""
    step_p99_ms: float
    rss_mb: float
    """Peak of the whole process, Python and ONNX Runtime included."""
    own_mb: float
    """What of it came with the graph: the peak, less what was taken before the graph was loaded."""


def footprint(path: Path, steps: int = STEPS) -> Footprint:
    """Measure a graph in a fresh process. Raises ModelError when it cannot be run."""
    return Footprint(**json.loads(fresh("skoropis_foundry.footprint", str(path), str(steps))))


def fresh(module: str, *arguments: str) -> str:
    """What ``python -m module`` prints. Raises ModelError with its last line when it fails."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own code
    if done.returncode:
        told = done.stderr.strip().splitlines()
        raise ModelError(told[-1] if told else f"{module} ended with code {done.returncode}")
    return done.stdout


def peak_rss_mb() -> float:
    """Most memory that this process had resident so far, in MB."""
    # Linux hands the maximum that getrusage tells from the process before down to the one that it starts.
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        status = ""
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    if found:
        return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


def measure(path: Path, steps: int = STEPS) -> Footprint:
    """Measure a graph in this process, which should have done nothing before. Raises ModelError."""
    import onnxruntime

    from skoropis.lm.neural import open_session

    del onnxruntime  # loaded, so that its own memory counts as taken before
    before = peak_rss_mb()
    session = open_session(path)
    width = int(session.get_inputs()[1].shape[1])
    vocabulary = int(session.get_outputs()[1].shape[1])
    pieces = np.random.default_rng(0).integers(0, vocabulary, size=(steps + _WARM, 1))
    state = np.zeros((1, width), dtype=np.float32)
    predict = np.array(True)
    seconds = []
    for piece in pieces:
        begun = time.process_time_ns()
        state, _ = session.run(None, {"pieces": piece, "state": state, "predict": predict})
        seconds.append((time.process_time_ns() - begun) / 1e9)
    seconds = seconds[_WARM:]
    peak = peak_rss_mb()
    return Footprint(milliseconds(seconds, 50), milliseconds(seconds, 99), peak, peak - before)


if __name__ == "__main__":
    try:
        print(json.dumps(asdict(measure(Path(sys.argv[1]), int(sys.argv[2])))))
    except ModelError as error:
        sys.exit(str(error))
