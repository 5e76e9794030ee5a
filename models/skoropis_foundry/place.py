"""Making a folder beside its place and moving it there: a reader sees the old one or the new one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from skoropis.errors import InputError, SkoropisError


def check(target: Path, replace: bool) -> None:
    """Raise InputError when no model may be put at ``target``."""
    if target.name in ("", ".", ".."):
        raise InputError("the name of a model is a single word")
    if target.exists() and not (target / "card.toml").is_file():
        raise InputError(f"{target} exists and is no model; choose another --name or --out")
    if target.exists() and not replace:
        raise InputError(f"{target} exists; give --replace to take its place, or another --name")


@contextmanager
def placed(target: Path) -> Iterator[Path]:
    """An empty folder that is ``target`` once the block is over; if it fails, nothing has changed.

    Raises SkoropisError when the disk does not allow it.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as scratch:
            made = Path(scratch) / target.name
            made.mkdir()
            yield made
            _exchange(made, target, Path(scratch) / "old")
    except OSError as error:
        told = error.strerror or error
        raise SkoropisError(f"cannot write {target}: {told}; nothing was changed") from error


def take_over(source: Path, card: Mapping[str, Any], made: Path, but: tuple[str, ...]) -> None:
    """Copy the files that a card lists, save those that are made anew. Raises OSError."""
    for entry in card["files"]:
        if entry["name"] not in but:
            shutil.copyfile(source / entry["name"], made / entry["name"])


def _exchange(made: Path, target: Path, aside: Path) -> None:
    there = target.exists()
    if there:
        target.replace(aside)
    try:
        made.replace(target)
    except OSError:
        if there:
            aside.replace(target)
        raise
