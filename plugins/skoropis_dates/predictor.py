"""Offers dates and times for their names behind a semicolon."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime

from skoropis.api import Context, Edit, Suggestion

from .calendar import calendars, territory

WHOLE, BEGUN = math.log(0.6), math.log(0.5)
"""Log-probability (nats) that who typed a name behind a semicolon, whole or begun, wants the first offer."""
NEXT = math.log(0.4)
"""What each further place costs (nats)."""
LONGEST = 40
# A semicolon where a word may begin, at once followed by one to three words, of two letters at least.
_TRIGGER = re.compile(r"(?:^|[\s(\[{\"'«“„])(?P<mark>;)(?P<name>[^\W\d_]{2,}|[^\W\d_]+(?: [^\W\d_]+){1,2})$")


class Predictor:
    """Implements :class:`skoropis.api.Predictor`."""

    def __init__(self, clock: Callable[[], datetime] = datetime.now) -> None:
        """``clock``: the local time now."""
        self._clock = clock
        self._calendars = calendars(territory())

    def predict(self, context: Context, limit: int) -> Sequence[Suggestion]:
        """Up to ``limit`` texts that replace the semicolon and the name, the usual format first."""
        if context.purpose != "text" or limit < 1 or context.after[:1].isalpha():
            return ()
        before = context.before
        tail = before[-LONGEST:]
        match = _TRIGGER.search(tail) if ";" in tail else None
        if match is None:
            return ()
        start = len(before) - len(tail) + match.start("mark")
        texts, whole = self._texts(match.group("name").lower())
        first = WHOLE if whole else BEGUN
        return [
            Suggestion(Edit(start, len(before), text), text, "snippet", first + place * NEXT)
            for place, text in enumerate(texts[:limit])
        ]

    def _texts(self, name: str) -> tuple[list[str], bool]:
        """What ``name`` may stand for, and whether it is a whole phrase.

        Every format of what it names, or of the only day it can become; else the usual format of each.
        """
        now = self._clock()
        begun: dict[str, None] = {}
        every: list[str] = []
        for calendar in self._calendars:
            if name in calendar.phrases:
                return calendar.written(calendar.phrases[name], now), True
            named = {what for phrase, what in calendar.phrases.items() if phrase.startswith(name)}
            for what in sorted(named, key=lambda what: abs(what.at(now) - now)):
                every = calendar.written(what, now)
                begun.setdefault(every[0])
        return (every if len(begun) == 1 else list(begun)), False
