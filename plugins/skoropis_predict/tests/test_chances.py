"""Chances once a part of a word is typed."""

from __future__ import annotations

import math

import pytest

from skoropis_predict.chances import given_prefix


def test_what_is_typed_rules_the_other_words_out() -> None:
    ranked = [("tomorrow", math.log(0.004)), ("tomato", math.log(0.001))]
    given = dict(given_prefix(ranked, -math.inf, 3))

    assert math.exp(given["tomorrow"]) / math.exp(given["tomato"]) == pytest.approx(4)
    assert 0.7 < math.exp(given["tomorrow"]) < 0.8


def test_a_finished_word_and_one_that_nobody_knows_may_be_meant_too() -> None:
    ranked = [("formal", math.log(1e-5))]
    alone = given_prefix(ranked, math.log(1e-3), 4)[0][1]
    unknown = given_prefix([("xylophone", math.log(1e-9))], -math.inf, 3)[0][1]

    assert math.exp(alone) < 0.02
    assert math.exp(unknown) < 0.001
    assert given_prefix([], -math.inf, 3) == []
