"""From how likely words are to how likely they are now that a part of one is typed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from skoropis.api import unseen_logprob


def given_prefix(
    ranked: Sequence[tuple[str, float]], finished: float, length: int
) -> list[tuple[str, float]]:
    """Words that begin with the same ``length`` letters, their log-probabilities (nats) made conditional on
    those letters. ``finished``: that of what is typed as a word of its own, which may be meant as well.
    """
    if not ranked:
        return []
    rest = math.exp(finished) + math.exp(unseen_logprob(length))
    total = math.log(sum((math.exp(logprob) for _, logprob in ranked), rest))
    return [(word, min(logprob - total, 0.0)) for word, logprob in ranked]
