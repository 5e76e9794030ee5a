"""The language model may overrule the recognizer, but only with a margin, and never about numbers."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from skoropis.api import Context, Hypothesis
from skoropis.api import Rescorer as RescorerProtocol
from skoropis.testing.fakes import FakeModels
from skoropis_rescore.features import Features, features
from skoropis_rescore.rescorer import Rescorer
from skoropis_rescore.weights import KEEP, Weights, order, tuned

MODELS = FakeModels(
    en=["The captain saw the ship.", "The captain saw the sea.", "We sailed the ship."],
    ru=["Мы видели эту линию.", "Эта линия занята."],
)


def heard(*texts: str, step: float = 0.2) -> list[Hypothesis]:
    return [Hypothesis(text, -3.0 - step * number, tokens=8) for number, text in enumerate(texts)]


def test_it_is_a_rescorer() -> None:
    assert isinstance(Rescorer(MODELS), RescorerProtocol)


def test_a_likelier_text_of_nearly_the_same_sound_is_preferred() -> None:
    given = heard("The captain saw the sheep.", "The captain saw the ship.")
    best = Rescorer(MODELS).rescore(given, Context("", language="en"))[0]
    assert best.text == "The captain saw the ship."


def test_sound_that_differs_much_is_not_overruled() -> None:
    given = heard("The captain saw the sheep.", "The captain saw the ship.", step=40.0)
    assert Rescorer(MODELS).rescore(given, Context("", language="en"))[0].text == given[0].text


def test_the_texts_stay_the_same_and_get_their_score() -> None:
    given = heard("the ship", "a ship", "the sheep", "The, ship!")
    found = Rescorer(MODELS).rescore(given, Context("", language="en"))
    assert sorted(item.text for item in found) == sorted(item.text for item in given)
    assert all(item.lm_logprob is not None and math.isfinite(item.lm_logprob) for item in found)
    assert {item.text: item.acoustic_logprob for item in found} == {
        item.text: item.acoustic_logprob for item in given
    }


@pytest.mark.parametrize("texts", [(), ("",), ("?!",), ("🙂", "...")])
def test_nothing_to_read_is_no_reason_to_fail(texts: tuple[str, ...]) -> None:
    found = Rescorer(MODELS).rescore(heard(*texts), Context("", language="en"))
    assert [item.text for item in found][:1] == list(texts)[:1]


def test_the_language_is_taken_from_the_text_where_it_is_not_given() -> None:
    given = heard("Эту линия занята.", "Эта линия занята.")
    assert Rescorer(MODELS).rescore(given, Context(""))[0].text == "Эта линия занята."


def test_a_language_without_weights_keeps_the_recognizers_choice() -> None:
    assert order([Features(-3.0, -90.0, 20, ()), Features(-3.1, -9.0, 20, ())], KEEP) == [0, 1]


def test_the_margin_decides_when_the_gain_is_small() -> None:
    pair = [Features(-3.0, -20.0, 20, ()), Features(-3.0, -16.0, 20, ())]
    assert order(pair, Weights(0.1, 0.5)) == [0, 1], "0.4 nats are not enough"
    assert order(pair, Weights(0.1, 0.3)) == [1, 0]


def test_numbers_are_never_rewritten() -> None:
    words, digits = Features(-3.0, -60.0, 20, ("8",)), Features(-3.0, -20.0, 20, ("8,5",))
    assert order([words, digits], Weights(0.5, 0.0)) == [0, 1]


def test_a_reading_that_leaves_something_out_is_not_preferred_for_it() -> None:
    full, cut, shorter = (Features(-3.0, lm, n, ()) for lm, n in ((-90.0, 40), (-30.0, 30), (-80.0, 39)))
    assert order([full, cut], Weights(0.5, 0.0)) == [0, 1]
    assert order([full, cut, shorter], Weights(0.5, 0.0)) == [2, 1, 0], "one letter less is another ending"


def test_the_numbers_of_a_reading_are_those_it_writes_in_digits() -> None:
    model = MODELS.language_model("en")
    found = features(Hypothesis("At 8.30 or so, MP3 in hand."), model, model.start())
    assert found.numbers == ("8.30", "MP3")


def test_commas_do_not_count() -> None:
    model = MODELS.language_model("en")
    plain = features(Hypothesis("The captain saw the ship."), model, model.start())
    marked = features(Hypothesis("The captain, saw (the) ship."), model, model.start())
    assert plain.language == marked.language
    assert plain.letters == marked.letters == 20


def test_an_unknown_word_costs_more_the_longer_it_is() -> None:
    model = MODELS.language_model("en")
    short, long = (features(Hypothesis(f"The {word}"), model, model.start()) for word in ("xq", "xqxqxqxqxq"))
    assert long.language < short.language < features(Hypothesis("The ship"), model, model.start()).language


def test_what_was_said_before_is_read_as_context() -> None:
    rescorer = Rescorer(MODELS)
    after = rescorer.rescore(heard("ship"), Context("The captain saw the ", language="en"))[0]
    alone = rescorer.rescore(heard("ship"), Context("", language="en"))[0]
    assert after.lm_logprob is not None and alone.lm_logprob is not None
    assert after.lm_logprob > alone.lm_logprob


def test_shipped_weights_are_sane(tmp_path: Path) -> None:
    weights = tuned()
    assert set(weights) >= {"en", "ru"}
    for item in weights.values():
        assert 0.0 <= item.language <= 1.0
        assert item.margin >= 0.0
