"""Which words a model gets to know."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from skoropis_foundry import vocabulary
from skoropis_foundry.corpus import Corpus
from skoropis_foundry.spelling import spellings
from skoropis_foundry.vocabulary import Lists, choose

WORDS = {
    "</s>": 0, "receive": 900, "recieve": 30, "dont": 40, "don't": 800, "alot": 60, "lot": 500, "google": 90,
    "smith": 50, "cat": 5, "rarely": 1, "zzz": 1, "<num>": 100, ",": 400, "cat-like": 30, "ya": 30,
}  # fmt: skip
KNOWN = {"receive", "don't", "lot", "cat", "rarely", "like"}


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> Lists:
    monkeypatch.setattr(vocabulary, "dictionary", lambda language: KNOWN)
    monkeypatch.setattr(vocabulary, "frequencies", lambda language: {})
    capital = Counter({"Smith": 30})
    corpus = Corpus(
        list(WORDS), {}, {"smith": capital, "cat": Counter({"CAT": 1})}, Counter({"smith": 30, "cat": 5})
    )
    counts = np.array(list(WORDS.values()))
    chances = {word: count / counts.sum() for word, count in WORDS.items()} | {"like": 1e-6}
    return choose(corpus, counts, chances, "en", "[a-z]", 4, 100)


def test_misspellings_and_noise_are_left_out(lists: Lists) -> None:
    assert not {"recieve", "dont", "alot", "zzz", "<num>", ","} & set(lists.lexicon)


def test_dictionary_words_names_compounds_and_new_words_stay(lists: Lists) -> None:
    assert {"receive", "don't", "rarely", "smith", "google", "cat-like", "like"} <= set(lists.lexicon)


def test_the_ngrams_know_the_likeliest_words_that_the_text_holds_twice(lists: Lists) -> None:
    assert lists.vocabulary == 4
    assert set(lists.lexicon[:4]) == {"receive", "don't", "lot", "google"}
    assert lists.model_words[:3] == ["<unk>", "<s>", "</s>"] and "," in lists.marks
    assert lists.logprobs[0] == pytest.approx(np.log(900 / sum(WORDS.values())))


class Names:
    """A dictionary: tomatoes are ordinary, China is a name too, a smith is in no list."""

    def __contains__(self, word: object) -> bool:
        return word in ("tomatoes", "china", "march")

    def ordinary(self, word: str) -> bool:
        return word in self

    def name(self, word: str) -> bool:
        return word in ("china", "march")


def test_a_word_is_spelled_as_it_mostly_is_inside_sentences() -> None:
    capitals = {"smith": 30, "may": 2, "tomatoes": 28, "china": 25, "march": 18}
    corpus = Corpus(
        [],
        {},
        {word: Counter({word.title(): count}) for word, count in capitals.items()},
        Counter(dict.fromkeys(capitals, 31)),
    )

    assert spellings(corpus, [*capitals, "cat"], Names()) == {"smith": "Smith", "china": "China"}
