"""A word begun in the wrong layout is completed; nothing else is disturbed."""

from __future__ import annotations

import pytest

from skoropis.api import Context, ModelError, Predictor
from skoropis.models.host import ModelHost
from skoropis.profile.memory import MemoryProfile
from skoropis.testing.fakes import FakeModels
from skoropis_layout.completer import LayoutCompleter

ENGLISH = ["hello how are you", "the program is in the file", "I love you and the house"]
RUSSIAN = ["привет как у тебя дела", "я тебя люблю", "это просто объявление"]
WORLD = LayoutCompleter(FakeModels(en=ENGLISH * 5, ru=RUSSIAN * 5), MemoryProfile())


@pytest.fixture(scope="session")
def shipped() -> LayoutCompleter:
    """Completes with the models that come with the package; skips where they are not there."""
    try:
        return LayoutCompleter(ModelHost(("en", "ru")), MemoryProfile())
    except ModelError as error:
        pytest.skip(str(error))


def texts(completer: LayoutCompleter, before: str, limit: int = 3, **context: object) -> list[str]:
    offers = completer.predict(Context(before, **context), limit)  # type: ignore[arg-type]
    assert len(offers) <= limit
    for offer in offers:
        assert offer.kind == "layout"
        assert offer.logprob <= 0
        assert offer.edit.apply(before).endswith(offer.text)
    assert [o.logprob for o in offers] == sorted((o.logprob for o in offers), reverse=True)
    return [offer.text for offer in offers]


@pytest.mark.parametrize(
    ("before", "word"),
    [
        ("ghbd", "привет"),
        ("Ghbdt", "Привет"),
        ("j,]zdk", "объявление"),
        ("руддщ", "hello"),
        ("я nt,", "тебя"),
    ],
)
def test_a_word_begun_in_the_other_layout_is_completed(before: str, word: str) -> None:
    assert texts(WORLD, before)[0] == word


@pytest.mark.parametrize(
    ("before", "word"),
    [("ghbd", "привет"), ("ну ghbdt", "привет"), ("you are цщк", "working"), ("Cgfcb", "Спасибо")],
)
def test_the_shipped_models_complete_it_too(shipped: LayoutCompleter, before: str, word: str) -> None:
    assert word in texts(shipped, before)


@pytest.mark.parametrize(
    "before",
    [
        "",
        "gh",
        "hello",
        "hel",
        "прив",
        "ghbd ",
        "see @ghbd",
        "`ghbd",
        "x = ghbd(ghb",
        "12ghb",
        "./ghbd",
        "q" * 999,
    ],
)
def test_it_is_quiet_elsewhere(shipped: LayoutCompleter, before: str) -> None:
    assert texts(WORLD, before) == []
    assert texts(shipped, before) == []


def test_it_is_quiet_where_it_has_no_business() -> None:
    assert texts(WORLD, "ghbd", purpose="terminal") == []
    assert texts(WORLD, "ghbd", after="tn") == []
    assert texts(WORLD, "ghbd", language="en") == []
    assert texts(WORLD, "ghbd", limit=0) == []
    profile = MemoryProfile()
    profile.learn("ghbd")
    assert texts(LayoutCompleter(FakeModels(en=ENGLISH, ru=RUSSIAN), profile), "ghbd") == []


def test_the_edit_replaces_what_was_typed_of_the_word() -> None:
    (first, *_) = WORLD.predict(Context("как ghbd"), 3)
    assert (first.edit.start, first.edit.end, first.text) == (4, 8, "привет")
    assert isinstance(WORLD, Predictor)
