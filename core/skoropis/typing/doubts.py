"""Words that are perhaps wrong, remembered while the text around them changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..types import Edit, Suggestion

_MOST = 20
"""Doubts kept at once, the last ones."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    suggestion: Suggestion
    was: str


class Doubts:
    """Mends that were not sure enough to be applied. One goes when its word is changed or taken back."""

    def __init__(self) -> None:
        self._doubts: list[_Doubt] = []

    def renew(self, found: Iterable[Suggestion], text: str, start: int) -> None:
        """Take in what was found in ``text[start:]``, in place of what was known of that part."""
        kept = [doubt for doubt in self._doubts if doubt.suggestion.edit.end <= start]
        new = [_Doubt(s, text[s.edit.start : s.edit.end]) for s in found]
        self._doubts = [*kept, *new][-_MOST:]

    def moved(self, edit: Edit) -> None:
        """Follow a change of the text: what stands behind it moves, what it touches goes."""
        by = len(edit.text) - (edit.end - edit.start)
        out = []
        for doubt in self._doubts:
            old = doubt.suggestion.edit
            if old.end <= edit.start:
                out.append(doubt)
            elif old.start >= edit.end:
                place = Edit(old.start + by, old.end + by, old.text)
                out.append(replace(doubt, suggestion=replace(doubt.suggestion, edit=place)))
        self._doubts = out

    def shown(self, text: str, revision: int) -> tuple[Suggestion, ...]:
        """Those whose word still stands in ``text`` as it was, for that revision, in text order."""
        standing = [d for d in self._doubts if text[d.suggestion.edit.start : d.suggestion.edit.end] == d.was]
        return tuple(
            sorted((replace(d.suggestion, revision=revision) for d in standing), key=lambda s: s.edit.start)
        )

    def clear(self) -> None:
        """Forget all: this is another text."""
        self._doubts = []
