"""Offers a snippet when its trigger is typed."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from skoropis.api import Context, Edit, Suggestion

from .snippets import LONGEST_TRIGGER, expand
from .store import FILE, Store

WHOLE, BEGUN = math.log(0.9), math.log(0.6)
"""Log-probability (nats) that a trigger typed in full, or begun, is meant as one."""
_LAST = re.compile(r"\S+$")
_OPENING = frozenset("([{\"'«“„")


class Predictor:
    """Implements :class:`skoropis.api.Predictor`."""

    def __init__(self, config_folder: Path, clock: Callable[[], datetime] = datetime.now) -> None:
        """``config_folder``: where ``snippets.toml`` is looked for. ``clock``: the local time now."""
        self._store = Store(config_folder / FILE)
        self._clock = clock

    def predict(self, context: Context, limit: int) -> Sequence[Suggestion]:
        """Up to ``limit`` snippets in place of the trigger: the one typed in full first, then those begun.

        Raises ConfigError when the file was found to be unusable, once.
        """
        snippets = self._store.get()
        if context.purpose != "text" or limit < 1:
            return ()
        before = context.before
        last = _LAST.search(before[-LONGEST_TRIGGER - 1 :])
        if last is None:
            return ()
        offers = []
        chunk = last.group()
        for start in _starts(chunk):
            typed = chunk[start:]
            place = len(before) - len(typed)
            for trigger, logprob in _meant(typed, snippets):
                expanded = expand(snippets[trigger], self._clock())
                edit = Edit(place, len(before), expanded.text)
                offers.append(Suggestion(edit, expanded.shown, "snippet", logprob))
        return sorted(offers, key=lambda offer: -offer.logprob)[:limit]


def _starts(chunk: str) -> Iterator[int]:
    """Where in the last characters without a space a trigger may begin."""
    yield from (n for n in range(len(chunk) - 1) if n == 0 or chunk[n - 1] in _OPENING)


def _meant(typed: str, snippets: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    """Triggers that ``typed`` is, or may become: a word only when it stands there in full."""
    if typed in snippets:
        yield typed, WHOLE
    if not typed[0].isalnum():
        begun = [trigger for trigger in snippets if trigger.startswith(typed) and trigger != typed]
        yield from ((trigger, BEGUN - math.log(len(begun))) for trigger in begun)
