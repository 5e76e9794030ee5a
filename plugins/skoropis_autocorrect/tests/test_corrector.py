"""What the corrector mends, what it leaves alone, and that no text upsets it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skoropis.api import Context, apply_edits
from skoropis.api import Corrector as CorrectorProtocol
from skoropis.profile.memory import MemoryProfile
from skoropis.testing.fakes import FakeModels
from skoropis_autocorrect.corrector import Corrector

Fix = Callable[..., str]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("teh quick brwon fox", "the quick brown fox"),
        ("Teh quick brown fox", "The quick brown fox"),
        ("over teh lazy dog, teh house.", "over the lazy dog, the house."),
        ("ofthe people", "of the people"),
        ("in the hou se", "in the house"),
        ("int he house", "in the house"),
        ("I dont know", "I don't know"),
        ("from moscwo every day", "from Moscow every day"),
        ("эта карова дает молоко", "эта корова дает молоко"),
        ("я незнаю где", "я не знаю где"),
    ],
)
def test_slips_are_mended_in_context(fix: Fix, typed: str, meant: str) -> None:
    assert fix(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "the quick brown fox",
        "the dog of www.teh-house.com/qick knows teh@qick.org",
        "the dog is teh_qick() in /usr/lib/teh/qick.txt",
        "of teh.txt",
        "`teh qick` and ```\nteh qick\n```",
        "if (teh == qick) {",
        "#teh @qick",
        "the deadbeef 0xbrwon #fff of teh_qick tehQick qick.brwon.fxo",
        "the /srv/teh/qick.txt, C:\\teh\\qick of teh.qick@house.org",
        "https://teh.org/qick?brwon=fxo#teh",
        "$ teh qick brwon",
        "const qick = teh;",
        "`qick` of the house",
        "TEH QICK",
        "brwonFox qick2 0xbrwon",
        "привет как дела",
        "",
        " \n\t ",
    ],
)
def test_right_words_code_and_names_of_things_are_left_alone(fix: Fix, text: str) -> None:
    assert fix(text) == text


def test_a_line_in_capitals_is_text_and_a_word_in_capitals_a_name(fix: Fix) -> None:
    assert fix("THE QUICK BRWON FOX IS IN THE HOUSE") == "THE QUICK BROWN FOX IS IN THE HOUSE"
    assert fix("the quick BRWON fox is in the house") == "the quick BRWON fox is in the house"


def test_parts_that_a_hyphen_joins_and_small_words_written_together(shipped: Fix) -> None:
    assert shipped("мы все делаем по разному", language="ru") == "мы все делаем по-разному"
    assert shipped("он давно небыл дома", language="ru") == "он давно не был дома"


def test_case_and_punctuation_stay_as_they_are(fix: Fix) -> None:
    assert fix("(Teh) quick, brwon: fox!") == "(The) quick, brown: fox!"
    assert fix("«Карова дает молоко»,") == "«Корова дает молоко»,"


def test_what_stands_behind_the_caret_is_read_and_not_touched(corrector: Corrector) -> None:
    text, rest = "the quick brwon", " fxo is in teh house"
    (found,) = corrector.correct(Context(text, after=rest))
    assert (found.edit.start, found.edit.end, found.text) == (10, 15, "brown")
    assert not corrector.correct(Context("the quick brwo", after="n fox"))


def test_only_running_text_is_mended(fix: Fix) -> None:
    assert fix("teh quick fox", purpose="code") == "teh quick fox"
    assert fix("teh quick fox", purpose="password") == "teh quick fox"


def test_a_fixed_language_leaves_the_other_alone(fix: Fix) -> None:
    assert (
        fix("teh quick fox, эта карова дает молоко", language="en") == "the quick fox, эта карова дает молоко"
    )


def test_words_of_the_user_are_never_touched(corrector: Corrector, profile: MemoryProfile) -> None:
    assert corrector.correct(Context("the brwon fox"))
    profile.learn("Brwon Brwon")
    assert not corrector.correct(Context("the brwon fox"))


def test_a_suggestion_says_what_stands_where_and_how_sure_it_is(corrector: Corrector) -> None:
    (found,) = corrector.correct(Context("the brwon fox"))
    assert (found.edit.start, found.edit.end, found.text, found.kind) == (4, 9, "brown", "correction")
    assert found.edit.text == found.text
    assert math.log(0.5) < found.logprob <= 0


def test_neighbours_are_mended_together(fix: Fix) -> None:
    assert fix("qick brwon fxo") == "quick brown fox"


def test_candidates_of_a_single_word_come_best_first(corrector: Corrector) -> None:
    assert corrector.candidates("brwon")[0] == "brown"
    assert "of the" in corrector.candidates("ofthe")
    assert corrector.candidates("😀") == []


def test_it_keeps_the_contract(corrector: Corrector) -> None:
    assert isinstance(corrector, CorrectorProtocol)


WILD = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("teh qick ofthe карова незнаю ё'’-.,!?\n\t/@_#`0\u0301\u0306\u200d\u202e😀אב")),
        st.characters(),
    ),
    max_size=200,
)


@given(text=WILD)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_edits_in_bounds_in_order_and_apart(text: str) -> None:
    found = WORLD.correct(Context(text))
    position = 0
    for suggestion in found:
        edit = suggestion.edit
        assert position <= edit.start < edit.end <= len(text)
        assert suggestion.logprob <= 0
        position = edit.end
    apply_edits(text, [s.edit for s in found])


WORLD = Corrector(FakeModels(en=["the quick fox of the house"], ru=["эта корова не знает"]), MemoryProfile())


@pytest.mark.parametrize("piece", ["teh qick fox ", "a", "ofthe'", "ква-", "é̈", "`", "(", "незнаю карова "])
def test_the_cost_grows_with_the_text_and_no_faster(piece: str) -> None:
    def spent(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        begin = time.process_time()
        WORLD.correct(Context(text))
        return time.process_time() - begin

    spent(1000)
    short, long = min(spent(3000) for _ in range(2)), spent(30_000)
    assert long < 30 * short + 0.5


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("teh qick brwon fox", "the quick brown fox"),
        ("I beleive it's definately to late.", "I believe it's definitely too late."),
        ("Thier are alot of people.", None),
        ("Здраствуйте, я хочу зделать заказ.", "Здравствуйте, я хочу сделать заказ."),
        ("мы незнаем когда он прийдет", None),
        ("The Livingstons saw Merriweather in Gjorge.", None),
    ],
)
def test_the_shipped_models_mend_ordinary_slips(shipped: Fix, typed: str, meant: str | None) -> None:
    mended = shipped(typed)
    if meant is not None:
        assert mended == meant
    assert len(mended.split()) >= len(typed.split())


@pytest.mark.parametrize(
    "text",
    [
        "It is a truth universally acknowledged, that a single man must be in want of a wife.",
        "She'll be there by half past seven, won't she? I'd rather not wait.",
        "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему.",
        "Кое-кто из-за этого по-прежнему не спит, хотя и говорит, что ему всё равно.",
    ],
)
def test_the_shipped_models_leave_good_prose_alone(shipped: Fix, text: str) -> None:
    assert shipped(text) == text


def test_the_words_of_a_domain_are_no_slips() -> None:
    sentences = ["the house is over there and the horse is in the house"] * 3
    models = FakeModels(en=sentences, en_medical=[*sentences, "the hous horsd was given"])
    corrector = Corrector(models, MemoryProfile())

    def mended(text: str, domain: str | None) -> str:
        context = Context(text, domain=domain)
        found = corrector.correct(context)
        return apply_edits(text, [s.edit for s in found if s.logprob >= math.log(0.5)])

    assert mended("the horsd is in teh house", None) == "the horse is in the house"
    assert mended("the horsd is in teh house", "medical") == "the horsd is in the house"
    assert mended("the horsd is in teh house", "law") == "the horse is in the house"
