"""What of a session's text is learned, and when: finished sentences that the user wrote."""

from __future__ import annotations

from typing import Protocol

from ..types import Edit

_ENDS = ".!?…"


class Learner(Protocol):
    """Where a session's evidence goes. Each call must cost no more than a keystroke may."""

    def learn(self, text: str) -> None:
        """The user wrote this."""

    def undone(self, typed: str, mended: str) -> None:
        """``typed`` was mended unasked, and the user took that back: ``typed`` was meant."""

    def accepted(self, text: str) -> None:
        """The user took this suggestion."""


class Learning:
    """Follows one text and tells a :class:`Learner` each sentence once, when it is finished."""

    def __init__(self, learner: Learner) -> None:
        self._learner = learner
        self._place = 0
        """Everything before it was learned, or was not written here."""

    def moved_to(self, before: str) -> None:
        """Another text, or another place in it: what stands there already is not learned."""
        self._place = len(before)

    def changed(self, edit: Edit, before: str) -> None:
        """The text left of the caret has become ``before`` by ``edit``."""
        inserted = edit.start == edit.end == self._place  # behind it: new text
        if edit.end <= self._place and not inserted:
            self._place += len(edit.text) - (edit.end - edit.start)
        self._place = max(0, min(self._place, len(before)))

    def typed(self, before: str) -> None:
        """A character was typed; a white space behind a sentence finishes it."""
        if before[-1:] == "\n" or (before[-1:].isspace() and before[-2:-1] and before[-2] in _ENDS):
            self.finish(before)

    def finish(self, before: str) -> None:
        """Learn what is there now: the text is left."""
        text = before[self._place :]
        if text.strip():
            self._learner.learn(text)
        self._place = len(before)

    def undone(self, typed: str, mended: str) -> None:
        """A mend was taken back."""
        self._learner.undone(typed, mended)

    def accepted(self, text: str) -> None:
        """A suggestion was taken."""
        self._learner.accepted(text)
