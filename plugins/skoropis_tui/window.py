"""The part of a text that a session is told."""

from __future__ import annotations

from skoropis.api import Context

from .settings import Settings

BEFORE = 2000
AFTER = 500
"""Characters left and right of the caret: more than any model looks at, and cheap to copy at each key."""


def window(text: str, caret: int, settings: Settings) -> tuple[int, Context]:
    """Where in ``text`` it begins (with a whole word), and the text around the caret."""
    base = max(0, caret - BEFORE)
    if base:
        base = text.find(" ", base, caret) + 1 or base
    before, after = text[base:caret], text[caret : caret + AFTER]
    return base, Context(before, after, settings.language, settings.domain)
