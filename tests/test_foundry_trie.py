"""KenLM's trie without KenLM's tools: KenLM itself must read it as it reads the same model's ARPA file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from platformdirs import user_cache_path

from skoropis_foundry import kenlm_tools
from skoropis_foundry.backoff import Backoff, write_arpa
from skoropis_foundry.grams import BEGIN, END, SPECIAL
from skoropis_foundry.kneser_ney import count, smooth
from skoropis_foundry.trie import murmur_hash, quantise, write_trie

NAMES = ["a", "at", "the", "word", "seven7s", "eighty-8", "ninety9999", "internationally", "ёж", "подъезд"]


def _model(tokens: int, words: list[str], order: int) -> Backoff:
    rng = np.random.default_rng(5)
    text = 3 + (rng.zipf(1.4, tokens) - 1) % len(words)
    ends = np.flatnonzero(rng.random(tokens) < 0.15)
    marked = np.insert(text, np.repeat(ends, 2), np.tile([END, BEGIN], len(ends)))
    return smooth(count(np.array([BEGIN, *marked, END]), order, len(words) + 3))


def _kenlm(path: Path) -> Any:
    import kenlm

    config = kenlm.Config()
    config.show_progress = False
    config.arpa_complain = kenlm.ARPALoadComplain.NONE
    return kenlm.Model(str(path), config)


def _sentences(words: list[str], number: int = 200) -> list[str]:
    rng = np.random.default_rng(6)
    return [" ".join(rng.choice([*words, "unheard"], rng.integers(1, 9))) for _ in range(number)]


@pytest.mark.parametrize("order", [2, 3, 4])
def test_kenlm_reads_the_same_model_from_trie_and_arpa(tmp_path: Path, order: int) -> None:
    """So few n-grams that the quantiser has a place for each value."""
    model = _model(120, NAMES, order)
    write_trie(model, [*SPECIAL, *NAMES], tmp_path / "ngram.klm")
    write_arpa(model, [*SPECIAL, *NAMES], tmp_path / "ngram.arpa")
    ours, reference = _kenlm(tmp_path / "ngram.klm"), _kenlm(tmp_path / "ngram.arpa")
    assert ours.order == reference.order == order
    for sentence in _sentences(NAMES):
        told = [(logprob, length) for logprob, length, _ in reference.full_scores(sentence)]
        mine = [(logprob, length) for logprob, length, _ in ours.full_scores(sentence)]
        assert [length for _, length in mine] == [length for _, length in told]
        assert [logprob for logprob, _ in mine] == pytest.approx([logprob for logprob, _ in told], abs=2e-4)


def test_states_forget_what_no_ngram_begins_with(tmp_path: Path) -> None:
    """KenLM then answers the same for both histories, at less cost."""
    import kenlm

    model = _model(120, NAMES, 3)
    write_trie(model, [*SPECIAL, *NAMES], tmp_path / "ngram.klm")
    write_arpa(model, [*SPECIAL, *NAMES], tmp_path / "ngram.arpa")
    states = []
    for name in ("ngram.klm", "ngram.arpa"):
        model_of, equal = _kenlm(tmp_path / name), []
        for first in NAMES:
            for second in NAMES:
                one, two, alone = kenlm.State(), kenlm.State(), kenlm.State()
                model_of.NullContextWrite(one)
                model_of.BaseScore(one, first, two)
                model_of.BaseScore(two, second, one)
                model_of.NullContextWrite(two)
                model_of.BaseScore(two, second, alone)
                equal.append(one == alone)
        states.append(equal)
    assert states[0] == states[1] and any(states[0]) and not all(states[0])


def test_many_ngrams_cost_little_precision(tmp_path: Path) -> None:
    words = [f"w{number}" for number in range(2000)]
    model = _model(60_000, words, 4)
    assert model.grams.size(4) > 1 << 15
    write_trie(model, [*SPECIAL, *words], tmp_path / "ngram.klm")
    write_arpa(model, [*SPECIAL, *words], tmp_path / "ngram.arpa")
    ours, reference = _kenlm(tmp_path / "ngram.klm"), _kenlm(tmp_path / "ngram.arpa")
    texts = _sentences(words)
    off = [abs(ours.score(text) - reference.score(text)) / (text.count(" ") + 2) for text in texts]
    assert np.mean(off) < 0.01 and max(off) < 0.1
    assert (tmp_path / "ngram.klm").stat().st_size < (tmp_path / "ngram.arpa").stat().st_size / 4


def test_the_file_is_laid_out_as_build_binary_does_it(tmp_path: Path) -> None:
    tools = kenlm_tools.built_tools(user_cache_path("skoropis") / "foundry")
    if tools is None:
        pytest.skip("build_binary is not built here: set KENLM_BIN to the folder that holds it")
    model = _model(3000, NAMES, 4)
    write_trie(model, [*SPECIAL, *NAMES], tmp_path / "ours.klm")
    write_arpa(model, [*SPECIAL, *NAMES], tmp_path / "ngram.arpa")
    command = [str(tools / "build_binary"), "-v", "-q", "8", "-b", "8", "trie"]
    kenlm_tools._run([*command, str(tmp_path / "ngram.arpa"), str(tmp_path / "theirs.klm")])
    ours, theirs = ((tmp_path / name).read_bytes() for name in ("ours.klm", "theirs.klm"))
    assert len(ours) == len(theirs)
    words = 8 * (len(NAMES) + 4)
    assert ours[: 144 + words] == theirs[: 144 + words]  # header and vocabulary


def test_a_model_whose_longest_ngrams_are_none(tmp_path: Path) -> None:
    model = smooth(count(np.array([BEGIN, 3, END, BEGIN, 4, END]), 4, 5))
    assert model.grams.size(4) == 0
    write_trie(model, [*SPECIAL, "one", "two"], tmp_path / "ngram.klm")
    write_arpa(model, [*SPECIAL, "one", "two"], tmp_path / "ngram.arpa")
    kenlm = _kenlm(tmp_path / "ngram.klm")
    assert kenlm.order == 4 and kenlm.score("one") == pytest.approx(kenlm.score("two"))
    assert kenlm.score("one one") < kenlm.score("one")


def test_the_hash_is_murmurs() -> None:
    assert murmur_hash(b"") == 0
    assert len({murmur_hash(name.encode()) for name in NAMES}) == len(NAMES)


def test_a_quantiser_is_exact_for_few_values_and_close_for_many() -> None:
    few = np.array([-3.0, -1.0, -2.5, -1.0], dtype=np.float32)
    centres, codes = quantise(few, 256)
    assert centres[codes].tolist() == few.tolist()
    many = -np.random.default_rng(7).gamma(2.0, 1.0, 10_000).astype(np.float32)
    centres, codes = quantise(many, 256)
    assert (np.diff(centres) >= 0).all() and len(np.unique(codes)) == 256
    assert np.abs(centres[codes] - many).mean() < 0.01
    assert quantise(np.empty(0, np.float32), 16)[0].shape == (16,)
