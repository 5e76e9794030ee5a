"""A picture of models beside each other."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skoropis.errors import InputError
from skoropis.files import write_atomic

from .compare import Compared

_MARKERS = "osD^vP*X<>hd"
_KINDS = ("png", "svg", "pdf")


def plot(rows: Sequence[Compared], path: Path) -> None:
    """Draw bits per character against size, and against the time of a word.

    Raises InputError for a kind of file that cannot be drawn, or without matplotlib (extra ``foundry``).
    """
    kind = path.suffix.lstrip(".").lower()
    if kind not in _KINDS:
        raise InputError(f"a plot is written as {', '.join(_KINDS)}; {path.name} is none of them")
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError("plots need matplotlib; install skoropis[foundry]") from error
    figure = Figure(figsize=(10, 4.6), layout="constrained")
    FigureCanvasAgg(figure)
    by_size, by_time = figure.subplots(1, 2, sharey=True)
    _panel(by_size, [row.bytes / 1e6 for row in rows], rows, "size of all files, MB")
    _panel(by_time, [row.step_p50_ms for row in rows], rows, "processor time of a word (median), ms")
    by_size.set_ylabel("bits per character (fewer is better)")
    # Names stand below and not beside the points, where those of like models would lie upon one another.
    handles, names = by_size.get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=min(len(names), 3), frameon=False)
    out = io.BytesIO()
    figure.savefig(out, format=kind, dpi=150)
    write_atomic(path, out.getvalue())


def _panel(axes: Any, places: Sequence[float], rows: Sequence[Compared], label: str) -> None:
    for number, (place, row) in enumerate(zip(places, rows, strict=True)):
        axes.plot(
            place, row.bits_per_character, _MARKERS[number % len(_MARKERS)], color=f"C{number % 10}",
            markersize=9, label=f"{row.model} ({100 * row.top3:.0f} % in 3)", linestyle="none",
        )  # fmt: skip
    axes.set_xlabel(label)
    axes.set_xlim(left=0, right=1.1 * max(places))
    axes.grid(alpha=0.3)
    axes.margins(y=0.15)
