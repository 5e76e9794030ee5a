"""The phrases of a recording become one transcript."""

from __future__ import annotations

import pytest

from skoropis.speech.timing import transfer_times
from skoropis.speech.transcripts import join, timed, unrescored
from skoropis.types import Hypothesis, Segment, Transcribed, Word


def phrase(
    text: str, start: float, end: float, language: str = "en", before: str | None = None
) -> Transcribed:
    words = tuple(Word(word, start, end) for word in text.split())
    hypotheses = (Hypothesis(text, -2.0, -9.0, 4, words), Hypothesis("else", -3.0, -8.0, 2)) if text else ()
    return Transcribed(Segment(start, end, text, hypotheses), language, text if before is None else before)


def test_nothing_heard_is_an_empty_transcript() -> None:
    assert join([]).text == ""
    silent = join([phrase("", 0, 1)], "ru")
    assert (silent.text, silent.hypotheses, silent.segments, silent.language) == ("", (), (), "ru")


def test_a_single_phrase_keeps_its_list() -> None:
    found = join([phrase("Good morning.", 0.4, 1.6)])
    assert found.text == "Good morning."
    assert [item.text for item in found.hypotheses] == ["Good morning.", "else"]


def test_several_phrases_are_one_text_with_summed_scores_and_times() -> None:
    found = join([phrase("Good morning.", 0, 1), phrase("", 2, 3), phrase("How are you?", 4, 5)])
    assert found.text == "Good morning. How are you?"
    assert [(item.start, item.end) for item in found.segments] == [(0, 1), (4, 5)]
    (whole,) = found.hypotheses
    assert (whole.text, whole.acoustic_logprob, whole.lm_logprob, whole.tokens) == (
        found.text,
        -4.0,
        -18.0,
        8,
    )
    assert [word.text for word in whole.words] == found.text.split()


def test_the_language_is_that_of_most_of_the_text() -> None:
    phrases = [phrase("Hi", 0, 1), phrase("Добрый день всем", 1, 2, "ru"), phrase("bye", 2, 3)]
    assert join(phrases).language == "ru"
    assert join(phrases, "en").language == "en"


def test_the_transcribers_own_text_is_kept_apart() -> None:
    phrases = [phrase("a ship", 0, 1, before="a sheep"), phrase("", 1, 2), phrase("at sea", 2, 3)]
    assert unrescored(phrases) == "a sheep at sea"


def test_a_text_chosen_by_rescoring_takes_over_the_word_times() -> None:
    own = Hypothesis("the sheep sails", words=(Word("the", 0, 1), Word("sheep", 1, 2), Word("sails", 2, 3)))
    best = timed(Segment(0, 3, "the ship sails", (Hypothesis("the ship sails"), own))).hypotheses[0]
    assert [(word.text, word.start, word.end) for word in best.words] == [
        ("the", 0, 1),
        ("ship", 1, 2),
        ("sails", 2, 3),
    ]


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("One, two!", [(0.0, 1.0), (1.0, 2.0)]),
        ("one and two", [(0.0, 1.0), (1.0, 1.0), (1.0, 2.0)]),
        ("two", [(1.0, 2.0)]),
        ("ab cdef", [(0.0, pytest.approx(2 / 3)), (pytest.approx(2 / 3), 2.0)]),
        ("", []),
    ],
)
def test_times_pass_to_another_reading(text: str, times: list[tuple[float, float]]) -> None:
    known = (Word("One", 0.0, 1.0), Word("two.", 1.0, 2.0))
    found = transfer_times(text, known)
    assert [word.text for word in found] == text.split()
    assert [(word.start, word.end) for word in found] == times


def test_without_times_there_are_none_to_take_over() -> None:
    assert transfer_times("one two", ()) == ()
