"""The thread that holds the session, so that no key waits for a model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

from skoropis.api import (
    Changed,
    Context,
    Erased,
    Moved,
    SessionLike,
    SkoropisError,
    Suggested,
    Typed,
)

from .exchange import Answer, Applied, Ask, Opened
from .settings import Settings


class TypingSession(SessionLike, Protocol):
    """A session that learns, and is told when the text is left."""

    def close(self) -> None: ...


OpenSession = Callable[[Settings, Context], TypingSession]


class Asker:
    """Passes on what the user does, in order; what came in meanwhile is passed on as one.

    ``answer`` is called on this thread. A session that fails is told nothing more until it is opened anew.
    """

    def __init__(self, open_session: OpenSession, answer: Callable[[Answer], None]) -> None:
        self._open = open_session
        self._answer = answer
        self._session: TypingSession | None = None
        self._before = ""
        """The session's text left of the caret."""
        self._waiting: list[Ask] = []
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._run, name="skoropis-type", daemon=True)
        self._thread.start()

    def ask(self, ask: Ask) -> None:
        """Note what was done; returns at once."""
        with self._wake:
            self._waiting.append(ask)
            self._wake.notify()

    def close(self, patience: float = 1.0) -> None:
        """Let the thread pass on what is waiting and end; waits ``patience`` seconds for that."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join(patience)

    def _run(self) -> None:
        while True:
            with self._wake:
                self._wake.wait_for(lambda: bool(self._waiting) or self._closed)
                asks, self._waiting = self._waiting, []
            if asks:
                self._answer(self._handle(asks))
            else:
                self._leave()
                return

    def _leave(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(Exception):  # the text is safe; that it was not learned from is no loss to tell
                session.close()

    def _handle(self, asks: Sequence[Ask]) -> Answer:
        changes: list[Applied] = []
        suggested: Suggested | None = None
        try:
            for ask in coalesced(asks):
                suggested = self._pass_on(ask, changes)
        except SkoropisError as error:
            return self._failed(asks[-1].number, changes, str(error))
        except Exception as error:  # noqa: BLE001 - the user goes on writing whatever a plugin does
            return self._failed(asks[-1].number, changes, f"suggestions failed: {type(error).__name__}")
        return Answer(asks[-1].number, tuple(changes), suggested)

    def _failed(self, number: int, changes: Sequence[Applied], error: str) -> Answer:
        self._session = None
        return Answer(number, tuple(changes), error=error)

    def _pass_on(self, ask: Ask, changes: list[Applied]) -> Suggested | None:
        body = ask.body
        if isinstance(body, Opened):
            self._leave()
            self._session = self._open(body.settings, body.context)
            body = Moved(body.context)  # so that it says what it would suggest here
        if self._session is None:
            return None
        match body:
            case Typed(text):
                self._before += text
            case Erased(count):
                self._before = self._before[: max(0, len(self._before) - count)]
            case Moved(context):
                self._before = context.before
        suggested: Suggested | None = None
        for event in self._session.handle(body):
            if isinstance(event.body, Changed):
                edit = event.body.edit
                was = self._before[edit.start : edit.end]
                self._before = edit.apply(self._before)
                changes.append(Applied(ask.number, edit, was, event.body.reason))
            elif isinstance(event.body, Suggested):
                suggested = event.body
        return suggested


def coalesced(asks: Sequence[Ask]) -> Iterator[Ask]:
    """The same in fewer events: letters in a row become one, a caret that moved on is where it came to rest,
    and what was done to a text that was replaced afterwards is left out. A number is that of the last ask.
    """
    opened = [place for place, ask in enumerate(asks) if isinstance(ask.body, Opened)]
    last: Ask | None = None
    for ask in asks[opened[-1] if opened else 0 :]:
        body = ask.body
        if last is not None:
            joined = _joined(last.body, body)
            if joined is not None:
                last = Ask(ask.number, joined)
                continue
            yield last
        last = ask
    if last is not None:
        yield last


def _joined(first: object, second: object) -> Typed | Erased | Moved | Opened | None:
    match first, second:
        case Typed(a), Typed(b):
            return Typed(a + b)
        case Erased(a), Erased(b):
            return Erased(a + b)
        case Moved(), Moved():
            return second
        case Opened(), Moved(context):
            return replace(first, context=context)
    return None
