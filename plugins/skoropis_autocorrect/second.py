"""A second reading of the few choices that are in doubt, by the whole language model.

The lattice asks thousands of times and so asks the fast part of the model only. What it leaves in doubt, a
word and the likeliest mends of it, is scored once more with all that stands before it in its sentence.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple

from skoropis.api import LanguageModel, State

SENTENCE = 24
"""Tokens of the sentence that are read before a doubtful place."""
REMEMBERED = 4096
"""Answers that are kept: while somebody types, all but the last places of a text are read again and again."""


class Reading(NamedTuple):
    """Log-probabilities (nats) of words in their place, and of what stands behind them."""

    words: float
    behind: float


class SecondReader:
    """Scores readings of a place by the whole language model, and remembers what it said."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._known: OrderedDict[tuple[tuple[str, ...], ...], Reading] = OrderedDict()

    def read(
        self, before: Sequence[str], choices: Sequence[Sequence[str]], behind: Sequence[str]
    ) -> list[Reading]:
        """Each of ``choices`` after the tokens ``before`` of the same sentence, and ``behind`` after it."""
        context, tail = tuple(before[-SENTENCE:]), tuple(behind)
        known = self._known
        found = [known.get((context, tuple(words), tail)) for words in choices]
        missing = [place for place, reading in enumerate(found) if reading is None]
        if missing:
            state = self._model.read(context)
            firsts = self._model.score_many(state, [choices[place][0] for place in missing])
            for place, first in zip(missing, firsts, strict=True):
                reading = self._finish(state, choices[place], first, tail)
                found[place] = known[context, tuple(choices[place]), tail] = reading
            while len(known) > REMEMBERED:
                known.popitem(last=False)
        return [reading for reading in found if reading is not None]

    def _finish(self, state: State, words: Sequence[str], first: float, tail: Sequence[str]) -> Reading:
        """The reading of ``words``, the first of which has the score ``first`` after ``state``."""
        model, total, behind = self._model, first, 0.0
        previous = words[0]
        for word in words[1:]:
            state = model.read([previous], state)
            total += model.score_many(state, [word])[0]
            previous = word
        for token in tail:
            state = model.read([previous], state)
            behind += model.score_many(state, [token])[0]
            previous = token
        return Reading(total, behind)
