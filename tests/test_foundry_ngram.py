"""Mixing and pruning of back-off models, on models small enough to enumerate."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from skoropis_foundry.backoff import Arpa, Backoff, read_arpa, weigh, write_arpa
from skoropis_foundry.grams import BEGIN, END, SPECIAL, Grams, locate, union
from skoropis_foundry.mixture import DevText, follow_dev, mix, spread, tune, unigrams
from skoropis_foundry.prune import losses, prune

VOCABULARY = 7  # <unk> <s> </s> a b c d
TEXTS = {
    "one": [1, 3, 4, 5, 2, 1, 3, 4, 6, 2, 1, 4, 3, 4, 5, 2],
    "two": [1, 5, 4, 3, 2, 1, 6, 6, 4, 2, 1, 3, 4, 3, 2, 1, 5, 2],
}


def _grams(text: list[int], order: int) -> np.ndarray:
    found = {tuple(text[i : i + order]) for i in range(len(text) - order + 1)}
    return np.array(sorted(g for g in found if BEGIN not in g[1:]), dtype=np.int64)


def _arpa(text: list[int]) -> Arpa:
    """A back-off model by absolute discounting, as a stand-in for what lmplz writes."""
    told = [w for w in text if w != BEGIN]
    counts = np.bincount(told, minlength=VOCABULARY) + 0.5
    counts[BEGIN] = 0
    words, logprobs = [np.arange(VOCABULARY)[:, None]], [np.log(np.maximum(counts / counts.sum(), 1e-30))]
    for order in (2, 3):
        grams = _grams(text, order)
        number = {
            g: sum(tuple(text[i : i + order]) == g for i in range(len(text)))
            for g in map(tuple, grams.tolist())
        }
        sums = {h: sum(n for g, n in number.items() if g[:-1] == h) for h in {g[:-1] for g in number}}
        words.append(grams)
        logprobs.append(np.log([(number[g] - 0.5) / sums[g[:-1]] for g in map(tuple, grams.tolist())]))
    own = union(VOCABULARY, [words[1:]])
    rows = [np.arange(VOCABULARY), *(locate(own.levels, w) for w in words[1:])]
    aligned = []
    for order, (row, values) in enumerate(zip(rows, logprobs, strict=True), start=1):
        full = np.empty(own.size(order), dtype=np.float32)
        full[row] = values
        aligned.append(full)
    model = weigh(own, aligned)
    spelled = [own.spell(order) for order in (1, 2, 3)]
    return Arpa(spelled, aligned, [*model.backoffs, np.empty(0, np.float32)], -20.0)


@pytest.fixture(scope="module")
def components() -> list:
    arpas = {name: _arpa(text) for name, text in TEXTS.items()}
    grams = union(VOCABULARY, [arpa.words[1:] for arpa in arpas.values()])
    parts = [spread(name, arpa, grams, np.array(TEXTS[name])) for name, arpa in arpas.items()]
    chances = np.array([0.05, 0, 0.15, 0.2, 0.2, 0.2, 0.2])
    return [*parts, unigrams("list", chances, grams)]


def _chance(model: Backoff, history: tuple[int, ...], word: int) -> float:
    text = np.array([*history, word])
    return float(np.exp(model.score(model.grams.follow(text))[-1]))


def _histories(grams: Grams) -> list[tuple[int, ...]]:
    pairs = [tuple(pair) for pair in grams.spell(2).tolist() if END not in pair]
    return [*((w,) for w in range(VOCABULARY) if w != END), *pairs]


def test_a_union_is_closed_and_finds_what_it_holds(components: list) -> None:
    grams = components[0].model.grams
    for order in (2, 3):
        spelled = grams.spell(order)
        assert (locate(grams.levels, spelled) == np.arange(len(spelled))).all()
        assert (locate(grams.levels, spelled[:, 1:]) == grams.levels[order - 2].suffix).all()
    assert locate(grams.levels, np.array([[6, 6, 6]])).tolist() == [-1]


def test_following_a_text_finds_the_longest_known_ends(components: list) -> None:
    grams = components[0].model.grams
    rows = grams.follow(np.array(TEXTS["one"][:4]))
    assert grams.spell(3)[rows[2][3]].tolist() == [3, 4, 5]
    assert rows[1][0] == -1 and rows[2][1] == -1


@pytest.mark.parametrize("smoothing", [0.02, 1.0, 1e6])
def test_a_mixture_is_a_distribution_behind_every_history(components: list, smoothing: float) -> None:
    weights = [np.array([0.5, 0.3, 0.2])] * 3
    model, _ = mix(components, weights, smoothing)
    for history in _histories(model.grams):
        total = sum(_chance(model, history, w) for w in range(VOCABULARY) if w != BEGIN)
        assert total == pytest.approx(1.0, abs=1e-4), history


def test_with_much_smoothing_listed_ngrams_get_the_linear_mixture(components: list) -> None:
    weights = [np.array([0.5, 0.3, 0.2])] * 3
    model, _ = mix(components, weights, 1e9)
    for gram in model.grams.spell(3).tolist():
        parts = [_chance(c.model, tuple(gram[:-1]), gram[-1]) for c in components]
        assert _chance(model, tuple(gram[:-1]), gram[-1]) == pytest.approx(
            np.dot([0.5, 0.3, 0.2], parts), rel=1e-4
        )


def test_without_smoothing_a_component_rules_histories_that_only_it_knows(components: list) -> None:
    weights = [np.array([0.5, 0.5, 1e-9])] * 3
    model, _ = mix(components, weights, 0.0)
    assert _chance(model, (4, 6), 2) == pytest.approx(_chance(components[0].model, (4, 6), 2), rel=1e-3)


def test_tuning_finds_the_component_that_the_dev_text_is_like(components: list) -> None:
    dev: DevText = follow_dev(components[0].model.grams, [np.array(TEXTS["two"])])
    weights = tune(components, dev, 1e9, rounds=100)
    assert weights[-1][1] > 0.8
    assert all(w.sum() == pytest.approx(1) for w in weights)


def test_the_loss_of_an_ngram_is_the_divergence_that_its_removal_makes(components: list) -> None:
    weights = [np.array([0.5, 0.3, 0.2])] * 3
    model, shares = mix(components, weights, 1.0)
    predicted = losses(model, shares, 3)
    level = model.grams.levels[1]
    for row, gram in enumerate(model.grams.spell(3).tolist()):
        history = int(level.history[row])
        siblings = [r for r in np.flatnonzero(level.history == history) if r != row]
        keep = np.zeros(model.grams.size(3), dtype=bool)
        keep[siblings] = True
        keep |= level.history != history
        without = _without(model, keep)
        pairs = [
            (_chance(model, tuple(gram[:2]), w), _chance(without, tuple(gram[:2]), w))
            for w in range(VOCABULARY)
        ]
        divergence = sum(p * np.log(p / q) for w, (p, q) in enumerate(pairs) if w != BEGIN)
        assert predicted[row] == pytest.approx(shares[1][history] * divergence, abs=2e-5)


def _without(model: Backoff, keep: np.ndarray) -> Backoff:
    from skoropis_foundry.grams import restrict

    grams, kept = restrict(model.grams, [np.ones(model.grams.size(2), dtype=bool), keep])
    return weigh(grams, [logprobs[rows] for logprobs, rows in zip(model.logprobs, kept, strict=True)])


def test_pruning_keeps_to_its_budget_and_stays_closed_and_a_distribution(components: list) -> None:
    model, shares = mix(components, [np.array([0.5, 0.3, 0.2])] * 3, 0.5)
    small = prune(model, shares, 12.0, (1.0, 1.0))
    assert 0 < small.grams.size(2) + small.grams.size(3) <= 12
    for order in (2, 3):
        assert (small.grams.levels[order - 2].suffix >= 0).all()
    for history in product(range(3, VOCABULARY), repeat=2):
        total = sum(_chance(small, history, w) for w in range(VOCABULARY) if w != BEGIN)
        assert total == pytest.approx(1.0, abs=1e-4)
    same = prune(model, shares, 1e9, (1.0, 1.0))
    assert same.grams.size(3) == model.grams.size(3)


def test_arpa_is_read_as_it_was_written(components: list, tmp_path) -> None:
    model, _ = mix(components, [np.array([0.5, 0.3, 0.2])] * 3, 0.5)
    names = [*SPECIAL, "3", "4", "5", "6"]
    write_arpa(model, names, tmp_path / "model.arpa")
    arpa = read_arpa(tmp_path / "model.arpa")
    for order in (2, 3):
        assert (arpa.words[order - 1] == model.grams.spell(order)).all()
        assert arpa.logprobs[order - 1] == pytest.approx(model.logprobs[order - 1], abs=1e-4)
    assert arpa.backoffs[1] == pytest.approx(model.backoffs[1], abs=1e-4)
