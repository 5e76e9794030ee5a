"""Text that a network is measured on while it learns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as functional
from numpy.typing import NDArray

from skoropis.lm.pieces import Pieces

from ..corpus import sentences_of
from .network import Network

_LONGEST = 128
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Lines as pieces, and how many characters their tokens have with a space each."""

    lines: tuple[NDArray[np.int64], ...]
    characters: int

    def nats(self, network: Network) -> float:
        """Nats a piece: the mean over all pieces of all lines."""
        total, count = self._total(network)
        return total / max(count, 1)

    def _total(self, network: Network) -> tuple[float, int]:
        training = network.training
        network.eval()
        total, count = 0.0, 0
        with torch.no_grad():
            for begin in range(0, len(self.lines), _TOGETHER):
                group = self.lines[begin : begin + _TOGETHER]
                pieces = np.full((max(map(len, group)), len(group)), -1, dtype=np.int64)
                for column, line in enumerate(group):
                    pieces[: len(line), column] = line
                block = torch.from_numpy(pieces)
                features, _ = network.features(block[:-1].clamp_min(0))
                scores = network.logits(features).flatten(0, 1)
                lost = functional.cross_entropy(scores, block[1:].flatten(), ignore_index=-1, reduction="sum")
                total += float(lost)
                count += int((block[1:] >= 0).sum())
        network.train(training)
        return total, count


def held_out(lines: Iterable[str], pieces: Pieces, limit: int | None = None) -> HeldOut:
    """Cut lines of text into pieces; at most ``limit`` lines, the longest shortened."""
    out: list[NDArray[np.int64]] = []
    characters = 0
    for line in lines:
        ids = [pieces.end]
        for sentence in sentences_of(line):
            for token in sentence:
                ids += pieces.ids(token)
                characters += len(token) + 1
            ids.append(pieces.end)
        if len(ids) > 2:
            out.append(np.array(ids[:_LONGEST], dtype=np.int64))
        if limit is not None and len(out) >= limit:
            break
    return HeldOut(tuple(sorted(out, key=len)), characters)


def mean_nats(network: Network, sets: Sequence[HeldOut]) -> float:
    """The mean over several sets of equal importance."""
    return sum(each.nats(network) for each in sets) / len(sets)
