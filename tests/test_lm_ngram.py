"""The n-gram run time on a tiny model whose every number can be checked by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from skoropis.errors import ModelError
from skoropis.lm.lexicon import Lexicon
from skoropis.lm.ngram import LN10, NGram
from skoropis.lm.store import save_index, save_lexicon
from skoropis.lm.successors import Level
from skoropis.lm.tokens import ends_sentence, lm_tokens, sentences, split_prefix

ARPA = """\\data\\
ngram 1=8
ngram 2=6
ngram 3=1

\\1-grams:
-1.5\t<unk>\t0
-99\t<s>\t-0.3
-1.0\t</s>\t0
-1.0\t.\t0
-0.7\tthe\t-0.2
-1.2\tcan\t-0.1
-1.3\tcat\t-0.1
-1.1\tdog\t0

\\2-grams:
-0.2\t<s> the\t-0.1
-0.9\t<s> can\t0
-0.5\tthe cat\t0
-0.4\tthe dog\t0
-0.3\tcan the\t0
-0.6\tdog .\t0

\\3-grams:
-0.1\t<s> the cat

\\end\\
"""
WORDS = ["can", "car", "cat", "dog", "the"]  # "car" is no word of the n-grams
CHANCES = [-2.8, -9.0, -3.0, -2.5, -1.6]
MARKS = ["<s>", "</s>", "<unk>", "."]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder with the files of a real one; KenLM reads ARPA text under any name."""
    folder = tmp_path_factory.mktemp("tiny")
    (folder / "ngram.klm").write_text(ARPA)
    vocabulary = np.array([word != "car" for word in WORDS])
    save_lexicon(
        folder / "lexicon.npz", Lexicon(WORDS, np.array(CHANCES, np.float32), {2: "Cat"}), vocabulary
    )
    # ids: can 0, car 1, cat 2, dog 3, the 4, <s> 5, </s> 6, <unk> 7, "." 8
    starts2 = np.array([0, 1, 1, 1, 2, 4, 6, 6, 6, 6], np.int32)  # can, -, -, dog, the, <s>
    words2 = np.array([4, 8, 2, 3, 0, 4], np.int32)
    codes2 = np.array([200, 150, 160, 180, 100, 220], np.uint8)
    starts3 = np.array([0, 0, 0, 0, 0, 0, 1], np.int32)  # <s> the -> cat
    levels = [
        Level(starts2, words2, codes2),
        Level(starts3, np.array([2], np.int32), np.array([250], np.uint8)),
    ]
    save_index(folder / "index.npz", "en", MARKS, levels)
    return folder


@pytest.fixture(scope="module")
def model(folder: Path) -> NGram:
    """The tiny model."""
    return NGram.load(folder)


def test_scores_are_katz_backoff_in_nats(model: NGram) -> None:
    state = model.start()
    assert model.score(state, "the")[0] == pytest.approx(-0.2 * LN10, abs=1e-5)
    behind_the = model.read(["the"])
    assert model.score(behind_the, "cat")[0] == pytest.approx(-0.1 * LN10, abs=1e-5)  # trigram
    assert model.score(behind_the, "dog")[0] == pytest.approx((-0.1 - 0.4) * LN10, abs=1e-5)  # one step back
    assert model.score(behind_the, "can")[0] == pytest.approx((-0.1 - 0.2 - 1.2) * LN10, abs=1e-5)  # two


def test_score_many_equals_score(model: NGram) -> None:
    state = model.read(["can", "the"])
    words = [*WORDS, ".", "unheard"]
    assert model.score_many(state, words) == pytest.approx([model.score(state, word)[0] for word in words])


def test_next_equals_scoring_every_word(model: NGram) -> None:
    for history in ([], ["the"], ["can"], ["can", "the"], ["dog"], ["unheard"], ["dog", "."]):
        state = model.read(history)
        for prefix in ("", "c", "ca", "d", "cat"):
            words = [word for word in WORDS if word.startswith(prefix)]
            scores = dict(zip(words, model.score_many(state, words), strict=True))
            wanted = sorted(scores.items(), key=lambda item: -item[1])[:3]
            got = model.next(state, prefix, 3)
            assert [word for word, _ in got] == [word for word, _ in wanted]
            assert dict(got) == pytest.approx(dict(wanted))


def test_next_offers_no_marks_and_nothing_for_a_strange_prefix(model: NGram) -> None:
    assert "." not in [word for word, _ in model.next(model.read(["dog"]), "", 10)]
    assert model.next(model.start(), "zz", 3) == []
    assert model.next(model.start(), "", 0) == []


def test_a_word_beyond_the_vocabulary_shares_the_unknown_words_chance(model: NGram) -> None:
    state = model.read(["the"])
    unknown = (-0.1 - 0.2 - 1.5) * LN10
    assert model.score(state, "car")[0] == pytest.approx(unknown, abs=1e-4)  # the only tail word gets it all
    strange = model.score(state, "grfxl")[0]
    assert math.isfinite(strange) and strange < unknown
    assert not model.knows("car") and model.knows("cat") and "car" in model.lexicon


def test_a_sentence_end_begins_anew(model: NGram) -> None:
    fresh = model.score(model.start(), "the")[0]
    assert model.score(model.read(["dog", "."]), "the")[0] == pytest.approx(fresh)
    assert model.score(model.score(model.read(["dog"]), ".")[1], "the")[0] == pytest.approx(fresh)
    assert model.score(model.read(["."], model.read(["dog"])), "the")[0] == pytest.approx(fresh)


def test_reading_in_pieces_equals_reading_at_once(model: NGram) -> None:
    tokens = ["the", "dog", ".", "can", "the"]
    for cut in range(len(tokens) + 1):
        pieces = model.read(tokens[cut:], model.read(tokens[:cut]))
        assert dict(model.next(pieces, "", 5)) == pytest.approx(dict(model.next(model.read(tokens), "", 5)))


def test_asking_changes_no_state(model: NGram) -> None:
    state = model.read(["the"])
    before = model.next(state, "", 5)
    model.score(state, "dog")
    model.read(["cat"], state)
    assert model.next(state, "", 5) == before


def test_lexicon_knows_words_spellings_and_chances(model: NGram) -> None:
    lexicon = model.lexicon
    assert list(lexicon.words) == WORDS and len(lexicon) == 5
    assert "cat" in lexicon and "ca" not in lexicon and 3 not in lexicon
    assert lexicon.surface("cat") == "Cat" and lexicon.surface("dog") == "dog" and lexicon.surface("?") == "?"
    assert lexicon.logprob("dog") == pytest.approx(-2.5) and lexicon.logprob("zebra") == -math.inf


@pytest.mark.parametrize("name", ["ngram.klm", "lexicon.npz", "index.npz"])
@pytest.mark.parametrize("harm", ["missing", "cut", "garbage"])
def test_a_damaged_folder_is_one_clear_error(folder: Path, tmp_path: Path, name: str, harm: str) -> None:
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    broken = tmp_path / name
    if harm == "missing":
        broken.unlink()
    elif harm == "cut":
        broken.write_bytes(broken.read_bytes()[: broken.stat().st_size // 2])
    else:
        broken.write_bytes(b"\x00garbage" * 100)
    with pytest.raises(ModelError) as caught:
        NGram.load(tmp_path)
    assert "\n" not in str(caught.value) and name in str(caught.value)


def test_marks_and_joined_words() -> None:
    assert lm_tokens('He said (twice): "Ёж… 5 %"') == ["he", "said", "twice", ":", "еж", ".", "<num>", "%"]
    assert split_prefix("I don'") == (["i"], "don'")
    assert split_prefix("кто-") == ([], "кто-")
    assert split_prefix("a - ") == (["a", "-"], "")


def test_sentences_end_at_marks_but_not_behind_abbreviations() -> None:
    text = lm_tokens("Mr. Smith saw J. Doe?! Yes. Это я. Там")
    assert [" ".join(s) for s in sentences(text)] == ["mr . smith saw j . doe ?", "yes .", "это я .", "там"]
    assert ends_sentence(None, ".") and not ends_sentence("word", ",")
