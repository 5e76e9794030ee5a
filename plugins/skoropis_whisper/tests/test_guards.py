"""What nobody said is not written."""

from __future__ import annotations

import pytest

from skoropis_whisper import guards
from skoropis_whisper.engine import Reading, Readings


def reading(text: str, average: float = -0.2) -> Reading:
    tokens = max(1, len(text.split()))
    return Reading(tuple(range(tokens)), text, average * (tokens + 1))


def test_the_key_ignores_case_punctuation_and_yo() -> None:
    assert guards.key("Всё — ещё, НЕТ!") == guards.key("все еще нет") == "все еще нет"


def test_the_key_keeps_words_apart() -> None:
    assert guards.key("shop-boy") != guards.key("shopboy")


@pytest.mark.parametrize(
    "text",
    [
        "and so and so and so and so and so and so and so and so and so and so and so and so",
        "да да да да да да да да да да",
        "the quick brown fox " * 5,
    ],
)
def test_a_text_that_runs_in_circles_is_a_loop(text: str) -> None:
    assert guards.loops(text)


@pytest.mark.parametrize(
    "text",
    [
        "no, no, no, that is not what I meant",
        "да-да, конечно",
        "",
        "I said that we should go, and he said that we should stay, and in the end we did neither.",
    ],
)
def test_ordinary_repetition_is_no_loop(text: str) -> None:
    assert not guards.loops(text)


def test_unrolling_says_each_round_once_and_keeps_the_rest() -> None:
    assert (
        guards.unroll("well I went home, I went home, I went home and slept") == "well I went home, and slept"
    )
    assert guards.unroll("one two three") == "one two three"


def test_doubt_about_speech_counts_only_beside_doubt_about_the_text() -> None:
    sure, unsure = reading("good morning", -0.2), reading("good morning", -1.5)
    assert guards.nobody_speaks(Readings((unsure,), no_speech=0.9))
    assert not guards.nobody_speaks(Readings((sure,), no_speech=0.9))
    assert not guards.nobody_speaks(Readings((unsure,), no_speech=0.1))


@pytest.mark.parametrize(
    "text",
    [
        "Субтитры сделал DimaTorzok",
        "Редактор субтитров А.Синецкая Корректор А.Егорова",
        "Subtitles by the Amara.org community",
        "ТРЕВОЖНАЯ МУЗЫКА",
        "...",
    ],
)
def test_subtitle_credits_and_sound_captions_are_never_speech(text: str) -> None:
    assert guards.invented(reading(text), no_speech=0.0, speech_seconds=3.0)


def test_an_outro_is_dropped_on_weak_evidence_and_kept_on_good() -> None:
    thanks = reading("Thank you.")
    assert guards.invented(thanks, no_speech=0.5, speech_seconds=1.0)
    assert guards.invented(reading("Спасибо.", -0.9), no_speech=0.0, speech_seconds=1.0)
    assert guards.invented(thanks, no_speech=0.0, speech_seconds=0.15)
    assert not guards.invented(thanks, no_speech=0.01, speech_seconds=0.7)


def test_a_drawn_out_vowel_is_music_unless_the_evidence_is_good() -> None:
    assert guards.invented(reading("А-а-а-а-а!", -0.8), no_speech=0.1, speech_seconds=5.0)
    assert not guards.invented(reading("I", -0.2), no_speech=0.1, speech_seconds=0.5)


def test_more_text_than_the_speech_can_hold_is_invented() -> None:
    text = "this is a rather long sentence that nobody could have said in a fifth of a second"
    assert guards.invented(reading(text), no_speech=0.0, speech_seconds=0.2)
    assert not guards.invented(reading(text), no_speech=0.0, speech_seconds=4.0)
