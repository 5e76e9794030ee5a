"""Measures an exported graph as it will be run: what the packed weights cost shows here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from skoropis.lm.neural import open_session

_TOGETHER = 64


class Lines(Protocol):
    """Held-out text in pieces; :class:`~.held_out.HeldOut` is one."""

    @property
    def lines(self) -> Sequence[NDArray[np.int64]]: ...

    @property
    def characters(self) -> int: ...


class Graph:
    """A step graph of :func:`~.export.export`, opened for measuring."""

    def __init__(self, path: Path) -> None:
        """Raises ModelError when the file is missing or damaged."""
        self._session: Any = open_session(path)
        self._width = int(self._session.get_inputs()[1].shape[1])

    def total(self, text: Lines) -> tuple[float, int]:
        """Nats that the pieces of all lines cost, each line by itself, and how many pieces they are."""
        total, count = 0.0, 0
        # Lines of like length side by side: a group runs until its longest is over.
        lines = sorted(text.lines, key=len, reverse=True)
        for begin in range(0, len(lines), _TOGETHER):
            group = lines[begin : begin + _TOGETHER]
            state = np.zeros((len(group), self._width), dtype=np.float32)
            for at in range(len(group[0]) - 1):
                going = sum(len(line) > at + 1 for line in group)
                now = np.array([line[at] for line in group[:going]])
                wanted = np.array([line[at + 1] for line in group[:going]])
                fed = {"pieces": now, "state": state[:going], "predict": np.array(True)}
                state, told = self._session.run(None, fed)
                total -= float(told[np.arange(going), wanted].sum(dtype=np.float64))
                count += going
        return total, count

    def nats(self, text: Lines) -> float:
        """Nats a piece: the mean over all pieces of all lines."""
        total, count = self.total(text)
        return total / max(count, 1)

    def mean_nats(self, sets: Sequence[Lines]) -> float:
        """The mean over several sets of equal importance."""
        return sum(self.nats(each) for each in sets) / len(sets)
