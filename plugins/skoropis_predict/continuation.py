"""What may follow the likeliest word: phrases, as long as all of it stays likely."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from skoropis.api import LanguageModel

WORDS = 5
"""Longest phrase."""
LEAST = math.log(0.4)
"""A phrase less likely (nats) than this is shown by no policy, so it is not looked for."""


def continuations(
    lm: LanguageModel, tokens: Sequence[str], first: tuple[str, float], name: str
) -> Iterator[tuple[str, float]]:
    """Phrases behind ``tokens`` with their log-probabilities (nats), each one word longer than the last.

    The first is the word ``first``, as written and with its log-probability, which the model knows as
    ``name``; the last is no less likely than :data:`LEAST`.
    """
    text, logprob = first
    if logprob < LEAST:
        return
    yield first
    state = lm.read([*tokens, name])
    for _ in range(WORDS - 1):
        best = lm.next(state, "", 1)
        if not best or logprob + best[0][1] < LEAST:
            return
        word, more = best[0]
        text, logprob = f"{text} {lm.lexicon.surface(word)}", logprob + more
        yield text, logprob
        state = lm.score(state, word)[1]
