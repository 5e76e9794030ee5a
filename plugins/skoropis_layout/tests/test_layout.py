"""Words typed in the wrong layout are found, and nothing else is switched."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skoropis.api import Context, Corrector, ModelError, apply_edits
from skoropis.models.host import ModelHost
from skoropis.profile.memory import MemoryProfile
from skoropis.testing.fakes import FakeModels
from skoropis_layout.corrector import LayoutCorrector
from skoropis_layout.layouts import directions, layouts

ENGLISH = [
    "hello how are you",
    "the program is in the file",
    "I love you and the house",
    "open the file by the sea",
]
RUSSIAN = [
    "привет как у тебя дела",
    "я тебя люблю",
    "это просто объявление",
    "любовь и программа",
    "он сказал это",
]
Fix = Callable[..., str]


def fixer(corrector: LayoutCorrector) -> Fix:
    def fix(text: str, **context: object) -> str:
        found = corrector.correct(Context(text, **context))  # type: ignore[arg-type]
        return apply_edits(text, [s.edit for s in found if s.logprob >= math.log(0.5)])

    return fix


WORLD = LayoutCorrector(FakeModels(en=ENGLISH * 5, ru=RUSSIAN * 5), MemoryProfile())
fix = fixer(WORLD)


@pytest.fixture(scope="session")
def shipped() -> Fix:
    """Switches with the models that come with the package; skips where they are not there."""
    try:
        return fixer(LayoutCorrector(ModelHost(("en", "ru")), MemoryProfile()))
    except ModelError as error:
        pytest.skip(str(error))


CASES = [
    ("ghbdtn, how are you", "привет, how are you"),
    ("Ghbdtn", "Привет"),
    ("руддщ", "hello"),
    ("j,]zdktybt", "объявление"),
    ("k.,jdm", "любовь"),
    ("z nt,z k.,k.", "я тебя люблю"),
    ("зкщпкфь.", "program."),
    ("ghbdtn? rfr ltkf&", "привет, как дела?"),
    ('"nj ghjcnj', "Это просто"),
    ("привет, рщц фку нщг", "привет, how are you"),
    ('он сказал "ghbdtn"', 'он сказал "привет"'),
]


@pytest.mark.parametrize(("typed", "meant"), CASES)
def test_the_other_layout_is_put_right(typed: str, meant: str) -> None:
    assert fix(typed) == meant


@pytest.mark.parametrize(("typed", "meant"), CASES)
def test_the_shipped_models_put_the_other_layout_right(shipped: Fix, typed: str, meant: str) -> None:
    assert shipped(typed) == meant


KEPT = [
    "hello, how are you.",
    "привет, как дела?",
    "https://ghbdtn.com/rfr ghbdtn@rfr.com ./ghbdtn /ghbdtn/rfr",
    "`ghbdtn` ghbdtn_rfr ghbdtn2 $ghbdtn @ghbdtn #ghbdtn",
    "ghbdtnRfr = rfr",
    "def ghbdtn(rfr):",
    "b",
    "I live in NJ, by the sea",
    "NASA CSS USB HTML",
    "",
    " \n ",
]


@pytest.mark.parametrize("text", KEPT)
def test_right_words_code_addresses_and_lone_short_words_stay(text: str) -> None:
    assert fix(text) == text


@pytest.mark.parametrize("text", KEPT)
def test_the_shipped_models_let_them_stay_too(shipped: Fix, text: str) -> None:
    assert shipped(text) == text


def test_a_short_word_goes_the_way_of_its_neighbours() -> None:
    assert fix("z") == "z"
    assert fix("z k.,k.") == "я люблю"


def test_a_phrase_is_one_edit_so_that_its_first_words_follow_its_last() -> None:
    (found,) = WORLD.correct(Context("ok: z nt,z k.,k."))
    assert (found.edit.start, found.edit.end, found.text, found.kind) == (4, 16, "я тебя люблю", "layout")
    assert math.log(0.5) < found.logprob <= 0


def test_phrases_end_with_their_line() -> None:
    assert [s.text for s in WORLD.correct(Context("ghbdtn\nghbdtn"))] == ["привет", "привет"]


def test_words_of_the_user_and_other_purposes_are_left_alone() -> None:
    profile = MemoryProfile()
    profile.learn("ghbdtn ghbdtn")
    corrector = LayoutCorrector(FakeModels(en=ENGLISH, ru=RUSSIAN), profile)
    assert not corrector.correct(Context("ghbdtn"))
    assert fix("ghbdtn", purpose="terminal") == "ghbdtn"


def test_nothing_is_switched_into_a_language_that_is_not_wanted() -> None:
    assert fix("ghbdtn", language="en") == "ghbdtn"
    assert fix("ghbdtn", language="ru") == "привет"
    assert not LayoutCorrector(FakeModels(en=ENGLISH), MemoryProfile()).correct(Context("ghbdtn"))


def test_layouts_have_the_same_keys_and_convert_back() -> None:
    assert len({len(layout.keys) for layout in layouts()}) == 1
    there, back = directions(("en", "ru"))
    assert there.convert("Ghbdtn? vbh! {jkjl <k.lj") == "Привет, мир! Холод Блюдо"
    for layout, way, reverse in ((there.source, there, back), (back.source, back, there)):
        letters = "".join(key for key in layout.keys if key.isalpha())
        assert reverse.convert(way.convert(letters)) == letters


def test_it_is_a_corrector() -> None:
    assert isinstance(WORLD, Corrector)


IN_CONTEXT = [
    ("мы пошли d кино", "мы пошли в кино"),
    ("I want ещ go home", "I want to go home"),
    ("они купили 29-uj числа", "они купили 29-го числа"),
    ("in the year 1997ю", "in the year 1997."),
    ("she said 'ершы' to me", "she said 'this' to me"),
    ("он назвал его «ytktgsv».", "он назвал его «нелепым»."),
    ("купил yjdsq docker d магазине", "купил новый docker в магазине"),
]


@pytest.mark.parametrize(("typed", "meant"), IN_CONTEXT)
def test_short_words_numbers_and_quotes_are_read_between_their_neighbours(
    shipped: Fix, typed: str, meant: str
) -> None:
    assert shipped(typed) == meant


QUIET_IN_CONTEXT = [
    "логарифм с основанием «e» равен",
    "Столбец C является третьим",
    "мы ставим docker на staging и build там",
    "написал @ghbdtn вчера",
    "дом 29б на углу",
    "план B и витамин D",
    "I saw it on NBC vs the other one",
]


@pytest.mark.parametrize("text", QUIET_IN_CONTEXT)
def test_letters_terms_and_names_between_words_of_the_other_language_stay(shipped: Fix, text: str) -> None:
    assert shipped(text) == text


def test_a_mark_alone_is_converted_only_behind_a_wrong_word() -> None:
    assert fix("привет @ghbdtn") == "привет @ghbdtn"
    assert fix("k.,k. ghbdtn @ghbdtn") == 'люблю привет "привет'


def test_a_word_of_the_profile_is_known_in_the_other_layout_too() -> None:
    profile = MemoryProfile()
    switch = fixer(LayoutCorrector(FakeModels(en=ENGLISH * 5, ru=RUSSIAN * 5), profile))
    before = LayoutCorrector(FakeModels(en=ENGLISH * 5, ru=RUSSIAN * 5), MemoryProfile())
    profile.learn("задеплой это. задеплой то.")

    assert switch("pfltgkjq") == "задеплой"
    assert fixer(before)("pfltgkjq") == "pfltgkjq"


@given(
    text=st.text(
        alphabet=st.one_of(
            st.sampled_from(list("ghbdtn руддщ k.,jdm \"'[];,./&?<>{}\n\u0301😀א`_@")), st.characters()
        ),
        max_size=200,
    )
)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_edits_in_bounds_in_order_and_apart(text: str) -> None:
    found = WORLD.correct(Context(text))
    for suggestion in found:
        assert 0 <= suggestion.edit.start < suggestion.edit.end <= len(text)
        assert suggestion.logprob <= 0
        assert text[suggestion.edit.start : suggestion.edit.end].count("\n") == 0
    apply_edits(text, [s.edit for s in found])


@pytest.mark.parametrize("piece", ["ghbdtn ", "g", "k.,", "`g` ", "<a", "ghbdtn, rfr ltkf. "])
def test_the_cost_grows_with_the_text_and_no_faster(piece: str) -> None:
    def spent(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        begin = time.process_time()
        WORLD.correct(Context(text))
        return time.process_time() - begin

    spent(1000)
    short, long = min(spent(3000) for _ in range(2)), spent(30_000)
    assert long < 30 * short + 0.5


def test_the_words_of_a_domain_are_not_switched() -> None:
    models = FakeModels(en=ENGLISH * 5, en_keys=[*ENGLISH, "press ghbdtn"], ru=RUSSIAN * 5)
    switch = fixer(LayoutCorrector(models, MemoryProfile()))

    assert switch("ghbdtn") == "привет"
    assert switch("ghbdtn", domain="keys") == "ghbdtn"
    assert switch("k.,k.", domain="keys") == switch("k.,k."), "all else is as it was"
