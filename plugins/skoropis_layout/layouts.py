"""Keyboard layouts: which character of one stands on the key of another."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """The characters of one layout, key by key."""

    name: str
    language: str
    script: str
    keys: str
    """Plain, then shifted."""
    endings: frozenset[str]
    """What the language writes right behind a number (``2nd``, ``5-й``), lower case."""


@dataclass(frozen=True, slots=True, eq=False)
class Direction:
    """Text typed with ``source`` on that was meant for ``target``."""

    source: Layout
    target: Layout
    table: dict[int, str]

    def convert(self, text: str) -> str:
        """What the same keys give in the target layout."""
        return text.translate(self.table)

    def covers(self, text: str) -> bool:
        """Whether every letter is on a key of the source layout; marks may come from elsewhere (``«``)."""
        return all(ord(char) in self.table or not char.isalnum() for char in text)


def layouts() -> tuple[Layout, ...]:
    """All layouts of ``data/layouts.toml``. Raises ValueError when two do not have the same keys."""
    text = files(__package__).joinpath("data/layouts.toml").read_text(encoding="utf-8")
    found = tuple(
        Layout(
            name,
            entry["language"],
            entry["script"],
            entry["plain"] + entry["shift"],
            frozenset(entry["endings"].split()),
        )
        for name, entry in tomllib.loads(text).items()
    )
    if len({len(layout.keys) for layout in found}) > 1:
        raise ValueError("layouts.toml: every layout must list the same keys")
    return found


def directions(languages: Sequence[str]) -> tuple[Direction, ...]:
    """Every way to mistake the layout of one of ``languages`` for that of another."""
    known = [layout for layout in layouts() if layout.language in languages]
    return tuple(
        Direction(source, target, {ord(a): b for a, b in zip(source.keys, target.keys, strict=True)})
        for source in known
        for target in known
        if source.language != target.language
    )
