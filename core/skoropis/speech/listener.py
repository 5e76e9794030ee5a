"""Hears what a session says to a front end that reads a file."""

from __future__ import annotations

from collections.abc import Callable

from ..protocols import SessionLike
from ..types import Event, EventIn, Transcribed


class Listener:
    """Stands between a front end and a session: keeps the phrases, tells the progress."""

    def __init__(self, session: SessionLike, progress: Callable[[float], None] | None) -> None:
        """``progress(seconds)`` is called with the end of each phrase."""
        self._session = session
        self._progress = progress
        self.phrases: list[Transcribed] = []

    def handle(self, body: EventIn) -> tuple[Event, ...]:
        """Pass it on."""
        events = self._session.handle(body)
        for event in events:
            if isinstance(event.body, Transcribed):
                self.phrases.append(event.body)
                if self._progress is not None:
                    self._progress(event.body.segment.end)
        return events
