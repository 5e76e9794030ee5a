"""Completion and next-word prediction."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest

from skoropis.api import Context
from skoropis.profile.memory import MemoryProfile
from skoropis.testing.fakes import FakeModels
from skoropis_predict.predictor import Predictor

ENGLISH = [
    "I'll see you tomorrow.",
    "I'll see you tomorrow morning.",
    "See you today.",
    "We flew to Moscow and I'm glad.",
    "They see you too, tonight.",
]
RUSSIAN = ["Я ещё приду.", "Увидимся ещё завтра.", "Мы завтра едем в Москву."]


@pytest.fixture
def profile() -> MemoryProfile:
    return MemoryProfile()


@pytest.fixture
def predictor(profile: MemoryProfile) -> Predictor:
    return Predictor(FakeModels(en=ENGLISH, ru=RUSSIAN), profile)


def texts(predictor: Predictor, before: str, limit: int = 3, **context: object) -> list[str]:
    offers = [
        offer
        for offer in predictor.predict(Context(before, **context), limit)
        if offer.kind != "continuation"
    ]
    assert len(offers) <= limit
    for offer in offers:
        assert offer.edit.apply(before).endswith(offer.text)
        assert offer.logprob <= 0
    assert [o.logprob for o in offers] == sorted((o.logprob for o in offers), reverse=True)
    return [offer.text for offer in offers]


def test_a_begun_word_is_completed_from_its_context(predictor: Predictor) -> None:
    assert texts(predictor, "I'll see you tom")[0] == "tomorrow"


def test_the_next_word_is_proposed(predictor: Predictor) -> None:
    assert texts(predictor, "I'll see ")[0] == "you"


def test_the_word_that_stands_there_already_is_not_offered(predictor: Predictor) -> None:
    assert "to" not in texts(predictor, "I'll see you to")


def test_words_are_written_as_usual_and_as_begun(predictor: Predictor) -> None:
    assert texts(predictor, "we flew to mosc") == ["Moscow"]
    assert texts(predictor, "we flew to MOSC") == ["MOSCOW"]
    assert texts(predictor, "Tomo") == ["Tomorrow"]
    assert "I'm" in texts(predictor, "glad i'")


def test_a_sentence_begins_with_a_capital(predictor: Predictor) -> None:
    assert texts(predictor, "I see. ")[0][0].isupper()
    assert texts(predictor, "")[0][0].isupper()


def test_the_begun_word_decides_the_language(predictor: Predictor) -> None:
    assert texts(predictor, "see you завт") == ["завтра"]
    assert texts(predictor, "Увидимся ")[0] == "ещё"
    assert texts(predictor, "увидимся еще зав", language="ru") == ["завтра"]


def test_what_the_user_wrote_with_yo_or_without_stays(predictor: Predictor) -> None:
    assert texts(predictor, "я ещ") == ["ещё"]
    assert predictor.predict(Context("я ещё"), 3) == []


@pytest.mark.parametrize("before", ["see 12", "mail a@b.c", "x2", "https://see.you/to"])
def test_nothing_is_offered_inside_numbers_and_addresses(predictor: Predictor, before: str) -> None:
    assert texts(predictor, before) == []


def test_nothing_is_offered_in_secret_fields_or_inside_a_word(predictor: Predictor) -> None:
    assert texts(predictor, "see you tom", purpose="password") == []
    assert texts(predictor, "see you tom", after="orrow") == []


def test_learned_words_are_offered_and_forgotten_ones_are_not(
    predictor: Predictor, profile: MemoryProfile
) -> None:
    assert texts(predictor, "ask Skoro") == []
    profile.learn("Ask Skoropis again. Ask Skoropis twice.")

    assert texts(predictor, "ask skoro") == ["Skoropis"]
    assert texts(predictor, "please ask ")[0] == "Skoropis"

    profile.forget("skoropis")
    assert texts(predictor, "ask Skoro") == []


def test_a_new_word_is_offered_from_its_second_sighting_on(
    predictor: Predictor, profile: MemoryProfile
) -> None:
    profile.learn("ask the kubelet")
    assert texts(predictor, "ask the kub") == []
    profile.learn("the kubelet is down")
    assert texts(predictor, "ask the kub") == ["kubelet"]


def test_learning_keeps_chances_chances(predictor: Predictor, profile: MemoryProfile) -> None:
    for _ in range(20):
        profile.learn("see you tonight")

    offers = [o for o in predictor.predict(Context("see you to"), 10) if o.kind != "continuation"]
    assert offers[0].text == "tonight"
    assert sum(math.exp(offer.logprob) for offer in offers) <= 1 + 1e-9


def test_a_word_that_was_insisted_on_is_offered_at_once(predictor: Predictor, profile: MemoryProfile) -> None:
    profile.undone("teh", "the")

    assert "teh" in texts(predictor, "see te")


def test_what_the_user_writes_more_often_comes_first(predictor: Predictor, profile: MemoryProfile) -> None:
    assert texts(predictor, "see you to", limit=3)[0] == "tomorrow"
    for _ in range(5):
        profile.learn("see you tonight")

    assert texts(predictor, "see you to", limit=3)[0] == "tonight"


@pytest.mark.parametrize(
    "before", ["🙂", "🙂 see y", "e\u0301", "שלום ", "a" * 10_000, " " * 50, "\n\n", "…"]
)
def test_odd_text_is_answered_sensibly(predictor: Predictor, before: str) -> None:
    texts(predictor, before)


def test_the_case_of_the_first_letter_tells_names_from_words() -> None:
    models = FakeModels(en=["We saw Marcus there.", "We saw Marcus again.", "They saw markets there."])
    predictor = Predictor(models, MemoryProfile())

    assert texts(predictor, "We saw Mar", limit=1) == ["Marcus"]
    assert texts(predictor, "We saw mar", limit=1) == ["markets"]
    assert texts(predictor, "They left. Mar", limit=1) == ["Marcus"], (
        "a capital that begins a sentence tells nothing"
    )


def test_each_context_is_answered_by_its_domain() -> None:
    models = FakeModels(
        en=["The angle was right."], en_medical=["The angina was treated."], ru=["Угол прямой."]
    )
    predictor = Predictor(models, MemoryProfile())

    assert texts(predictor, "The ang") == ["angle"]
    assert texts(predictor, "The ang", domain="medical") == ["angina"]
    assert texts(predictor, "The ang", domain="law") == ["angle"], "a domain without a model"
    assert texts(predictor, "уг", domain="medical") == ["Угол"], "nor in this language"
    assert texts(predictor, "The ang") == ["angle"], "nothing is kept from one call to the next"


def phrases(predictor: Predictor, before: str) -> list[str]:
    offers = predictor.predict(Context(before), 3)
    found = [offer for offer in offers if offer.kind == "continuation"]
    assert [f.logprob for f in found] == sorted((f.logprob for f in found), reverse=True)
    return [offer.edit.apply(before) for offer in found]


def test_phrases_grow_word_by_word_while_they_stay_likely(predictor: Predictor) -> None:
    found = phrases(predictor, "We fl")

    assert found[:2] == ["We flew", "We flew to"]
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(found))
    assert len(found) <= 5


def test_no_phrase_where_the_first_word_is_a_guess_or_all_but_there(predictor: Predictor) -> None:
    assert phrases(predictor, "zzz") == []
    assert phrases(predictor, "We fle") == []
