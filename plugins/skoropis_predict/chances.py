"""From how likely words are to how likely they are now that a part of one is typed."""

from __future__ import annotations

import math
from collections.abc import Sequence

NEW = math.log(0.05)
"""Log-probability (nats) that a word of running text is one that no lexicon holds."""
LETTER = -2.1
"""What each letter costs such a word (nats). Both were chosen on development text, so that of the words that
are said to be wanted with some probability as many are."""


def given_prefix(
    ranked: Sequence[tuple[str, float]], finished: float, length: int
) -> list[tuple[str, float]]:
    """Words that begin with the same ``length`` letters, their log-probabilities (nats) made conditional on
    those letters. ``finished``: that of what is typed as a word of its own, which may be meant as well.
    """
    if not ranked:
        return []
    rest = math.exp(finished) + math.exp(NEW + LETTER * length)
    total = math.log(sum((math.exp(logprob) for _, logprob in ranked), rest))
    return [(word, min(logprob - total, 0.0)) for word, logprob in ranked]
