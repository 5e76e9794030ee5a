"""The estimator without a compiler: by hand, as a distribution, and beside KenLM's own."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from platformdirs import user_cache_path

from skoropis_foundry import kenlm_tools
from skoropis_foundry.backoff import LN10, Arpa, Backoff, read_arpa
from skoropis_foundry.components import estimate as estimate_component
from skoropis_foundry.corpus import sentences_of
from skoropis_foundry.grams import BEGIN, END, UNKNOWN
from skoropis_foundry.kneser_ney import adjusted, count, discounts, estimate, smooth

ROOT = Path(__file__).parents[1]
A, B, C = 3, 4, 5


def _chance(model: Backoff, history: tuple[int, ...], word: int) -> float:
    return float(np.exp(model.score(model.grams.follow(np.array([*history, word])))[-1]))


def _made_up(tokens: int, vocabulary: int, seed: int = 1) -> np.ndarray:
    """Sentences of words as uneven as those of a language."""
    rng = np.random.default_rng(seed)
    words = 3 + (rng.zipf(1.3, tokens) - 1) % (vocabulary - 4)
    ends = np.flatnonzero(rng.random(tokens) < 0.1)
    return np.array([BEGIN, *np.insert(words, np.repeat(ends, 2), np.tile([END, BEGIN], len(ends))), END])


def test_a_model_that_can_be_checked_by_hand() -> None:
    """<s> a b </s>, <s> a c </s>; too little text for discounts of its own: 0.5, 1, 1.5."""
    model = smooth(count(np.array([BEGIN, A, B, END, BEGIN, A, C, END]), 2, 6))
    # a, b and c stand in one context each, </s> in two: 5 in all, of which 3 * 0.5 + 1 are taken off.
    single = {UNKNOWN: 0.1, A: 0.1 + 0.1, B: 0.1 + 0.1, C: 0.1 + 0.1, END: 0.2 + 0.1}
    for word, chance in single.items():
        assert np.exp(model.logprobs[0][word]) == pytest.approx(chance)
    assert model.logprobs[0][BEGIN] == -np.inf
    assert _chance(model, (BEGIN,), A) == pytest.approx((2 - 1) / 2 + 1 / 2 * single[A])
    assert _chance(model, (A,), B) == pytest.approx((1 - 0.5) / 2 + 1 / 2 * single[B])
    assert _chance(model, (B,), END) == pytest.approx((1 - 0.5) / 1 + 0.5 * single[END])
    assert _chance(model, (A,), END) == pytest.approx(1 / 2 * single[END])  # backs off


def test_ngrams_at_a_sentence_begin_count_as_often_as_they_are_there_others_by_their_contexts() -> None:
    counted = count(np.array([BEGIN, A, B, END, BEGIN, A, B, END, BEGIN, C, A, B, END]), 3, 6)
    told = counted.grams.spell(2).tolist()
    pairs = {tuple(gram): n for gram, n in zip(told, adjusted(counted, 2), strict=True)}
    assert pairs[(BEGIN, A)] == 2
    assert pairs[(A, B)] == 2  # behind <s> and behind c, though it is there three times
    assert counted.counts[1][told.index([A, B])] == 3
    assert adjusted(counted, 1).tolist() == [0, 0, 1, 2, 1, 1]
    assert sorted(adjusted(counted, 3).tolist()) == [1, 1, 2, 3]


def test_discounts_come_from_the_counts_of_counts() -> None:
    counts = np.array([1, 1, 1, 1, 2, 2, 3, 4, 9, 0])
    assert discounts(counts) == pytest.approx((0.0, 0.5, 1.25, 1.0))
    assert discounts(np.array([1, 1, 3, 7])) == (0.0, 0.5, 1.0, 1.5)  # nothing is there twice


@pytest.mark.parametrize("order", [1, 2, 4])
@pytest.mark.parametrize("prune", [(), (0, 1), (0, 0, 1, 3)])
def test_chances_behind_every_history_sum_to_one(order: int, prune: tuple[int, ...]) -> None:
    text = _made_up(3000, 60)
    model = smooth(count(text, order, 60), prune)
    rng = np.random.default_rng(2)
    begins = rng.integers(0, len(text) - order, 30)
    there = np.array([text[at : at + order - 1] for at in begins]).reshape(30, order - 1)
    histories = np.concatenate([there, rng.integers(3, 60, (10, order - 1))])
    words = np.delete(np.arange(60), BEGIN)
    # Each word behind its whole history: what stands before that is out of the model's sight.
    asked = np.concatenate(
        [np.repeat(histories, len(words), axis=0), np.tile(words, len(histories))[:, None]], axis=1
    )
    scores = model.score(model.grams.follow(asked.ravel())).reshape(len(histories), len(words), order)
    assert np.exp(scores[:, :, -1]).sum(axis=1) == pytest.approx(np.ones(len(histories)), abs=1e-5)


def test_pruning_leaves_out_what_is_rare_and_keeps_the_set_closed() -> None:
    counted = count(_made_up(3000, 60), 3, 60)
    model = smooth(counted, (0, 1, 2))
    assert model.grams.size(2) == (counted.counts[1] > 1).sum()
    assert model.grams.size(3) == (counted.counts[2] > 2).sum()
    assert (model.grams.levels[1].suffix >= 0).all() and (model.grams.levels[1].history >= 0).all()
    with pytest.raises(ValueError, match="must not fall"):
        smooth(counted, (0, 2, 1))


def test_a_padded_vocabulary_keeps_its_share_back() -> None:
    text = _made_up(500, 20)
    arpa = estimate(text, 2, 40, pad=100)
    seen = np.exp(arpa.logprobs[0][arpa.words[0][:, 0] != BEGIN].astype(np.float64)).sum()
    words = len(arpa.words[0]) - 1
    assert seen + (100 - words) * np.exp(arpa.unseen) == pytest.approx(1.0, abs=1e-6)


def test_two_hundred_thousand_tokens_take_seconds() -> None:
    text = _made_up(200_000, 20_000)
    begun = time.process_time()
    estimate(text, 4, 20_000)
    assert time.process_time() - begun < 5


def test_components_need_no_tools(tmp_path: Path) -> None:
    text = _made_up(500, 20)
    arpa = estimate_component(text, 3, 20, None, tmp_path)
    assert (arpa.logprobs[2] == estimate(text, 3, 20, pad=21).logprobs[2]).all()


@pytest.fixture(scope="module")
def tools() -> Path:
    """KenLM's programs, if somebody has built them."""
    found = kenlm_tools.built_tools(user_cache_path("skoropis") / "foundry")
    if found is None:
        pytest.skip("lmplz is not built here: set KENLM_BIN to the folder that holds it")
    return found


def _documents() -> tuple[np.ndarray, int]:
    """The repository's own prose as word numbers, words seen once unknown, and the vocabulary's size.

    The last sentence holds one word that stands nowhere else: lmplz counts the n-gram that it sorts last
    otherwise than the others, which then makes no difference.
    """
    pages = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").rglob("*.md"))]
    sentences = [sentence for page in pages for line in page.split("\n") for sentence in sentences_of(line)]
    words, times = np.unique([word for sentence in sentences for word in sentence], return_counts=True)
    numbers = {word: at for at, word in enumerate(words[times > 1].tolist(), start=3)}
    text: list[int] = []
    for sentence in sentences:
        text += [BEGIN, *(numbers.get(word, UNKNOWN) for word in sentence), END]
    return np.array([*text, BEGIN, len(numbers) + 3, END]), len(numbers) + 10


def _lmplz(tools: Path, text: np.ndarray, order: int, vocabulary: int, prune: tuple, folder: Path) -> Arpa:
    names = [str(number) for number in range(vocabulary)]
    names[END] = "\n"
    plain = folder / "text.txt"
    plain.write_text(" ".join([names[n] for n in text[text != BEGIN].tolist()]), encoding="ascii")
    kenlm_tools.train(tools, plain, folder / "model.arpa", order, prune, vocabulary)
    return read_arpa(folder / "model.arpa")


@pytest.mark.parametrize(("order", "prune"), [(4, (0, 0, 0, 1)), (3, (0, 0, 0))])
def test_the_numbers_are_those_of_lmplz(tools: Path, tmp_path: Path, order: int, prune: tuple) -> None:
    text, vocabulary = _documents()
    assert len(text) > 5000
    theirs = _lmplz(tools, text, order, vocabulary, prune, tmp_path)
    ours = estimate(text, order, vocabulary, prune, pad=vocabulary + 1)
    assert ours.unseen / LN10 == pytest.approx(theirs.unseen / LN10, abs=1e-4)
    for n in range(order):
        mine, other = (np.lexsort(arpa.words[n].T[::-1]) for arpa in (ours, theirs))
        assert (ours.words[n][mine] == theirs.words[n][other]).all()
        assert np.abs(ours.logprobs[n][mine] - theirs.logprobs[n][other]).max() < 1e-4 * LN10
        if n < order - 1:
            assert np.abs(ours.backoffs[n][mine] - theirs.backoffs[n][other]).max() < 1e-4 * LN10
