"""What several tests build: networks with random weights, whose every number can be worked out again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from skoropis.lm.pieces import Pieces
from skoropis_foundry.neural.shape import Shape


def arrays(shape: Shape, seed: int = 0) -> dict[str, np.ndarray]:
    """Random weights under the names that the network gives them."""
    random = np.random.default_rng(seed)

    def draw(*size: int) -> np.ndarray:
        return random.normal(0, 0.3, size).astype(np.float32)

    out = {"embedding.weight": draw(shape.vocabulary, shape.width), "bias": draw(shape.vocabulary)}
    out["norm.weight"] = 1 + draw(shape.width)
    for layer, (hidden, feed) in enumerate(zip(shape.hidden, shape.feed, strict=True)):
        out[f"layers.{layer}.norm.weight"] = 1 + draw(shape.width)
        out[f"layers.{layer}.gates.weight"] = draw(3 * hidden, 2 * shape.width)
        out[f"layers.{layer}.gates.bias"] = draw(3 * hidden)
        out[f"layers.{layer}.out.weight"] = draw(shape.width, hidden)
        out[f"layers.{layer}.out.bias"] = draw(shape.width)
        if feed:
            out[f"feeds.{layer}.norm.weight"] = 1 + draw(shape.width)
            out[f"feeds.{layer}.into.weight"] = draw(2 * feed, shape.width)
            out[f"feeds.{layer}.out.weight"] = draw(shape.width, feed)
    return out


@pytest.fixture(scope="session")
def build_network() -> Callable[..., Shape]:
    """A function that writes ``neural.onnx`` and ``pieces.model`` into a folder."""

    def build(folder: Path, pieces: bytes, bits: int | None = None) -> Shape:
        from skoropis_foundry.neural.export import export

        (folder / "pieces.model").write_bytes(pieces)
        shape = Shape(Pieces.from_bytes(pieces).size, 32, (64, 32), (32, 0))
        export(arrays(shape), shape, folder / "neural.onnx", bits, block=32)
        return shape

    return build
