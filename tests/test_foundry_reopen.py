"""Reading an installed n-gram model back, and pruning it further."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("kenlm")

from skoropis.errors import InputError
from skoropis.lm.ngram import NGram
from skoropis_foundry import package, smaller
from skoropis_foundry.backoff import Backoff, weigh
from skoropis_foundry.grams import BEGIN, END, SPECIAL, union
from skoropis_foundry.package import write_model
from skoropis_foundry.recard import read, toml
from skoropis_foundry.reopen import frequencies, reopen
from skoropis_foundry.vocabulary import Lists

WORDS = ["the", "cat", "sat", "on", "mat", "dog", "ran"]
MARKS = [",", "."]
NAMES = [*SPECIAL, *MARKS, *WORDS]


def a_text() -> list[int]:
    random = np.random.default_rng(0)
    follows = random.integers(3, len(NAMES), (len(NAMES), 2))
    out: list[int] = []
    for _ in range(60):
        word = int(random.integers(3, len(NAMES)))
        out += [BEGIN, word]
        for _ in range(6):
            word = (
                int(follows[word, random.integers(2)])
                if random.random() < 0.8
                else int(random.integers(3, 12))
            )
            out.append(word)
        out.append(END)
    return out


def a_model(order: int = 4) -> Backoff:
    """A back-off model by absolute discounting."""
    text = a_text()
    unigram = np.bincount([w for w in text if w != BEGIN], minlength=len(NAMES)) + 0.5
    unigram[BEGIN] = 1e-9
    sets, chances = [], []
    for n in range(2, order + 1):
        places = [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]
        found = sorted({g for g in places if BEGIN not in g[1:] and END not in g[:-1]})
        histories = [g[:-1] for g in places if g in set(found)]
        sets.append(np.array(found, dtype=np.int64))
        chances.append({g: (places.count(g) - 0.5) / histories.count(g[:-1]) for g in found})
    grams = union(len(NAMES), [sets])
    logprobs = [np.log(unigram / unigram.sum()).astype(np.float32)]
    for n in range(2, order + 1):
        rows = map(tuple, grams.spell(n).tolist())
        logprobs.append(np.log([chances[n - 2][g] for g in rows]).astype(np.float32))
    return weigh(grams, logprobs)


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Backoff, Path]:
    """A model and its folder. KenLM reads ARPA as well, so none of its tools is needed."""
    monkeypatch.setattr(package, "quantize", lambda tools, arpa, binary: shutil.copy(arpa, binary))
    model, folder = a_model(), tmp_path / "xx-general"
    folder.mkdir()
    lexicon = [*WORDS, "zebra"]
    lists = Lists(lexicon, np.log(np.linspace(0.3, 0.01, len(lexicon))), len(WORDS), MARKS)
    write_model(model, lists, {"dog": "Dog"}, "en", tmp_path, folder)
    files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": "0"} for path in sorted(folder.iterdir())
    ]
    card = {
        "id": "xx-general", "version": "1.0.0", "kind": "ngram", "language": "en", "domain": "general",
        "licence": "CC0-1.0", "description": "A model.", "files": files,
    }  # fmt: skip
    (folder / "card.toml").write_text(toml(card), encoding="utf-8")
    return model, folder


def test_every_ngram_comes_back_with_its_probability(written: tuple[Backoff, Path]) -> None:
    model, folder = written
    opened = reopen(folder)
    names = opened.lists.model_words
    assert sorted(names) == sorted(NAMES) and opened.language == "en"
    assert opened.spelled == {"dog": "Dog"}
    assert opened.lists.lexicon[-1] == "zebra"
    for order in range(1, 5):
        before = {
            tuple(NAMES[w] for w in gram): p
            for gram, p in zip(model.grams.spell(order).tolist(), model.logprobs[order - 1], strict=True)
        }
        after = {
            tuple(names[w] for w in gram): p
            for gram, p in zip(
                opened.model.grams.spell(order).tolist(), opened.model.logprobs[order - 1], strict=True
            )
        }
        for silent in (before, after):
            silent.pop(("<s>",), None)
        assert before.keys() == after.keys()
        for gram, logprob in before.items():
            assert after[gram] == pytest.approx(logprob, abs=1e-3), gram


def test_the_frequencies_of_words_are_those_of_the_text(written: tuple[Backoff, Path]) -> None:
    model, _ = written
    share = frequencies(model)
    text = np.array(a_text())
    counts = np.bincount(text[text != BEGIN], minlength=len(NAMES))
    np.testing.assert_allclose(share[0][3:], (counts / counts.sum())[3:], atol=0.04)
    assert share[0][BEGIN] == pytest.approx(share[0][END])
    assert [len(each) for each in share] == [model.grams.size(order) for order in (1, 2, 3)]


def test_a_smaller_model_is_put_beside_the_old_one(
    written: tuple[Backoff, Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(smaller, "find_tools", lambda cache: tmp_path)
    model, folder = written
    budget = 0.5 * sum(model.grams.size(n) * cost for n, cost in zip((2, 3, 4), package.BYTES, strict=True))
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    command = [
        str(folder),
        "--budget",
        str(budget / 1e6),
        "--name",
        "xx-small",
        "--out",
        str(tmp_path),
        "--json",
    ]
    smaller.main(command)
    told = json.loads(capsys.readouterr().out)
    assert sum(told["ngrams"]) < sum(told["ngrams_before"])
    assert sum(n * c for n, c in zip(told["ngrams"][1:], package.BYTES, strict=True)) <= budget
    small = NGram.load(tmp_path / "xx-small")
    logprob, _ = small.score(small.read(["the", "cat"]), "sat")
    assert -20 < logprob < 0
    assert read(tmp_path / "xx-small")["recipe"]["pruned_from"] == "xx-general 1.0.0"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    with pytest.raises(InputError, match="--replace"):
        smaller.main(command)
