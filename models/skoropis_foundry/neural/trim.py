"""A smaller vocabulary: pieces that a text hardly uses go, and shorter ones spell what they spelled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from skoropis.errors import InputError
from skoropis.lm.pieces import Pieces

from .network import Network
from .shape import Shape

_SPACE = "▁"
_AT_ONCE = 0.2
"""Share of the vocabulary that goes before the text is spelled anew: what stays takes over for what went."""
_NORMAL = 1
"""Type of a piece that is neither a mark nor a byte."""


@dataclass(frozen=True, slots=True)
class Trimmed:
    """A vocabulary, as the bytes of its file, and which piece of the old one each of its own was."""

    data: bytes
    kept: NDArray[np.int64]


def trim(data: bytes, counts: Mapping[str, int], size: int | None = None) -> Trimmed:
    """Keep the ``size`` pieces that a text needs most; without a size, those that it uses at all.

    ``data``: a ``.model`` file of sentencepiece; ``counts``: how often each token stands in the text. Marks,
    bytes and single characters always stay, so that everything can still be spelled. Raises InputError when
    that is not possible within ``size``.
    """
    from sentencepiece import sentencepiece_model_pb2 as schema

    model = schema.ModelProto.FromString(data)
    kept = np.arange(len(model.pieces))
    bound = np.array([_bound(piece) for piece in model.pieces])
    if size is not None and size < bound.sum():
        raise InputError(f"{bound.sum()} pieces cannot be trimmed: marks, bytes and characters; ask for more")
    while True:
        used = _used(model.SerializeToString(), counts)
        free = np.flatnonzero(~bound[kept])
        if size is None:
            gone = free[used[free] == 0]
        else:
            surplus = min(len(kept) - size, max(1, int(_AT_ONCE * len(kept))))
            gone = free[np.argsort(used[free], kind="stable")[: max(surplus, 0)]]
        if not len(gone):
            return Trimmed(model.SerializeToString(), kept)
        stays = np.delete(np.arange(len(kept)), gone)
        pieces = [model.pieces[i] for i in stays]
        smaller = schema.ModelProto()
        smaller.CopyFrom(model)
        del smaller.pieces[:]
        smaller.pieces.extend(pieces)
        smaller.trainer_spec.vocab_size = len(pieces)
        model, kept = smaller, kept[stays]


def _bound(piece: Any) -> bool:
    return piece.type != _NORMAL or len(piece.piece.replace(_SPACE, "")) <= 1


def _used(data: bytes, counts: Mapping[str, int]) -> NDArray[np.int64]:
    """How often a text uses each piece."""
    pieces = Pieces.from_bytes(data)
    used = np.zeros(pieces.size, dtype=np.int64)
    for token, count in counts.items():
        for piece in pieces.ids(token):
            used[piece] += count
    return used


def trim_network(network: Network, kept: Iterable[int]) -> Network:
    """The network over the pieces ``kept`` of its vocabulary."""
    rows = torch.as_tensor(np.asarray(kept))
    old = network.shape
    smaller = Network(Shape(len(rows), old.width, old.hidden, old.feed))
    state = dict(network.state_dict())
    for name in ("embedding.weight", "bias"):
        state[name] = state[name][rows]
    smaller.load_state_dict(state)
    return smaller
