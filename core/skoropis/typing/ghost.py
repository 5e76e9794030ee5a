"""The text that is shown behind the caret before it is written."""

from __future__ import annotations

from dataclasses import replace

from ..types import Edit, Suggestion


class Ghost:
    """Keeps a continuation in sight while the user writes what it says.

    One that was shown goes on being shown, shorter by every letter that was typed or word that was taken:
    to vanish in the middle of a phrase would make it useless, whatever the model thinks of the rest alone.
    """

    def __init__(self) -> None:
        self._shown: Suggestion | None = None

    def show(self, offer: Suggestion | None, before: str, revision: int) -> Suggestion | None:
        """What to show behind ``before``: the likely new ``offer``, else what is left of the last one."""
        if offer is None and self._shown is not None:
            offer = _carried(self._shown, before, revision)
        self._shown = offer
        return offer

    def drop(self) -> None:
        """Show no more of it: the text or the caret is somewhere else."""
        self._shown = None


def _carried(shown: Suggestion, before: str, revision: int) -> Suggestion | None:
    start = shown.edit.start
    text = shown.edit.text
    written = before[start:]
    if len(before) < start or not text.startswith(written) or len(text.rstrip()) <= len(written):
        return None
    return replace(shown, edit=Edit(start, len(before), text), revision=revision)


def next_words(text: str, written: int, count: int) -> str:
    """``text`` up to the end of the ``count``-th word behind its first ``written`` characters; a word that
    is begun there is the first.
    """
    end = written
    for _ in range(count):
        while end < len(text) and text[end].isspace():
            end += 1
        while end < len(text) and not text[end].isspace():
            end += 1
    return text[:end]
