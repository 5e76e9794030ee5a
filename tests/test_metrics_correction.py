"""Correction and layout figures mean what they say."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from skoropis.metrics.correction import (
    compared_words,
    count_line,
    f_score,
    measure_correction,
    measure_pairs,
    measure_touched,
    rejoin_clitics,
    word_edits,
)
from skoropis.metrics.layout import layout_cases, measure_layout


def test_words_are_compared_without_case_yo_and_punctuation() -> None:
    assert compared_words("Ёлка, «Don’t» кое-кто!") == ["елка", "don't", "кое-кто"]


def test_split_clitics_are_put_back() -> None:
    assert rejoin_clitics("I do n't think it 's so") == "I don't think it's so"


def test_equally_long_stretches_are_edited_word_by_word() -> None:
    assert word_edits(["a", "b", "c"], ["x", "y", "c"]) == {(0, 1, ("x",)), (1, 2, ("y",))}


def test_splits_and_joins_are_one_edit() -> None:
    assert word_edits(["alot", "of"], ["a", "lot", "of"]) == {(0, 1, ("a", "lot"))}
    assert word_edits(["to", "day"], ["today"]) == {(0, 2, ("today",))}


def test_a_hit_needs_span_and_replacement_and_a_wrong_mend_breaks_nothing_that_was_wrong() -> None:
    counts = count_line("teh qick fox ran", "the quick fox ran", "the quack fix ran")
    assert (counts.wanted, counts.made, counts.hits, counts.broken, counts.correct) == (2, 3, 1, 1, 2)


def test_report_over_lines() -> None:
    answers = {"teh cat": "the cat", "a dgo": "a dgo", "fine here": "fine there"}
    report = measure_correction(
        answers.__getitem__, [("teh cat", "the cat"), ("a dgo", "a dog"), ("fine here", "fine here")]
    )
    assert (report.lines, report.words, report.wanted, report.made, report.hits) == (3, 6, 2, 2, 1)
    assert report.precision.value == report.recall.value == report.f1.value == report.f05 == 50.0
    assert report.broken.value == pytest.approx(25.0)
    assert report.f1.low <= 50.0 <= report.f1.high
    assert json.loads(json.dumps(asdict(report)))["hits"] == 1


def test_doing_nothing_scores_nothing_and_breaks_nothing() -> None:
    report = measure_correction(lambda text: text, [("teh cat", "the cat")])
    assert report.f1.value == 0
    assert report.broken.value == 0


def test_f_half_favours_precision() -> None:
    assert f_score(5, 5, 10, 0.5) > f_score(5, 5, 10, 1.0)
    assert f_score(0, 0, 0) == 0


def test_pairs_count_the_first_and_the_first_five() -> None:
    ranked = {"teh": ["The", "ten"], "brwon": ["a", "b", "c", "d", "brown"], "x": []}
    report = measure_pairs(ranked.__getitem__, [("teh", "the"), ("brwon", "brown"), ("x", "y")])
    assert report.top1.value == pytest.approx(100 / 3)
    assert report.top5.value == pytest.approx(200 / 3)


def test_touched_lists_each_change_of_correct_text() -> None:
    report = measure_touched(lambda text: text.replace("leant", "leaned"), ["He leant back.", "All is well."])
    assert report.share.value == pytest.approx(100 / 6)
    assert [(t.line, t.words, t.into) for t in report.touched] == [(1, "leant", "leaned")]


def test_layout_cases_keep_the_share_and_are_the_same_for_the_same_seed() -> None:
    lines = ["one two three four five six seven eight nine ten"] * 400
    cases = list(layout_cases(lines, str.upper))
    share = sum(sum(case.wrong) for case in cases) / 4000
    assert 0.08 < share < 0.12
    assert cases == list(layout_cases(lines, str.upper))
    assert cases != list(layout_cases(lines, str.upper, seed=8))


def test_words_that_the_layout_does_not_change_are_not_wrong() -> None:
    assert not any(any(case.wrong) for case in layout_cases(["1 2 3"] * 50, lambda word: word))


def test_layout_recall_and_false_switches() -> None:
    cases = list(layout_cases(["aa bb cc dd ee"] * 200, str.upper))
    perfect = measure_layout(str.lower, cases)
    assert perfect.recall.value == 100
    assert perfect.false_switches.value == 0
    idle = measure_layout(lambda text: text, cases)
    assert idle.recall.value == 0
    assert len(idle.missed) == idle.wrong
    eager = measure_layout(lambda text: text.replace("aa", "xx"), cases)
    assert eager.false_switches.value > 0
    assert eager.switched[0] == ("aa", "xx")
