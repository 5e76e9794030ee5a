"""Trimming a vocabulary of pieces, and the network with it."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("google.protobuf")

from skoropis.errors import InputError  # noqa: E402
from skoropis.lm.pieces import Pieces  # noqa: E402
from skoropis.lm.tokens import MARKS  # noqa: E402
from skoropis_foundry.neural.network import Network  # noqa: E402
from skoropis_foundry.neural.shape import Shape  # noqa: E402
from skoropis_foundry.neural.trim import trim, trim_network  # noqa: E402
from skoropis_foundry.pieces import train_pieces  # noqa: E402

SYLLABLES = ["ka", "to", "ri", "men", "sol", "vu"]
WORDS = {a + b + c: 1 + 7 * (len(a) + ord(b[0]) % 5) for a in SYLLABLES for b in SYLLABLES for c in SYLLABLES}
DOMAIN = Counter({word: count for word, count in WORDS.items() if word.startswith(("ka", "to"))})


@pytest.fixture(scope="module")
def model() -> bytes:
    return train_pieces(WORDS, 340)


def test_pieces_that_are_never_used_go_and_no_spelling_changes(model: bytes) -> None:
    before, trimmed = Pieces.from_bytes(model), trim(model, DOMAIN)
    after = Pieces.from_bytes(trimmed.data)
    assert after.size == len(trimmed.kept) < before.size
    for word in DOMAIN:
        assert tuple(trimmed.kept[list(after.ids(word))]) == before.ids(word)


def test_within_a_size_everything_can_still_be_spelled(model: bytes) -> None:
    size = trim(model, DOMAIN).kept.size - 10
    trimmed = trim(model, DOMAIN, size)
    pieces = Pieces.from_bytes(trimmed.data)
    assert pieces.size == size
    before = Pieces.from_bytes(model)
    for word in [*WORDS, "ёж", "kx"]:
        ids = pieces.ids(word)
        assert 0 not in ids  # never the unknown piece
        # Nothing new: what a trimmed piece spelled is spelled by others of the old vocabulary.
        assert all(0 < trimmed.kept[i] < before.size for i in ids)
    for mark in MARKS:
        assert len(pieces.ids(mark)) == 1
    assert (pieces.begin, pieces.end) == (before.begin, before.end)


def test_marks_bytes_and_characters_are_never_trimmed(model: bytes) -> None:
    with pytest.raises(InputError, match="ask for more"):
        trim(model, DOMAIN, 100)


def test_the_network_keeps_what_it_knew_of_the_pieces_that_stay(model: bytes) -> None:
    trimmed = trim(model, DOMAIN)
    torch.manual_seed(0)
    network = Network(Shape(Pieces.from_bytes(model).size, 32, (32,), (0,)))
    smaller = trim_network(network, trimmed.kept)
    new = torch.tensor([[5], [9], [len(trimmed.kept) - 1]])
    old = torch.from_numpy(trimmed.kept)[new]
    features, _ = smaller.features(new)
    torch.testing.assert_close(features, network.features(old)[0])
    rows = torch.from_numpy(np.asarray(trimmed.kept))
    torch.testing.assert_close(smaller.logits(features), network.logits(features, rows))
