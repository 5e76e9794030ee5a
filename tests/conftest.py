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


_NOUNS = [
    "network",
    "server",
    "printer",
    "file",
    "folder",
    "window",
    "kernel",
    "driver",
    "patch",
    "release",
    "package",
    "library",
    "mirror",
    "cable",
    "router",
    "backup",
    "cluster",
    "mailbox",
    "screen",
    "keyboard",
]
_VERBS = [
    "updates",
    "checks",
    "removes",
    "mounts",
    "restores",
    "compiles",
    "prints",
    "copies",
    "blocks",
    "finds",
]
_QUALITIES = ["small", "broken", "remote", "local", "spare", "quiet", "fast", "old", "new", "hidden"]
_PLACES = [
    "in the cellar",
    "on the desk",
    "at the office",
    "behind the wall",
    "under the roof",
    "near the door",
]


def sentences(count: int, seed: int) -> list[str]:
    """Different English sentences of few words that no other text has in this order."""
    random = np.random.default_rng(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        quality, noun, verb, other, place = (
            str(random.choice(words)) for words in (_QUALITIES, _NOUNS, _VERBS, _NOUNS, _PLACES)
        )
        end = " and it is there for all of us" if random.random() < 0.3 else ""
        found[f"The {quality} {noun} {verb} the {other} {place}{end}."] = None
    return list(found)


@pytest.fixture(scope="session")
def base_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small general model, ``en-general``, its network untrained; made without PyTorch."""
    from collections import Counter

    import msgspec

    from skoropis.lm.blend import WEIGHTS_FILE, Blend, Weights
    from skoropis.lm.tokens import MARKS, lm_tokens
    from skoropis_foundry.card import Facts, write_card
    from skoropis_foundry.neural.export import export
    from skoropis_foundry.pieces import train_pieces
    from skoropis_foundry.tuning.scratch import NoBase
    from skoropis_foundry.user_ngram import make_user_ngram

    root = tmp_path_factory.mktemp("base")
    folder = root / "en-general"
    lines = sentences(400, seed=1)
    make_user_ngram(lines, (), "en", NoBase(), folder)
    counts = Counter(token for line in lines for token in lm_tokens(line) if token not in MARKS)
    (folder / "pieces.model").write_bytes(train_pieces(counts, 400))
    shape = Shape(Pieces.load(folder / "pieces.model").size, 64, (64,), (0,))
    small = {name: 0.1 * value for name, value in arrays(shape).items()}
    export(small, shape, folder / "neural.onnx", 8)
    (folder / WEIGHTS_FILE).write_bytes(msgspec.json.encode(Weights((0.2,) * Blend.SITUATIONS)))
    facts = Facts(
        "en-general", "2", "en", "general", "for tests", [], [], {}, kind="blend", licence="CC0-1.0"
    )
    write_card(folder, facts)
    return root


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """A user's folder: twelve files of their own text, one that cannot be read."""
    folder = tmp_path / "notes"
    folder.mkdir()
    lines = sentences(300, seed=2)
    for number in range(12):
        (folder / f"{number:02}.txt").write_text("\n".join(lines[25 * number : 25 * (number + 1)]) + "\n")
    (folder / "picture.jpg").write_bytes(b"\xff\xd8\xff")
    return folder
