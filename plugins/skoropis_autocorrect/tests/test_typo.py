"""The channel: which slips are likely, and which words a slip may stand for."""

from __future__ import annotations

import random

import numpy as np
import pytest

from skoropis.testing.fakes import FakeLexicon
from skoropis_autocorrect.calibration import FEATURES, calibration
from skoropis_autocorrect.candidates import CandidateIndex
from skoropis_autocorrect.forms import forms
from skoropis_autocorrect.keyboard import keyboard
from skoropis_autocorrect.plausible import LetterModel
from skoropis_autocorrect.spaces import hyphened, splits
from skoropis_autocorrect.typo import TypoModel, typo_model


def model(language: str) -> TypoModel:
    found = typo_model(language)
    assert found is not None
    return found


def plain_distance(a: str, b: str) -> int:
    """Optimal string alignment distance, as in a textbook."""
    table = [[i + j if i * j == 0 else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            table[i][j] = min(
                table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                table[i][j] = min(table[i][j], table[i - 2][j - 2] + 1)
    return table[len(a)][len(b)]


def test_keys_beside_one_another_are_neighbours_in_both_layouts() -> None:
    assert keyboard("qwerty").neighbours("g", "h")
    assert not keyboard("qwerty").neighbours("q", "p")
    assert keyboard("йцукен").neighbours("п", "р")
    assert not keyboard("йцукен").neighbours("й", "ю")
    assert keyboard("qwerty").distance("a", "ж") == float("inf")


def test_an_unknown_layout_is_an_error() -> None:
    with pytest.raises(KeyError):
        keyboard("none")


@pytest.mark.parametrize(
    ("language", "typed", "meant", "unlikelier"),
    [
        ("en", "hpuse", "house", "hxuse"),  # a neighbour before a far key
        ("en", "teh", "the", "tqe"),  # a swap before a far key
        ("en", "recieve", "receive", "recxive"),
        ("en", "dont", "don't", "don"),
        ("en", "comming", "coming", "cominq"),
        ("ru", "карова", "корова", "кырова"),
        ("ru", "нравиться", "нравится", "нравипся"),
        ("ru", "сонце", "солнце", "сопнце"),
        ("ru", "програма", "программа", "програмюма"),
    ],
)
def test_likely_slips_cost_less(language: str, typed: str, meant: str, unlikelier: str) -> None:
    channel = model(language)
    assert 0 > channel.logprob(typed, meant) > channel.logprob(unlikelier, meant)


def test_a_word_is_a_sure_spelling_of_itself() -> None:
    assert model("en").logprob("word", "word") == 0


def test_the_first_letter_is_seldom_wrong() -> None:
    assert model("en").logprob("gouse", "house") < model("en").logprob("hojse", "house")


def test_words_scored_together_score_as_they_do_alone() -> None:
    channel = model("en")
    meant = ["the", "then", "they", "other"]
    codes = np.zeros((len(meant), 28), dtype=np.uint8)
    for row, word in enumerate(meant):
        codes[row, : len(word)] = channel.encode(word)
    together = channel.logprobs("thye", codes, np.array([len(word) for word in meant]))
    assert together.tolist() == pytest.approx([channel.logprob("thye", word) for word in meant])


def test_the_index_finds_every_frequent_word_within_two_edits() -> None:
    rng = random.Random(3)
    words = sorted({"".join(rng.choice("abcde") for _ in range(rng.randint(5, 7))) for _ in range(300)})
    lexicon = FakeLexicon([" ".join(words)])
    index = CandidateIndex(lexicon, model("en"))
    for word in rng.sample(words, 40):
        typed = list(word)
        typed[rng.randrange(len(typed))] = rng.choice("abcdef")
        k = rng.randrange(len(typed))
        typed = typed[:k] + typed[k + 1 :] if rng.random() < 0.5 else [*typed[:k], "f", *typed[k:]]
        spelled = "".join(typed)
        bound = index.bound(spelled)
        found = {candidate for candidate, _, _ in index.lookup(spelled)}
        near = {w for w in words if 0 < plain_distance(spelled, w) <= 2}
        close = {
            w for w in near if model("en").logprob(spelled, w) > -bound and abs(len(w) - len(spelled)) < 3
        }
        assert close <= found


def test_the_index_ranks_by_channel_and_frequency() -> None:
    index = CandidateIndex(FakeLexicon(["the the the the ten teh-a tea"]), model("en"))
    assert next(iter(index.lookup("teh")))[0] == "the"


def test_strange_letters_are_not_looked_up() -> None:
    index = CandidateIndex(FakeLexicon(["naïve words here"]), model("en"))
    assert index.lookup("naïv") == []
    assert index.lookup("😀") == []
    assert index.lookup("x" * 200) == []
    assert "naïve" not in {word for word, _, _ in index.lookup("nave")}


@pytest.mark.parametrize(
    ("language", "typed", "meant"),
    [
        ("ru", "ошпареных", "ошпаренных"),  # a spelling
        ("ru", "реалестичных", "реалистичных"),  # a letter that sounds alike
        ("ru", "класнее", "класснее"),  # a doubling
        ("en", "fotograph", "photograph"),
    ],
)
def test_words_that_sound_alike_are_made_without_an_index(language: str, typed: str, meant: str) -> None:
    assert meant in model(language).variants(typed)
    assert typed not in model(language).variants(typed)


def test_a_space_left_out_beside_a_small_word_is_a_likelier_slip() -> None:
    lexicon = FakeLexicon(["не верилось в это", "кот верилось"])
    channel = model("ru")
    glued = dict(splits("неверилось", lexicon, channel, lambda _: True))
    plain = dict(splits("котверилось", lexicon, channel, lambda _: True))
    assert glued["не", "верилось"] > plain["кот", "верилось"]


def test_a_hyphen_joins_only_what_the_lexicon_holds() -> None:
    lexicon = FakeLexicon(["из-под стола"])
    assert hyphened("из", "под", lexicon, model("ru")) == "из-под"
    assert hyphened("из", "стола", lexicon, model("ru")) is None


def test_an_empty_lexicon_gives_no_candidates() -> None:
    assert CandidateIndex(FakeLexicon([]), model("en")).lookup("word") == []


def test_letters_in_a_usual_order_are_more_plausible() -> None:
    index = CandidateIndex(FakeLexicon(["strange strong string strand bring brand bright"]), model("en"))
    letters = LetterModel(index.codes, index.lengths, len(model("en").alphabet))
    assert letters.logprob(model("en").encode("strung")) > letters.logprob(model("en").encode("gntsru"))


@pytest.mark.parametrize(
    ("language", "word", "known"),
    [
        ("en", "accommodation", True),
        ("en", "accomodation", False),
        ("en", "colour", True),
        ("ru", "елка", True),  # the dictionary spells it with ё
        ("ru", "превозмогающими", True),
        ("ru", "карова", False),
        ("de", "wort", False),
    ],
)
def test_dictionaries_know_words_and_not_slips(language: str, word: str, known: bool) -> None:
    assert (word in forms(language)) is known


@pytest.mark.parametrize("language", ["en", "ru"])
def test_calibration_has_a_weight_for_each_feature_and_gap_speaks_for_the_mend(language: str) -> None:
    fitted = calibration(language)
    for doubt, names in FEATURES.items():
        features = dict.fromkeys(names, 0.0)
        low = fitted.logprob(doubt, features | {"gap": -5.0})
        high = fitted.logprob(doubt, features | {"gap": 5.0})
        assert low < high <= 0
