"""Where the keys lie: which letters a finger can hit for one another."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

REACH = 1.3
"""Centre distance, in key widths, up to which two keys count as neighbours."""


class Keyboard:
    """The places of the keys of one layout, in key widths."""

    def __init__(self, rows: list[str], offsets: list[float]) -> None:
        self._places = {
            key: (offset + column, float(row))
            for row, (keys, offset) in enumerate(zip(rows, offsets, strict=True))
            for column, key in enumerate(keys)
        }

    def distance(self, first: str, second: str) -> float:
        """Distance between two keys' centres in key widths; ``inf`` for a key the layout lacks."""
        if first not in self._places or second not in self._places:
            return float("inf")
        (x1, y1), (x2, y2) = self._places[first], self._places[second]
        return float(((x1 - x2) ** 2 + (y1 - y2) ** 2) ** 0.5)

    def neighbours(self, first: str, second: str) -> bool:
        """Whether one finger may hit ``second`` when it aims at ``first``."""
        return first != second and self.distance(first, second) <= REACH


@lru_cache(maxsize=8)
def keyboard(name: str) -> Keyboard:
    """The layout ``name`` of ``data/keyboards.toml``. Raises KeyError for one that is not there."""
    text = files(__package__).joinpath("data/keyboards.toml").read_text(encoding="utf-8")
    layout = tomllib.loads(text)[name]
    return Keyboard(layout["rows"], layout["offsets"])
