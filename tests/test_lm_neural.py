"""The neural run time: what the graph computes, how texts are read, what a damaged file does."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnx")

from skoropis.errors import ModelError
from skoropis.lm.lexicon import Lexicon
from skoropis.lm.neural import _LONGEST, Neural, beginning, open_session
from skoropis.lm.pieces import Pieces
from skoropis.lm.tokens import MARKS
from skoropis_foundry.neural.export import read_back
from skoropis_foundry.neural.quantize import pack
from skoropis_foundry.neural.shape import Shape
from skoropis_foundry.pieces import PieceTable, train_pieces

WORDS = sorted(["the", "theme", "then", "cat", "cats", "sat", "on", "mat", "привет", "мир", "don't"])


@pytest.fixture(scope="module")
def pieces() -> bytes:
    counts = {word: 100 - place for place, word in enumerate(WORDS)}
    return train_pieces(counts, 256 + len(MARKS) + 40)


def expected(weights: dict[str, np.ndarray], shape: Shape, text: list[int]) -> np.ndarray:
    """Log-probabilities behind each piece of a text, worked out plainly: (pieces, vocabulary)."""

    def norm(x: np.ndarray, name: str) -> np.ndarray:
        return x / np.sqrt((x * x).mean() + 1e-6) * weights[f"{name}.weight"]

    def sigmoid(x: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-x))

    memory = [np.zeros(hidden) for hidden in shape.hidden]
    last = [np.zeros(shape.width) for _ in shape.hidden]
    out = []
    for piece in text:
        x = weights["embedding.weight"][piece] * math.sqrt(shape.width)
        for layer in range(shape.layers):
            y = norm(x, f"layers.{layer}.norm")
            both = np.concatenate([y, last[layer]])
            gates = weights[f"layers.{layer}.gates.weight"] @ both + weights[f"layers.{layer}.gates.bias"]
            new, keep, show = np.split(gates, 3)
            keep = sigmoid(keep)
            memory[layer] = keep * memory[layer] + (1 - keep) * np.tanh(new)
            last[layer] = y
            x = x + weights[f"layers.{layer}.out.weight"] @ (memory[layer] * show * sigmoid(show))
            x = x + weights[f"layers.{layer}.out.bias"]
            if shape.feed[layer]:
                into = weights[f"feeds.{layer}.into.weight"] @ norm(x, f"feeds.{layer}.norm")
                value, gate = np.split(into, 2)
                x = x + weights[f"feeds.{layer}.out.weight"] @ (value * gate * sigmoid(gate))
        scores = weights["embedding.weight"] @ norm(x, "norm") + weights["bias"]
        out.append(scores - np.log(np.exp(scores - scores.max()).sum()) - scores.max())
    return np.array(out)


def lexicon() -> Lexicon:
    return Lexicon(WORDS, np.full(len(WORDS), -3.0, dtype=np.float32), {})


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory, pieces: bytes, build_network: Callable[..., Shape]
) -> Path:
    folder = tmp_path_factory.mktemp("neural")
    build_network(folder, pieces)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> Neural:
    return Neural.load(folder, "en", lexicon())


@pytest.mark.parametrize("bits", [None, 8, 4, 2])
def test_the_graph_computes_the_network(
    tmp_path: Path, pieces: bytes, build_network: Callable[..., Shape], bits: int | None
) -> None:
    shape = build_network(tmp_path, pieces, bits)
    kept, shape_again, told = read_back(tmp_path / "neural.onnx")
    assert (shape_again, told) == (shape, bits or 32)
    session = open_session(tmp_path / "neural.onnx")
    text = [5, 290, 17, 2, 270]
    state = np.zeros((1, shape.state), dtype=np.float32)
    found = []
    for piece in text:
        fed = {"pieces": np.array([piece]), "state": state, "predict": np.array(True)}
        state, chances = session.run(None, fed)
        found.append(chances[0])
    # Activations are rounded to 8 bits where weights are packed.
    assert np.abs(np.array(found) - expected(dict(kept), shape, text)).max() < (
        1e-4 if bits is None else 0.25
    )


@pytest.mark.parametrize("bits", [8, 4, 2])
def test_packed_weights_lose_half_a_step_at_most_where_nothing_is_clipped(bits: int) -> None:
    random = np.random.default_rng(1)
    weights = random.normal(0, 1, (7, 150)).astype(np.float32)
    packed = pack(weights, bits, 64, scales=None)
    back = packed.unpack()
    assert back.shape == weights.shape
    zero = 1 << (bits - 1)
    scale = np.repeat(packed.scales, 64, axis=1)[:, :150]
    inside = (weights / scale >= -zero) & (weights / scale <= zero - 1)
    assert np.all(np.abs(back - weights)[inside] <= 0.5001 * np.abs(scale[inside]))
    blocks = 3 * 64 / 150  # rows are filled up to whole blocks
    assert packed.nbytes == pytest.approx(weights.nbytes * blocks * (bits / 32 + 1 / 64))
    again = pack(back, bits, 64, packed.scales)
    assert np.array_equal(again.data, packed.data)


def test_every_token_is_spelled_and_no_spelling_begins_another(pieces: bytes) -> None:
    spelled = Pieces.from_bytes(pieces)
    tokens = [*WORDS, *MARKS, "cat's", "зебра", "x", "naïve", "東京"]
    ids = [spelled.ids(token) for token in tokens]
    assert all(ids) and len(set(ids)) == len(ids)
    for one in ids:
        assert not any(other != one and other[: len(one)] == one for other in ids)


def test_a_table_of_pieces_spells_like_the_run_time(pieces: bytes) -> None:
    spelled = Pieces.from_bytes(pieces)
    words = ["</s>", *WORDS, "unheard"]
    text = np.array([1, 5, 0, 12, 3], dtype=np.int32)
    wanted = [
        piece for number in text for piece in (spelled.ids(words[number]) if number else (spelled.end,))
    ]
    assert PieceTable(spelled, words).encode(text).tolist() == wanted


def test_the_chance_of_a_word_is_that_of_its_pieces(folder: Path, model: Neural) -> None:
    kept, shape, _ = read_back(folder / "neural.onnx")
    ids = model.pieces.ids
    text = [model.pieces.end, *ids("the"), *ids("зебра")]
    chances = expected(dict(kept), shape, text)
    first = len(ids("the"))
    wanted = sum(chances[first + place][piece] for place, piece in enumerate(ids("зебра")))
    state = model.read(["the"])
    assert model.score(state, "зебра")[0] == pytest.approx(wanted, abs=1e-3)
    assert model.score_many(state, ["cat", "зебра", "cat"])[1] == pytest.approx(wanted, abs=1e-3)


def test_the_chances_of_all_words_and_marks_are_at_most_one(model: Neural) -> None:
    state = model.read(["the", "cat"])
    assert sum(map(math.exp, model.score_many(state, [*WORDS, *MARKS, "зебра"]))) <= 1 + 1e-5


def test_reading_in_pieces_equals_reading_at_once(model: Neural) -> None:
    tokens = ["the", "cat", "sat", ".", "the", "mat"]
    state = model.start()
    for token in tokens:
        state = model.score(state, token)[1]
    at_once = Neural(model.language, model._session, model.pieces, model.lexicon).read(tokens)
    assert np.allclose(state.vector, at_once.vector, atol=1e-5)
    assert np.allclose(model.read(tokens[2:], model.read(tokens[:2])).vector, at_once.vector, atol=1e-5)


def test_next_equals_scoring_every_word(model: Neural) -> None:
    state = model.read(["on"])
    for prefix in ("", "t", "the", "ca", "м"):
        every = [word for word in WORDS if word.startswith(prefix)]
        ranked = sorted(zip(every, model.score_many(state, every), strict=True), key=lambda c: -c[1])
        assert [word for word, _ in model.next(state, prefix, 3)] == [word for word, _ in ranked[:3]]


def test_a_text_is_read_from_the_last_sentence_or_a_short_one_before() -> None:
    assert beginning([]) == 0
    assert beginning(["the", "cat"]) == 0
    assert beginning(["a", "b", ".", "c"]) == 0
    assert beginning(["so", "it", "is", ".", *["word"] * 28, ".", "c"]) == 4
    assert beginning([*["word"] * 40, ".", "c"]) == 41


def test_the_beginning_stays_put_while_a_long_sentence_grows() -> None:
    words = [f"w{(place * 7919) % 1000}" for place in range(400)]
    window, moves, place = 70, 0, -1
    for end in range(window, len(words)):
        absolute = end - window + beginning(words[end - window : end])
        assert end - absolute <= _LONGEST
        moves += absolute != place
        place = absolute
    assert moves < (len(words) - window) / 5


@pytest.mark.parametrize("harm", ["missing", "cut", "foreign", "other pieces"])
def test_a_damaged_model_is_one_clear_error(folder: Path, tmp_path: Path, pieces: bytes, harm: str) -> None:
    (tmp_path / "pieces.model").write_bytes(pieces)
    whole = (folder / "neural.onnx").read_bytes()
    if harm == "cut":
        (tmp_path / "neural.onnx").write_bytes(whole[: len(whole) // 2])
    elif harm == "foreign":
        (tmp_path / "neural.onnx").write_bytes(b"\x89PNG not a network")
    elif harm == "other pieces":
        (tmp_path / "neural.onnx").write_bytes(whole)
        (tmp_path / "pieces.model").write_bytes(train_pieces({"other": 5, "words": 4}, 256 + len(MARKS) + 12))
    with pytest.raises(ModelError, match=r"install the model again|missing, damaged|missing or damaged"):
        Neural.load(tmp_path, "en", lexicon())
