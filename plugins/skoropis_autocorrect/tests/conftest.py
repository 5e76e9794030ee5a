"""A tiny world of words for the corrector, and the shipped one where it is installed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from skoropis.api import Context, ModelError, apply_edits
from skoropis.models.host import ModelHost
from skoropis.profile.memory import MemoryProfile
from skoropis.testing.fakes import FakeModels
from skoropis_autocorrect.corrector import Corrector

ENGLISH = [
    "the quick brown fox jumps over the lazy dog",
    "the quick brown fox is in the house",
    "I don't know what the dog is doing today",
    "there are a lot of dogs in the house today",
    "I receive a letter from Moscow every day",
    "it's a good day and the dog knows its name",
    "of the people in the house I know a lot",
]
RUSSIAN = [
    "привет как у тебя дела сегодня",
    "я не знаю где живет эта корова",
    "корова дает молоко а собака живет в доме",
    "сегодня в доме солнце и тепло",
    "мне нравится эта программа",
]
Fix = Callable[..., str]


def fixer(corrector: Corrector, level: float = 0.5) -> Fix:
    """What a text becomes when mends of at least ``level`` are applied."""
    import math

    def fix(text: str, **context: object) -> str:
        found = corrector.correct(Context(text, **context))  # type: ignore[arg-type]
        return apply_edits(text, [s.edit for s in found if s.logprob >= math.log(level)])

    return fix


@pytest.fixture
def profile() -> MemoryProfile:
    """An empty profile."""
    return MemoryProfile()


@pytest.fixture
def corrector(profile: MemoryProfile) -> Corrector:
    """A corrector that knows a few sentences."""
    return Corrector(FakeModels(en=ENGLISH * 3, ru=RUSSIAN * 3), profile)


@pytest.fixture
def fix(corrector: Corrector) -> Fix:
    """Corrects with the tiny models."""
    return fixer(corrector)


@pytest.fixture(scope="session")
def shipped() -> Fix:
    """Corrects with the models that come with the package; skips where they are not there."""
    try:
        return fixer(Corrector(ModelHost(("en", "ru")), MemoryProfile()))
    except ModelError as error:
        pytest.skip(str(error))
