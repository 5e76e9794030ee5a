"""The picture of a training: how the loss fell."""

from __future__ import annotations

import io
from pathlib import Path

from skoropis.files import write_atomic

from .network import Trained

PICTURE = "training.png"


def draw(trained: Trained, path: Path) -> None:
    """Draw the loss on the text and on held-out text against the pieces shown. Raises SkoropisError."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    if trained.curve:
        axes.plot(*zip(*trained.curve, strict=True), color="C0", marker=".", alpha=0.7, label="training text")
    axes.plot(*zip(*trained.measured, strict=True), "o-", color="C1", label="held-out text")
    axes.axhline(trained.dev_best, color="C1", linestyle=":", linewidth=1)
    axes.set_xlabel("pieces shown")
    axes.set_ylabel("loss, nats a piece")
    axes.legend(frameon=False)
    axes.grid(alpha=0.3)
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=120)
    write_atomic(path, out.getvalue())
