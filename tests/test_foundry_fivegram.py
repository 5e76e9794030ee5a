"""KenLM's programs and the large model that is made with them to compare with."""

from __future__ import annotations

import lzma
import os
import threading
from pathlib import Path

import numpy as np
import pytest
from platformdirs import user_cache_path

from skoropis.lm.ngram import LN10, NGram
from skoropis.lm.tokens import lm_tokens
from skoropis_foundry import kenlm_tools
from skoropis_foundry.fivegram import make, name_unknown
from skoropis_foundry.kneser_ney import count, smooth
from skoropis_foundry.package import write_model
from skoropis_foundry.recipe import Recipe, Source
from skoropis_foundry.vocabulary import Lists

ARPA = """\\data\\
ngram 1=4
ngram 2=2

\\1-grams:
-1.5\t<unk>\t0
0\t<s>\t-0.3
-1.0\t</s>\t0
-0.9\t<other>\t-0.2

\\2-grams:
-0.2\t<s> <other>
-0.9\t<other> </s>

\\end\\
"""
TEXTS = {
    "one": "The cat sat on the mat. The dog sat on the mat. The cat saw the dog on the mat.",
    "two": "A bird saw the cat. The cat saw a bird, and the bird saw the cat on the mat.",
}
WORDS = ["the", "cat", "dog", "sat", "saw", "on", "mat"]


def test_the_unknown_word_takes_the_place_of_lmplzs_own(tmp_path: Path) -> None:
    (tmp_path / "old.arpa").write_text(ARPA)
    name_unknown(tmp_path / "old.arpa", tmp_path / "new.arpa")
    new = (tmp_path / "new.arpa").read_text()
    assert "ngram 1=3\nngram 2=2" in new and "<other>" not in new and "-1.5" not in new
    assert "-0.9\t<unk>\t-0.2\n" in new and "-0.2\t<s> <unk>\n" in new


def test_an_unpruned_model_over_the_words_of_another(tmp_path: Path) -> None:
    tools = kenlm_tools.built_tools(user_cache_path("skoropis") / "foundry")
    if tools is None:
        pytest.skip("lmplz is not built here: set KENLM_BIN to the folder that holds it")
    train, like, folder = (tmp_path / name for name in ("train", "like", "five"))
    for place in (train, like, folder):
        place.mkdir()
    for name, text in TEXTS.items():
        with lzma.open(train / f"{name}.txt.xz", "wt", encoding="utf-8") as file:
            file.write(text + "\n")
    # Another model that knows seven words and lists an eighth, which its n-grams do not know.
    lists = Lists([*WORDS, "bird"], np.log(np.full(8, 0.1)), len(WORDS), [",", "."])
    small = smooth(count(np.array([1, 5, 6, 2]), 2, len(lists.model_words)))
    write_model(small, lists, {"cat": "Cat"}, "en", None, like)
    sources = {name: (Source(name, "", ""),) for name in TEXTS}
    recipe = Recipe("en", sources, (), (), 7, 8, "[a-z]", shown={})

    make(recipe, train, like, tmp_path / "cache", tools, folder, lambda line: None)
    model = NGram.load(folder)
    assert {file.name for file in folder.iterdir()} == {"ngram.klm", "index.npz", "lexicon.npz"}
    assert model._model.order == 5
    assert model.knows("cat") and not model.knows("bird") and "bird" in model.lexicon
    assert model.lexicon.surface("cat") == "Cat"
    assert [word for word, _ in model.next(model.read(lm_tokens("saw the")), "", 2)] == ["cat", "dog"]
    tokens = [*WORDS, ",", ".", "</s>"]
    for text in ("", "the cat", "the cat saw the", "dog dog dog"):
        state = model.read(lm_tokens(text))
        # All that is unknown goes to the only word that is listed and unknown; a little is kept back.
        total = sum(np.exp(model.score(state, token)[0]) for token in [*tokens, "bird"])
        assert 0.96 < total <= 1.0
    before, behind = model.read(lm_tokens("sat on the")), model.read(lm_tokens("dog sat on the"))
    assert model.score(behind, "mat")[0] / LN10 > model.score(before, "dog")[0] / LN10


def test_builds_that_race_both_end_with_working_programs(tmp_path: Path) -> None:
    """Each moves its own programs into place, whoever was first."""
    target, built = tmp_path / "bin", [tmp_path / "one", tmp_path / "two"]
    for folder in built:
        folder.mkdir()
        for tool in ("lmplz", "build_binary"):
            (folder / tool).write_text(folder.name)
    (target / "left by an older build").mkdir(parents=True)
    threads = [threading.Thread(target=kenlm_tools.install, args=(folder, target)) for folder in built]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(target / tool).read_text() for tool in ("lmplz", "build_binary")} <= {"one", "two"}


def test_built_tools_are_found_but_never_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KENLM_BIN", raising=False)
    monkeypatch.setenv("PATH", os.devnull)
    assert kenlm_tools.built_tools(tmp_path) is None
    for tool in ("lmplz", "build_binary"):
        (tmp_path / tool).touch()
    monkeypatch.setenv("KENLM_BIN", str(tmp_path))
    assert kenlm_tools.built_tools(tmp_path / "elsewhere") == tmp_path
