"""A handle answers as its model would, whatever instance is behind it, and costs next to nothing."""

from __future__ import annotations

import copy
import random
import timeit
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

import skoropis_models
from skoropis.lm.ngram import NGram
from skoropis.models.card import Card
from skoropis.models.catalogue import Entry
from skoropis.models.handle import REACH, Handle
from skoropis.models.loaded import Loaded, Slot
from skoropis.testing.fakes import FakeLanguageModel

FOLDER = Path(skoropis_models.__file__).parent
ALLOWED_US = 5.0
ENTRY = Entry(Card("x", "1", "toy", "en", "general", "CC0-1.0", "", ()), Path())


def over(model: Any) -> tuple[Handle, Slot]:
    """A handle over a model, and its slot."""
    slot = Slot("x", "en")
    slot.current = Loaded(ENTRY, 0, model=model)
    return Handle(slot, no_other), slot


def no_other(slot: Slot) -> Loaded:
    raise AssertionError("there is an instance")


class Echo:
    """Does nothing at all, so that only the handle takes time; its state is what it has read."""

    language = "en"
    lexicon = ()

    def start(self) -> tuple[str, ...]:
        return ()

    def read(self, tokens: Iterable[str], state: tuple[str, ...] | None = None) -> tuple[str, ...]:
        return (*(state or ()), *tokens)[-2 * REACH :]

    def score(self, state: Any, token: str) -> tuple[float, Any]:
        return 0.0, state

    def score_many(self, state: Any, tokens: Sequence[str]) -> Any:
        return state

    def next(self, state: Any, prefix: str = "", k: int = 3) -> Any:
        return state

    def knows(self, token: str) -> bool:
        return True

    def twice(self, state: Any, *, other: Any) -> Any:
        return state, other


@pytest.fixture(scope="module")
def ngram() -> NGram:
    return NGram.load(FOLDER / "en-general")


def test_a_handle_over_changing_instances_answers_like_one_model(ngram: NGram) -> None:
    handle, slot = over(ngram)
    words = ["the", "we", "'", ".", ",", "!", "?", "<num>", "of", "mr", "see", "you", "qwxyz", "e", "-"]
    dice = random.Random(7)
    for _ in range(40):
        mine, theirs = handle.start(), ngram.start()
        for _ in range(dice.randrange(1, 12)):
            if dice.random() < 0.4:
                slot.current = Loaded(ENTRY, 0, model=ngram)  # what is known of the old one is worth nothing
            tokens = dice.choices(words, k=dice.randrange(4))
            match dice.randrange(3):
                case 0:
                    mine, theirs = handle.read(tokens, mine), ngram.read(tokens, theirs)
                case 1:
                    mine, theirs = handle.read(iter(tokens)), ngram.read(tokens)
                case 2:
                    token = dice.choice(words)
                    (a, mine), (b, theirs) = handle.score(mine, token), ngram.score(theirs, token)
                    assert a == b
            assert handle.score_many(mine, words) == ngram.score_many(theirs, words)
        prefix = dice.choice(["", "t", "wh"])
        assert handle.next(mine, prefix, 5) == ngram.next(theirs, prefix, 5)
    assert handle.lexicon is ngram.lexicon
    assert handle.language == "en"
    assert handle.knows("the") is True


def test_an_old_state_is_read_again_once(monkeypatch: pytest.MonkeyPatch) -> None:
    model = Echo()
    handle, slot = over(model)
    state = handle.score(handle.read(["a", "b"], handle.read(["c"])), "d")[1]
    slot.current = Loaded(ENTRY, 0, model=model)
    read = Echo.read
    portions: list[Any] = []
    monkeypatch.setattr(Echo, "read", lambda self, t, s=None: portions.append(tuple(t)) or read(self, t, s))
    assert handle.next(state) == ("c", "a", "b", "d")
    assert handle.score_many(state, []) == ("c", "a", "b", "d")
    assert portions == [("c",), ("a", "b"), ("d",)]


def test_a_state_of_another_model_is_read_by_this_one() -> None:
    english, _ = over(FakeLanguageModel("en", ["I see you now."]))
    other, _ = over(FakeLanguageModel("en", ["I see nothing here."]))
    state = english.read(["i", "see"])
    assert english.next(state, k=1)[0][0] == "you"
    assert other.next(state, k=1)[0][0] == "nothing"
    assert english.next(state, k=1)[0][0] == "you"


@pytest.mark.parametrize("portion", [0, 1, 7, 500])
def test_a_state_remembers_only_so_much(portion: int) -> None:
    handle, slot = over(Echo())
    state, tokens = handle.start(), [str(number) for number in range(portion)]
    for number in range(1000):
        state = handle.read(tokens, state) if portion > 1 else handle.score(state, str(number))[1]
        if portion == 0:
            state = handle.read([], state)
    length, trail = 0, state.trail
    while trail is not None:
        trail, read = trail
        length += max(len(read), 1)
    assert length <= 2 * REACH

    slot.current = Loaded(ENTRY, 0, model=Echo())
    seen: Any = handle.next(state)
    assert len(seen) >= min(REACH, 500)
    assert list(seen[-1:]) == (tokens[-1:] if portion > 1 else ["999"])


def test_other_methods_are_given_states_of_the_model_itself() -> None:
    handle, slot = over(Echo())
    first, second = handle.read(["a"]), handle.read(["b"])
    twice = handle.twice
    slot.current = Loaded(ENTRY, 0, model=Echo())
    assert twice(first, other=second) == (("a",), ("b",))
    assert not hasattr(handle, "no_such_thing")
    assert not hasattr(handle, "_private")


def test_a_copy_of_a_handle_follows_like_the_handle() -> None:
    handle, slot = over(Echo())
    other = copy.copy(handle)
    slot.current = Loaded(ENTRY, 0, model=FakeLanguageModel("en", ["Now."]))
    assert other.next(other.start()) == handle.next(handle.start())
    assert repr(other) == "<model x>"


CALLS: dict[str, Callable[[Any, Any], object]] = {
    "language": lambda model, state: model.language,
    "lexicon": lambda model, state: model.lexicon,
    "start": lambda model, state: model.start(),
    "read": lambda model, state: model.read(("a", "b", "c")),
    "read on": lambda model, state: model.read(("a",), state),
    "score": lambda model, state: model.score(state, "a"),
    "score_many": lambda model, state: model.score_many(state, ("a",)),
    "next": lambda model, state: model.next(state, "a", 3),
    "knows": lambda model, state: model.knows("a"),
}


@pytest.mark.parametrize("call", CALLS)
def test_a_handle_costs_less_than_five_microseconds_a_call(call: str) -> None:
    model = Echo()
    handle, _ = over(model)
    work = CALLS[call]

    def fastest(target: Any) -> float:
        state = target.read(["a", "b"])
        return min(timeit.repeat(lambda: work(target, state), number=500, repeat=40)) / 500 * 1e6

    assert fastest(handle) - fastest(model) < ALLOWED_US
