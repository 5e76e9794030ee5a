"""Sentences get their capital where the user writes capitals, and nothing else gets one."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skoropis.api import Context, apply_edits, tokenize
from skoropis.testing.fakes import FakeModels
from skoropis_casing.corrector import Corrector, chances
from skoropis_casing.habit import CAPITALS, REMEMBERED, SMALL, Habit
from skoropis_casing.sentences import starts

ENGLISH = [
    "we saw it and they left", "the end of the day is near you", "well i see the iPhone",
    "all things e g etc vs dr",
    "run this item one more time now", "he said so again",
]  # fmt: skip
RUSSIAN = [
    "мы видели это и они ушли", "привет как дела", "он ушёл домой на ул", "и т е т д др потом все вместе",
    "нет да ещё раз", "сказал он снова",
]  # fmt: skip


@pytest.fixture
def corrector() -> Corrector:
    """For a user who is known to write capitals."""
    made = Corrector(FakeModels(en=ENGLISH, ru=RUSSIAN))
    for number in range(30):
        made.correct(Context(f"We saw {number}. They left. "))
    return made


def mended(corrector: Corrector, text: str, **context: object) -> str:
    found = corrector.correct(Context(text, **context))  # type: ignore[arg-type]
    assert all(s.kind == "casing" and s.logprob >= math.log(0.97) for s in found)
    return apply_edits(text, [s.edit for s in found])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("They left. we", "They left. We"), ("They left! we saw", "They left! We saw"),
        ("Well. the", "Well. The"),
        ("Мы дома. они", "Мы дома. Они"), ('They left. "we', 'They left. "We'),
        ("Они ушли. «мы", "Они ушли. «Мы"),
        ("They left (so). we", "They left (so). We"), ("They left.\nwe", "They left.\nWe"),
        ("It is 2019. the", "It is 2019. The"),
        ("Well. i", "Well. I"), ("Они ушли. ещё", "Они ушли. Ещё"), ("we", "We"), ("привет", "Привет"),
        ("They left. we,", "They left. We,"),
    ],
)  # fmt: skip
def test_the_first_word_of_a_sentence_gets_a_capital(
    corrector: Corrector, text: str, wanted: str | None
) -> None:
    assert mended(corrector, text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "All things, e.g. we", "They etc. they", "Dr. they", "Things vs. the", "J. the", "Well... the",
        "Well… the",
        "И т.е. они", "Дела и т.д. потом", "Он на ул. он", "И др. они", "И т. д. потом", "А. он",
        "Item:\n1. run", "- run this", "* run", "1) run", "They left.\n- we", "`They left. we`",
        "x = 1; the. we",
        "They left. iPhone", "They left. zzyzx", "See http://a.b. the", "Well, we", "They left\nwe",
        "They left: we",
        "They left. we_saw", "They left. we/they", "They left. we.txt", '"Well!" he said', "They left — we",
        "They left.we", "$ run. the", "def f(x): well. the", "U.S. the",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_sentence_start_stays(corrector: Corrector, text: str) -> None:
    assert mended(corrector, text) == text


def test_the_middle_of_a_long_text_does_not_begin_one(corrector: Corrector) -> None:
    text = "we saw it and they left " * 12
    assert mended(corrector, text) == text


def test_secret_fields_are_left_alone(corrector: Corrector) -> None:
    assert mended(corrector, "They left. we", purpose="password") == "They left. we"


def test_nothing_is_known_of_a_new_user(corrector: Corrector) -> None:
    fresh = Corrector(FakeModels(en=ENGLISH, ru=RUSSIAN))
    assert mended(fresh, "we") == "we"
    assert mended(fresh, "They left. we saw") == "They left. We saw", "the first sentence has shown it"


def test_who_writes_small_is_left_alone(corrector: Corrector) -> None:
    text = "they left. we saw it. the end. all things. we"
    assert mended(Corrector(FakeModels(en=ENGLISH, ru=RUSSIAN)), text) == text
    assert mended(corrector, "They left and i saw. we") == "They left and i saw. we"


def test_taking_capitals_back_teaches() -> None:
    corrector = Corrector(FakeModels(en=ENGLISH, ru=RUSSIAN))
    corrector.correct(Context("We saw it. They left. "))
    assert mended(corrector, "they") == "They"
    corrector.correct(Context("They left"))  # the capital stayed
    assert mended(corrector, "we") == "We"
    corrector.correct(Context("we left"))  # and this one did not
    assert mended(corrector, "the") == "the"


def test_a_text_corrected_at_once_is_judged_from_its_beginning() -> None:
    corrector = Corrector(FakeModels(en=ENGLISH, ru=RUSSIAN))
    assert (
        mended(corrector, "They left. we saw it. all things. I see")
        == "They left. We saw it. All things. I see"
    )


def test_a_text_seen_again_with_every_word_counts_once() -> None:
    habit = Habit()
    for end in range(10, 40):
        text = "We saw it. they left and we saw it again"[:end]
        for start in starts(text):
            if start.token.text in ("We", "they"):
                habit.see(text, start)
    assert list(habit._seen.values()) == [True, False]
    many = "".join(f"Well {number}. " for number in range(2 * REMEMBERED))
    for start in starts(many):
        habit.see(many, start)
        habit.offer(many, start)
    assert len(habit._seen) == len(habit._offered) == REMEMBERED


def test_the_table_has_a_chance_for_every_case() -> None:
    table = chances()
    assert set(table) == {"text", ".", "!", "?"}
    for rows in table.values():
        assert [len(row) for row in rows] == [len(SMALL) + 1] * (len(CAPITALS) + 1)
        assert all(0 < chance <= 1 for row in rows for chance in row)


def test_an_answer_costs_no_more_than_the_manifest_says(corrector: Corrector) -> None:
    text = "They left and we saw it all. " * 10
    begun = time.process_time()
    for _ in range(50):
        corrector.correct(Context(text + "we"))
    assert (time.process_time() - begun) / 50 < 0.005


@given(st.text(max_size=80))
def test_any_text_is_answered_with_nothing_but_capitals(text: str) -> None:
    corrector = Corrector(FakeModels(en=ENGLISH, ru=RUSSIAN))
    for suggestion in corrector.correct(Context(f"We saw. They left. {text} the end. we")):
        edit = suggestion.edit
        whole = f"We saw. They left. {text} the end. we"
        assert edit.text.lower() == whole[edit.start : edit.end].lower()
        assert any(token.start == edit.start for token in tokenize(whole))
