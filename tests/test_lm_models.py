"""The models that ship, asked as the suite asks them."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import skoropis_models
from skoropis.lm.ngram import NGram
from skoropis.lm.tokens import lm_tokens
from skoropis.models.card import read_card

FOLDER = Path(skoropis_models.__file__).parent
LIMIT = 25_000_000
TEXTS = {
    "en": ["I would like to", "Thank you for", "The doctor said that the patient", "We went", "", "It was a"],
    "ru": ["Я хочу", "Спасибо за", "Он сказал, что", "В начале", "", "Мы не"],
}
PREFIXES = {"en": ["", "t", "th", "re", "com", "wh"], "ru": ["", "п", "по", "ра", "что", "вы"]}


@pytest.fixture(scope="module", params=["en", "ru"])
def model(request: pytest.FixtureRequest) -> NGram:
    return NGram.load(FOLDER / f"{request.param}-general")


def test_a_folder_holds_what_its_card_says_and_is_small(model: NGram) -> None:
    folder = FOLDER / f"{model.language}-general"
    card = read_card(folder)
    assert (card.kind, card.language, card.domain) == ("blend", model.language, "general")
    assert {file.name for file in card.files} | {"card.toml", "CARD.md"} == {f.name for f in folder.iterdir()}
    assert sum(f.stat().st_size for f in folder.iterdir()) <= LIMIT
    assert card.sources and card.attribution and {m.split for m in card.metrics} == {"dev", "test"}


def test_candidates_agree_with_scoring_every_word(model: NGram) -> None:
    """Ninety-seven of a hundred of the three best are those that scoring the whole range finds."""
    right = total = 0
    words = model.lexicon.words
    for text in TEXTS[model.language]:
        state = model.read(lm_tokens(text))
        for prefix in PREFIXES[model.language]:
            low, high = model.lexicon.range(prefix)
            scores = model.score_many(state, words[low:high])
            best = sorted(range(high - low), key=lambda i: -scores[i])[:3]
            wanted = {words[low + i] for i in best}
            right += len(wanted & {word for word, _ in model.next(state, prefix, 3)})
            total += 3
    assert right / total >= 0.97, f"{right} of {total}"


def test_every_candidate_begins_with_the_prefix_and_is_scored_like_score(model: NGram) -> None:
    for text in TEXTS[model.language]:
        state = model.read(lm_tokens(text))
        for prefix in PREFIXES[model.language]:
            found = model.next(state, prefix, 8)
            assert [p for _, p in found] == sorted((p for _, p in found), reverse=True)
            for word, logprob in found:
                assert word.startswith(prefix) and word in model.lexicon
                assert logprob == pytest.approx(model.score(state, word)[0])


def test_common_misspellings_are_no_words(model: NGram) -> None:
    wrong = {
        "en": ["teh", "recieve", "definately", "alot", "seperate"],
        "ru": ["здраствуйте", "вобщем", "чтото"],
    }
    right = {
        "en": ["receive", "i'm", "london", "website"],
        "ru": ["здравствуйте", "кто-то", "москвой", "еще"],
    }
    assert not [word for word in wrong[model.language] if word in model.lexicon]
    assert not [word for word in right[model.language] if word not in model.lexicon]


def test_names_are_written_with_a_capital(model: NGram) -> None:
    word, spelling = {"en": ("london", "London"), "ru": ("москва", "Москва")}[model.language]
    assert model.lexicon.surface(word) == spelling


def test_asking_does_not_grow_slower_with_the_text(model: NGram) -> None:
    tokens = lm_tokens(" ".join(TEXTS[model.language] * 400))

    def seconds(history: list[str]) -> float:
        times = []
        for _ in range(30):
            begin = time.process_time()
            model.next(model.read(history), PREFIXES[model.language][1], 3)
            times.append(time.process_time() - begin)
        return sorted(times)[len(times) // 2]

    seconds(tokens[-10:])
    assert seconds(tokens) < 20 * seconds(tokens[-10:])
