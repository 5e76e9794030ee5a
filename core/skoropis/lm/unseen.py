"""How likely a word is that no lexicon holds."""

from __future__ import annotations

import math

NEW = math.log(0.05)
"""Log-probability (nats) that a word of running text is one that no lexicon holds."""
LETTER = -2.1
"""What each letter costs such a word (nats). Both were chosen on development text, so that of the completions
that are said to be wanted with some probability as many are (``bench/readings.py``)."""


def unseen_logprob(letters: int) -> float:
    """Log-probability (nats) of a word that no lexicon holds and that begins with so many given letters."""
    return NEW + LETTER * letters
