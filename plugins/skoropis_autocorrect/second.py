"""A second reading of the few choices that are in doubt, by the whole language model.

The lattice asks thousands of times and so asks the fast part of the model only. What it leaves in doubt, a
word and the likeliest mends of it, is scored once more with all that stands before it in its sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from skoropis.api import LanguageModel, score_paths


class Reading(NamedTuple):
    """Log-probabilities (nats) of words in their place, and of what stands behind them."""

    words: float
    behind: float


def read_second(
    model: LanguageModel, before: Sequence[str], choices: Sequence[Sequence[str]], behind: Sequence[str]
) -> list[Reading]:
    """Each of ``choices`` after the tokens ``before`` of the same sentence, and ``behind`` after it."""
    told = score_paths(model, model.read(before), [[*words, *behind] for words in choices])
    return [
        Reading(sum(row[: len(words)]), sum(row[len(words) :]))
        for words, row in zip(choices, told, strict=True)
    ]
