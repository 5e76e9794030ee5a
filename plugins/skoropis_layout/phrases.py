"""Where the layout was wrong: a two-state hidden Markov model over the words of a text.

The layout stays wrong from word to word until somebody notices, so a short word that proves nothing goes
the way of its neighbours. Posterior by the forward-backward algorithm (Rabiner 1989).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

BEGIN = math.log(1e-3)
"""Log-probability (nats) that the layout is wrong from this word on."""
STAY = math.log(0.85)
"""Log-probability (nats) that it still is at the next word."""
_RIGHT = math.log1p(-math.exp(BEGIN))
_NOTICE = math.log1p(-math.exp(STAY))


def posterior(odds: Sequence[float | None]) -> list[float]:
    """Log-probability (nats) that each word was typed in the wrong layout.

    ``odds``: log-odds (nats) of the word itself, wrong to right; None where only right is possible.
    """
    emitted = [-math.inf if value is None else value for value in odds]
    count = len(emitted)
    forward = [(0.0, -math.inf)]
    for value in emitted:
        right, wrong = forward[-1]
        forward.append((_add(right + _RIGHT, wrong + _NOTICE), _add(right + BEGIN, wrong + STAY) + value))
    backward = [(0.0, 0.0)] * (count + 1)
    for place in range(count - 1, -1, -1):
        right, wrong = backward[place + 1]
        value = emitted[place] + wrong
        backward[place] = (_add(_RIGHT + right, BEGIN + value), _add(_NOTICE + right, STAY + value))
    result = []
    for place in range(1, count + 1):
        right = forward[place][0] + backward[place][0]
        wrong = forward[place][1] + backward[place][1]
        result.append(wrong - _add(right, wrong))
    return result


def _add(a: float, b: float) -> float:
    if a < b:
        a, b = b, a
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))
