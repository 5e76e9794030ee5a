"""The blend of an n-gram and a neural model."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest

pytest.importorskip("onnx")

from skoropis.api import score_paths
from skoropis.errors import ModelError
from skoropis.lm.blend import WEIGHTS_FILE, Blend, Weights, load_weights
from skoropis.lm.tokens import MARKS
from skoropis.testing.fakes import FakeModels
from skoropis_foundry.blend_weights import tune_weights
from skoropis_foundry.pieces import train_pieces

WORDS = ["can", "car", "cat", "dog", "the"]  # "car" is no word of the n-grams
TEXTS = ["The cat.", "The dog.", "Can the dog.", "The cat can.", "A dog the cat."]


@pytest.fixture(scope="module")
def folder(
    tmp_path_factory: pytest.TempPathFactory,
    build_ngram: Callable[..., Path],
    build_network: Callable[..., object],
) -> Path:
    """A whole model folder."""
    folder = build_ngram(tmp_path_factory.mktemp("blend"), TEXTS, unheard=["car"])
    pieces = train_pieces(dict.fromkeys([*WORDS, "theme"], 9), 256 + len(MARKS) + 30)
    build_network(folder, pieces)
    weights = Weights(tuple(0.1 + 0.05 * i for i in range(Blend.SITUATIONS)))
    (folder / WEIGHTS_FILE).write_bytes(msgspec.json.encode(weights))
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> Blend:
    return Blend.load(folder)


def test_a_chance_is_the_weighted_sum_of_both(model: Blend) -> None:
    state = model.read(["the"])
    weight = model.weights.neural[model.situation(state)]
    for word in (*WORDS, ".", "unheard"):
        one = model.ngram.score(state.ngram, word)[0]
        other = model.neural.score(state.neural, word)[0]
        wanted = math.log((1 - weight) * math.exp(one) + weight * math.exp(other))
        assert model.score(state, word)[0] == pytest.approx(wanted, abs=1e-5)
        assert model.score_many(state, [word])[0] == pytest.approx(wanted, abs=1e-5)


def test_next_equals_scoring_every_word(model: Blend) -> None:
    for before in ([], ["the"], ["can", "the"]):
        state = model.read(before)
        for prefix in ("", "c", "ca", "t"):
            every = [word for word in model.lexicon.words if word.startswith(prefix)]
            ranked = sorted(
                zip(every, model.score_many(state, every), strict=True), key=lambda c: (-c[1], c[0])
            )
            assert [word for word, _ in model.next(state, prefix, 3)] == [word for word, _ in ranked[:3]]


def test_the_situation_is_known_before_the_word_is(model: Blend) -> None:
    situations = {model.situation(model.read(tokens)) for tokens in ([], ["the"], ["unheard"], ["dog", "."])}
    assert all(0 <= situation < Blend.SITUATIONS for situation in situations)
    assert model.ngram.history(model.read(["unheard"]).ngram) == 0
    assert model.ngram.history(model.read(["unheard", "the"]).ngram) == 1
    assert model.ngram.history(model.read(["the"]).ngram) == 2  # with the beginning of the sentence


def test_a_sentence_end_begins_anew_for_the_ngram_alone(model: Blend) -> None:
    state = model.read(["dog", "."])
    assert state.ngram.ids == model.ngram.start().ids
    assert not np.allclose(state.neural.vector, model.neural.start().vector)


def test_tuning_finds_the_weights_that_made_a_text() -> None:
    random = np.random.default_rng(3)
    chances = random.uniform(0.01, 1, (20_000, 2))
    situations = random.integers(0, 2, len(chances))
    chosen = np.where(situations == 0, 0.8, 0.3)
    # Tokens are drawn in proportion to the mixture's chance of them, so that its weights are the best.
    kept = random.uniform(0, 1, len(chances)) < (1 - chosen) * chances[:, 0] + chosen * chances[:, 1]
    told = tune_weights(situations[kept], chances[kept], np.ones(int(kept.sum())))
    assert told.neural[0] > 0.6 > 0.45 > told.neural[1]
    assert told.neural[5] == 0.5


@pytest.mark.parametrize(
    "text", ["", "{}", '{"neural": [0.5]}', '{"neural": "x"}', '{"neural": [0.5], "x": 1}']
)
def test_damaged_weights_are_one_clear_error(folder: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / WEIGHTS_FILE).write_text(text)
    with pytest.raises(ModelError, match=r"missing or damaged|install the model again"):
        Blend(Blend.load(folder).ngram, Blend.load(folder).neural, load_weights(tmp_path / WEIGHTS_FILE))


@pytest.mark.parametrize("before", [[], ["the"], ["the", "cat", "."]])
def test_paths_are_scored_as_one_token_after_the_other(model: Blend, folder: Path, before: list[str]) -> None:
    paths = [
        ["the", "cat"],
        ["the", "dog", ".", "the"],
        ["unheard", "car"],
        ["привет", "!", "cat"],
        [],
        ["dog"],
    ]
    other = Blend.load(folder)

    together = score_paths(model, model.read(before), paths)

    assert [len(row) for row in together] == [len(path) for path in paths]
    for path, row in zip(paths, together, strict=True):
        state = other.read(before)
        for token, told in zip(path, row, strict=True):
            logprob, state = other.score(state, token)
            assert told == pytest.approx(logprob, abs=1e-4)


def test_a_model_without_a_way_of_its_own_is_asked_token_by_token() -> None:
    model = FakeModels(en=["the dog barks", "the cat sleeps"]).language_model("en")
    first, second = score_paths(model, model.read(["the"]), [["dog", "barks"], ["cat"]])

    assert first[0] == model.score(model.read(["the"]), "dog")[0]
    assert first[1] == model.score(model.read(["the", "dog"]), "barks")[0]
    assert len(second) == 1
