"""What the screen and the thread that holds the session say to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from skoropis.api import Accepted, Context, Edit, Erased, Moved, Suggested, Typed, Undone

from .settings import Settings

Deed: TypeAlias = Typed | Erased | Moved | Accepted | Undone
"""What a user does that a session is told."""
Reason: TypeAlias = Literal["accept", "correction", "layout", "undo", "dictation"]


@dataclass(frozen=True, slots=True)
class Opened:
    """In: begin a session anew, with other settings or another text."""

    settings: Settings
    context: Context


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that the user did, numbered in the order in which it was done."""

    number: int
    body: Deed | Opened


@dataclass(frozen=True, slots=True)
class Applied:
    """A change that the session made, with what stood there before."""

    number: int
    """Of the ask that it answers: the user has done what has higher numbers without knowing of it."""
    edit: Edit
    """Offsets are those of the session's text left of the caret."""
    was: str
    reason: Reason

    @property
    def back(self) -> Edit:
        """The edit that takes it back."""
        return Edit(self.edit.start, self.edit.start + len(self.edit.text), self.was)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of everything up to an ask."""

    number: int
    changes: tuple[Applied, ...] = ()
    suggested: Suggested | None = None
    error: str = ""
    """Why there will be no more suggestions; never quotes the text."""
