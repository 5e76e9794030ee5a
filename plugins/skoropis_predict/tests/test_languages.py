"""The language of the next word, where a text mixes two."""

from __future__ import annotations

import math

import pytest

from skoropis.api import Context
from skoropis.profile.memory import MemoryProfile
from skoropis.testing.fakes import FakeModels
from skoropis_predict.languages import language_shares, merged
from skoropis_predict.predictor import Predictor

BOTH = ("en", "ru")


def shares(text: str) -> dict[str, float]:
    found = language_shares(text.split(), BOTH)
    assert not found or sum(share for _, share in found) == pytest.approx(1.0)
    assert [share for _, share in found] == sorted((share for _, share in found), reverse=True)
    return dict(found)


def test_a_text_of_one_language_asks_that_one_alone() -> None:
    assert shares("я тебя люблю") == {"ru": 1.0}
    assert shares("I love you , <num> .") == {"en": 1.0}
    assert shares("<num> .") == {}


def test_a_term_does_not_flip_the_language() -> None:
    assert shares("мы вчера ставили docker")["ru"] > 0.5
    assert shares("мы вчера ставили docker compose и")["ru"] > 0.9
    assert shares("yesterday we met Иван")["en"] > 0.5


def test_behind_a_term_the_other_language_is_likelier_than_behind_a_word() -> None:
    behind_term = shares("мы вчера ставили docker").get("en", 0.0)
    behind_word = shares("мы вчера ставили docker на").get("en", 0.0)
    assert behind_term > 2 * behind_word


def test_a_clause_of_the_other_language_does() -> None:
    assert shares("он сказал : we will see you there tomorrow then")["en"] > 0.5


def test_answers_are_one_ranking() -> None:
    one = [("да", math.log(0.5)), ("no", math.log(0.1))]
    other = [("no", math.log(0.9))]
    ranked = merged([(0.8, one), (0.2, other)], 2)
    assert [word for word, _ in ranked] == ["да", "no"]
    assert math.exp(ranked[1][1]) == pytest.approx(0.8 * 0.1 + 0.2 * 0.9)
    assert merged([(1.0, one)], 2) == one


def test_behind_a_term_both_languages_are_offered() -> None:
    models = FakeModels(en=["docker compose build", "use docker compose"], ru=["мы ставим на сервер"] * 3)
    predictor = Predictor(models, MemoryProfile())

    offers = [s.text for s in predictor.predict(Context("мы ставим docker "), 3)]
    assert offers[0] == "compose"
    assert set(offers) & {"на", "мы", "сервер"}
    assert predictor.predict(Context("мы ставим com"), 3)[0].text == "compose"
