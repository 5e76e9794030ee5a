"""Completing what was begun with a slip."""

from __future__ import annotations

import math

import pytest

from skoropis.api import Context
from skoropis.profile.memory import MemoryProfile
from skoropis.testing.fakes import FakeModels
from skoropis_autocorrect.begun import BegunWords

ENGLISH = ["I receive a letter from Moscow every day", "the recipe for a good dinner", "good morning to you"]
RUSSIAN = ["привет как у тебя дела сегодня", "корова дает молоко"]


@pytest.fixture
def profile() -> MemoryProfile:
    return MemoryProfile()


@pytest.fixture
def begun(profile: MemoryProfile) -> BegunWords:
    return BegunWords(FakeModels(en=ENGLISH * 3, ru=RUSSIAN * 3), profile)


def offers(begun: BegunWords, before: str, **context: object) -> list[str]:
    found = begun.predict(Context(before, **context), 3)  # type: ignore[arg-type]
    assert all(offer.logprob <= 0 for offer in found)
    assert sum(math.exp(offer.logprob) for offer in found) <= 1 + 1e-9
    return [offer.edit.apply(before) for offer in found]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("I recie", "I receive"),
        ("I rwcei", "I receive"),
        ("mornni", "morning"),
        ("a ltter", "a letter"),
        ("превет", "привет"),
        ("Крова", "Корова"),
    ],
)
def test_a_slip_in_the_begun_word_is_read_over(begun: BegunWords, typed: str, meant: str) -> None:
    assert offers(begun, typed)[0] == meant


@pytest.mark.parametrize("typed", ["", "re", "mor", "Reci", "zzzzzz", "RECIE", "reCie", "10", "x_recie"])
def test_nothing_is_offered_where_nothing_is_wrong_or_known(begun: BegunWords, typed: str) -> None:
    assert offers(begun, typed) == []


def test_secrets_code_and_the_middle_of_a_word_are_left_alone(begun: BegunWords) -> None:
    assert offers(begun, "recie", purpose="password") == []
    assert offers(begun, "recie", after="ve") == []
    assert offers(begun, "x = fetch(1); // recie") == []


def test_a_word_that_the_user_writes_is_meant(begun: BegunWords, profile: MemoryProfile) -> None:
    profile.learn("recie recie recie")

    assert offers(begun, "recie") == []
