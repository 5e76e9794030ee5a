"""Applying several edits to one text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ..types import Edit, Suggestion


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Carry out edits that all refer to ``text``. Raises ValueError when two overlap."""
    pieces: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < position:
            raise ValueError("edits overlap")
        pieces += (text[position : edit.start], edit.text)
        position = edit.end
    pieces.append(text[position:])
    return "".join(pieces)


def overlapping(edit: Edit, others: Sequence[Edit]) -> bool:
    """Whether ``edit`` touches the span of any of ``others``."""
    return any(edit.start < other.end and other.start < edit.end for other in others)


def shifted(suggestion: Suggestion, by: int) -> Suggestion:
    """The same for a text that has ``by`` more characters before it."""
    edit = suggestion.edit
    return replace(suggestion, edit=Edit(edit.start + by, edit.end + by, edit.text))
