"""From compressed files to a model folder in its place."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from skoropis.errors import InputError

from ..card import Metric
from ..place import check, placed, take_over
from ..recard import Change, read, recard
from .compress import Compression, Measured, Step, Wishes
from .subject import GRAPH, PIECES, Subject

_ALONE = {
    "id": "",
    "version": "1.0.0",
    "kind": "neural",
    "language": "",
    "domain": "",
    "licence": "as the network it was made from",
    "description": "A network alone; it becomes a model together with an n-gram.",
}


def default_name(subject: Subject, wishes: Wishes) -> str:
    """What a compressed model is called when nobody says."""
    base = read(subject.folder)["id"] if subject.folder else subject.source.stem
    tail = f"{wishes.bits}bit" if wishes.bits else "small"
    return f"{base}-{tail}"


def check_place(target: Path, subject: Subject, replace: bool) -> None:
    """Raise InputError when nothing may be put there."""
    if subject.folder is None and target.resolve() == subject.source.resolve().parent:
        raise InputError(f"{target} holds the network that is compressed; choose another --name or --out")
    check(target, replace)


def place(
    compression: Compression, source: Path | None, steps: Sequence[Step], target: Path, command: str
) -> None:
    """Make the model folder beside ``target`` and move it there; the old one stays until then.

    ``source``: the folder of the whole model, whose other files are taken over; None for a network alone,
    whose folder no program can run as it is. Raises SkoropisError when the disk does not allow it.
    """
    with placed(target) as made:
        old = _ALONE if source is None else read(source)
        if source is not None:
            take_over(source, old, made, (GRAPH, PIECES))
        shutil.copyfile(compression.graph, made / GRAPH)
        shutil.copyfile(compression.pieces, made / PIECES)
        recard(made, old, _change(target.name, old, compression.wishes, steps, command))


def _change(name: str, old: dict[str, Any], wishes: Wishes, steps: Sequence[Step], command: str) -> Change:
    done = {
        "trim": f"vocabulary trimmed to {wishes.trim or 'the pieces in use'}",
        "distil": f"a {wishes.student or 'trained'} network distilled",
        "prune": f"{100 * wishes.prune:g} % of the units pruned",
        "quantize": f"weights of {wishes.bits} bits"
        + (f", embeddings of {wishes.embedding_bits}" if wishes.embedding_bits else ""),
    }
    told = "; ".join(done[step.name] for step in steps)
    recipe: dict[str, str | int | float] = {"compressed": told, "compress_command": command}
    if old.get("id"):
        recipe["compressed_from"] = f"{old['id']} {old['version']}"
    return Change(name, f"Its network is compressed: {told}.", list(_metrics(steps, command)), recipe)


def _metrics(steps: Sequence[Step], command: str) -> list[Metric]:
    if not steps:
        return []
    rows = [("before compression", steps[0].before), ("compressed", steps[-1].after)]
    return [metric for name, measured in rows for metric in _figures(name, measured, command)]


def _figures(name: str, measured: Measured, command: str) -> list[Metric]:
    foot = measured.footprint
    figures: list[tuple[str, float | None, str]] = [
        ("size of the network", measured.bytes / 1e6, "MB"),
        ("perplexity of the network", measured.perplexity, "a piece"),
        ("bits per character of the network", measured.bits_per_character, "bit"),
        ("a step of the network, median", foot.step_p50_ms, "ms"),
    ]
    return [
        Metric(figure, name, "held-out lines of the given text", round(value, 4), unit, command)
        for figure, value, unit in figures
        if value is not None
    ]
