"""Places of the text that stand out: what was mended, and what may have to be."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from skoropis.api import Edit, Suggestion

Kind = Literal["mended", "doubtful"]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the text, in characters."""

    kind: Kind
    start: int
    end: int
    was: str
    """What stood there before it was mended; what stands there while it is only doubted."""
    now: str
    """What stands there instead, or might."""
    until: float = float("inf")
    """When it fades, by the controller's clock (seconds)."""
    suggestion: Suggestion | None = None
    """The mend of a doubtful word, as it is accepted."""


class Marks:
    """All marks of a text; they move with it."""

    def __init__(self) -> None:
        self._marks: list[Mark] = []

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._marks)

    def add(self, mark: Mark) -> None:
        """Mark a place."""
        self._marks.append(mark)

    def shift(self, edit: Edit) -> None:
        """Move with the text; marks whose own text an edit changes are gone."""
        by = len(edit.text) - (edit.end - edit.start)
        kept = []
        for mark in self._marks:
            if edit.end <= mark.start:
                kept.append(replace(mark, start=mark.start + by, end=mark.end + by))
            elif edit.start >= mark.end:
                kept.append(mark)
        self._marks = kept

    def fade(self, now: float) -> bool:
        """Let those whose time is over go; whether there were any."""
        kept = [mark for mark in self._marks if mark.until > now]
        gone = len(kept) < len(self._marks)
        self._marks = kept
        return gone

    def clear(self, kind: Kind | None = None) -> None:
        """Drop those of a kind, or all."""
        self._marks = [mark for mark in self._marks if kind is not None and mark.kind != kind]

    def hint(self, caret: int) -> Mark | None:
        """The one that a key acts on: what was mended last, else the doubtful word nearest the caret."""
        return self.mended or self.doubtful(caret)

    @property
    def mended(self) -> Mark | None:
        """What was mended last."""
        return next((mark for mark in reversed(self._marks) if mark.kind == "mended"), None)

    def doubtful(self, caret: int) -> Mark | None:
        """The doubtful word that is nearest to the left of the caret."""
        marks = [mark for mark in self._marks if mark.kind == "doubtful" and mark.end <= caret]
        return max(marks, key=lambda mark: mark.end, default=None)
