"""Places of the text that stand out: what was mended, and what may have to be."""

from __future__ import annotations

from collections.abc import Iterable
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


def shifted(marks: Iterable[Mark], edit: Edit) -> list[Mark]:
    """Where the marks are after an edit; those whose text it changed are gone."""
    by = len(edit.text) - (edit.end - edit.start)
    kept = []
    for mark in marks:
        if edit.end <= mark.start:
            kept.append(replace(mark, start=mark.start + by, end=mark.end + by))
        elif edit.start >= mark.end:
            kept.append(mark)
    return kept
