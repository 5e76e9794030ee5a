"""Dictation is measured the way it says: normalized words, paired, with the oracle beside."""

from __future__ import annotations

import dataclasses
import json
import wave
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skoropis.errors import InputError
from skoropis.metrics.dictation import DictationResult, evaluate, run, summarize, utterances
from skoropis.metrics.normalize import normalize_transcript
from skoropis.metrics.wer import character_errors, distance, oracle_errors, word_errors
from skoropis.types import Hypothesis, Segment, Transcribed


def folder(path: Path, lines: Sequence[str]) -> Path:
    path.mkdir()
    for line in lines:
        with wave.open(str(path / f"{line.split(chr(9))[0]}.wav"), "wb") as file:
            file.setparams((1, 2, 16_000, 0, "NONE", ""))
            file.writeframes(bytes(32_000 * 2))
    (path / "transcripts.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def heard(before: str, after: str, *others: str) -> list[Transcribed]:
    hypotheses = tuple(Hypothesis(text) for text in dict.fromkeys((after, before, *others)))
    return [Transcribed(Segment(0, 1, after, hypotheses), "en", before)]


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Hello,   WORLD!", "hello world"),
        ("Ещё всё — ёлка…", "еще все елка"),
        ("shop-boy's “best” 'tis", "shop boy's best tis"),
        ("Mr. Hale met Dr. No and Mrs Dalloway", "mister hale met doctor no and missus dalloway"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_texts_are_compared_without_case_punctuation_and_yo(text: str, form: str) -> None:
    assert normalize_transcript(text) == form


@pytest.mark.parametrize(
    ("text", "language", "form"),
    [
        ("5 apples and 42", "en", "five apples and forty two"),
        ("in 1455", "en", "in fourteen fifty five"),
        ("the 21st", "en", "the twenty first"),
        ("12 000 people, 3.5%", "en", "twelve thousand people three point five percent"),
        ("нажмите 5", "ru", "нажмите пять"),
        ("12,5", "ru", "двенадцать целых пять десятых"),
    ],
)
def test_numbers_are_read_out(text: str, language: str, form: str) -> None:
    pytest.importorskip("num2words")
    assert normalize_transcript(text, language) == form


@given(st.text(alphabet="abвё 'Ж-.,", max_size=40))
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize_transcript(text, "ru")
    assert normalize_transcript(once, "ru") == once


@pytest.mark.parametrize(
    ("reference", "reading", "errors"),
    [
        ("a b c", "a b c", 0),
        ("a b c", "a x c", 1),
        ("a b c", "a c", 1),
        ("a b", "a x b y", 2),
        ("", "a", 1),
        ("a b", "", 2),
    ],
)
def test_word_errors_are_counted(reference: str, reading: str, errors: int) -> None:
    assert word_errors(reference, reading) == errors


@given(st.lists(st.sampled_from("abc"), max_size=8), st.lists(st.sampled_from("abcd"), max_size=8))
def test_the_distance_is_levenshteins(left: list[str], right: list[str]) -> None:
    table = list(range(len(right) + 1))
    for done, x in enumerate(left, 1):
        above, table = table, [done]
        for at, y in enumerate(right, 1):
            table.append(min(above[at] + 1, table[at - 1] + 1, above[at - 1] + (x != y)))
    assert distance(left, right) == table[-1] == distance(right, left)


def test_character_errors_count_letters() -> None:
    assert character_errors("ship", "sheep") == 2


def test_the_oracle_takes_the_best_reading_of_each_phrase() -> None:
    assert oracle_errors("a b c d", [["a x", "a b"], ["y d", "c d"]]) == 0
    assert oracle_errors("a b", [["x y", "a y"]]) == 1
    assert oracle_errors("a b", []) == 2


def test_figures_of_a_set(tmp_path: Path) -> None:
    lines = ["one\tthe ship sails", "two\tgood morning", "three\twe saw the sea"]
    answers = {
        "one": heard("the sheep sails", "the ship sails"),
        "two": heard("good morning", "good mourning"),
        "three": heard("we saw a sea", "we saw a sea", "we saw the sea"),
    }
    result = evaluate(folder(tmp_path / "set", lines), lambda path: answers[path.stem])
    assert (result.utterances, result.words, result.units) == (3, 9, "utterances")
    assert result.wer_before.value == result.wer.value == pytest.approx(2 / 9)
    assert result.change.value == 0
    assert result.change.low < 0 < result.change.high
    assert result.wer_oracle == 0
    assert result.recovered == 0
    assert result.harmed == result.mended == pytest.approx(1 / 3)
    assert result.audio_seconds == pytest.approx(6.0)
    assert result.cer_before > 0
    assert result.peak_rss_mb > 1
    assert json.loads(json.dumps(dataclasses.asdict(result)))["name"] == "set"


def test_a_clear_gain_has_an_interval_below_nought(tmp_path: Path) -> None:
    lines = [f"u{n}\tthe ship sails" for n in range(20)]
    result = evaluate(
        folder(tmp_path / "set", lines), lambda path: heard("the sheep sails", "the ship sails")
    )
    assert result.change.high < 0
    assert result.recovered == 1


def test_speakers_are_the_units_where_several_are_known(tmp_path: Path) -> None:
    lines = [f"{speaker}-1-000{n}\tgood day" for speaker in (101, 202) for n in range(5)]
    scored = run(folder(tmp_path / "libri", lines), lambda path: heard("good day", "good day"))
    assert summarize("x", [scored]).units == "speakers"
    named = ["a\tgood day\tanna", "b\tgood day\tboris"]
    scored = run(folder(tmp_path / "named", named), lambda path: heard("good day", "good day"))
    assert summarize("x", [scored]).units == "speakers"


def test_several_sets_are_pooled_by_words(tmp_path: Path) -> None:
    first = folder(tmp_path / "first", ["a\tone two three four"])
    second = folder(tmp_path / "second", ["b\tfive"])
    result: DictationResult = evaluate([first, second], lambda path: heard("five", "five"))
    assert result.name == "first+second"
    assert result.wer.value == pytest.approx(4 / 5)


def test_silence_where_text_is_expected_counts_as_missing_words(tmp_path: Path) -> None:
    result = evaluate(folder(tmp_path / "set", ["a\tone two"]), lambda path: [])
    assert result.wer.value == 1


@pytest.mark.parametrize("table", [None, "", "gone\thello\n", "a\n"])
def test_an_unusable_list_is_refused(tmp_path: Path, table: str | None) -> None:
    path = folder(tmp_path / "set", ["a\thello"])
    (path / "transcripts.tsv").unlink()
    if table is not None:
        (path / "transcripts.tsv").write_text(table)
    with pytest.raises(InputError, match="id TAB text"):
        utterances(path)
