"""Offers emoji for a name behind a colon."""

from __future__ import annotations

import math
from collections.abc import Sequence

from skoropis.api import Context, Edit, Suggestion

from .names import names
from .trigger import trigger

FIRST = math.log(0.6)
"""Log-probability (nats) that who typed a colon and the beginning of a name wants the first emoji for it."""
NEXT = math.log(0.4)
"""What each further place costs (nats)."""
LOOSE = math.log(0.5)
"""What it costs that the word was found only without its ending (nats)."""


class Predictor:
    """Implements :class:`skoropis.api.Predictor`. Nothing is loaded before the first colon with a name."""

    def predict(self, context: Context, limit: int) -> Sequence[Suggestion]:
        """Up to ``limit`` emoji that replace the colon and the name, best first."""
        if context.purpose != "text" or limit < 1 or context.after[:1].isalpha():
            return ()
        asked = trigger(context.before)
        if asked is None:
            return ()
        found, exact = names().find(asked, limit)
        begin = FIRST if exact else FIRST + LOOSE
        return [
            Suggestion(Edit(asked.start, len(context.before), emoji), emoji, "emoji", begin + place * NEXT)
            for place, emoji in enumerate(found)
        ]
