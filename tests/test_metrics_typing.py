"""Keystroke savings, counted by hand."""

from __future__ import annotations

import pytest

from skoropis.metrics.latency import milliseconds
from skoropis.metrics.typing import simulate, type_line


def shows(*words: str):
    """A system that always shows the same words, less what was refused."""
    return lambda before, refused: [word for word in words if word not in refused]


@pytest.mark.parametrize(
    ("line", "words", "keystrokes"),
    [
        ("ab cd", (), 5),
        ("ab cd", ("cd",), 4),  # a b space [cd]
        ("ab cd ef", ("cd",), 6),  # a b space [cd ] e f
        ("ab cd, ef", ("cd",), 8),  # a b space [cd] , space e f
        ("ab cd. ", ("cd",), 5),  # a b space [cd] .
        ("cd ab", ("cd",), 4),  # c [d ] a b: nothing is shown at the very start
        ("ab - cd", ("cd",), 6),
        ("ab (cd)", ("cd",), 6),  # a b space ( [cd] )
        ("ab Cd", ("CD",), 4),
        ("аб ёж", ("еж",), 4),
        ("", ("cd",), 0),
    ],
)
def test_keystrokes_by_hand(line: str, words: tuple[str, ...], keystrokes: int) -> None:
    count = type_line(line, shows(*words))

    assert (count.keystrokes, count.characters) == (keystrokes, len(line.strip()))


def test_what_is_passed_over_makes_room_unless_repeated() -> None:
    system = shows("aa", "bb", "cc", "dd")

    assert type_line("x dd", system, k=3).keystrokes == 2 + 2
    assert type_line("x dddd", shows("aa", "dddd"), k=1).keystrokes == 2 + 2
    assert type_line("x dddd", shows("aa", "dddd"), k=1, repeat=True).keystrokes == 6


def test_next_words_are_counted_behind_a_space_only() -> None:
    count = type_line("one two (three 44", shows("zero", "two", "three", "44"), k=3)

    assert (count.words, count.top1, count.topk) == (1, 0, 1)
    assert type_line("one two", shows("two"), k=3).top1 == 1


def test_only_k_suggestions_are_seen() -> None:
    assert type_line("a eee", shows("b", "c", "d", "eee"), k=3).topk == 0


def test_lines_are_summed_with_an_interval() -> None:
    seen: list[int] = []
    result = simulate(["ab cd", "ab xy"], shows("cd"), progress=seen.append)

    assert (result.characters, result.keystrokes, result.lines) == (10, 9, 2)
    assert result.savings.value == pytest.approx(0.1)
    assert result.savings.low == pytest.approx(0.0)
    assert result.savings.high == pytest.approx(0.2)
    assert (result.next_word_slots, result.next_word_top1) == (2, 0.5)
    assert seen == [5, 5]
    assert result.calls > 0
    assert result.cpu_p99_ms >= result.cpu_p50_ms >= 0


def test_no_lines_give_no_figures() -> None:
    assert simulate([], shows()).characters == 0


def test_percentiles_are_given_in_milliseconds() -> None:
    assert milliseconds([0.003, 0.001, 0.002], 50) == pytest.approx(2)
    assert milliseconds([0.001, 0.002, 0.003], 100) == pytest.approx(3)
    assert milliseconds([], 50) == 0
