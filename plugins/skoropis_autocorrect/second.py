"""A second reading of the few choices that are in doubt, by the whole language model.

The lattice asks thousands of times and so asks the fast part of the model only. What it leaves in doubt, a
word and the likeliest mends of it, is scored once more with all that stands before it in its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from skoropis.api import LanguageModel, State


class Reading(NamedTuple):
    """Log-probabilities (nats) of words in their place, and of what stands behind them."""

    words: float
    behind: float


def read_second(
    model: LanguageModel, before: Sequence[str], choices: Sequence[Sequence[str]], behind: Sequence[str]
) -> list[Reading]:
    """Each of ``choices`` after the tokens ``before`` of the same sentence, and ``behind`` after it."""
    state = model.read(before)
    firsts = model.score_many(state, [words[0] for words in choices])
    return [_finish(model, state, words, first, behind) for words, first in zip(choices, firsts, strict=True)]


def _finish(
    model: LanguageModel, state: State, words: Sequence[str], first: float, behind: Sequence[str]
) -> Reading:
    """The reading of ``words``, the first of which has the score ``first`` after ``state``."""
    inside, after, previous = first, 0.0, words[0]
    for word in words[1:]:
        state = model.read([previous], state)
        inside += model.score_many(state, [word])[0]
        previous = word
    for token in behind:
        state = model.read([previous], state)
        after += model.score_many(state, [token])[0]
        previous = token
    return Reading(inside, after)
