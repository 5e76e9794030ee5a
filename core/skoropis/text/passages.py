"""Cutting a long text where a reader would pause."""

from __future__ import annotations

from collections.abc import Iterator


def passages(text: str, longest: int) -> Iterator[tuple[int, int]]:
    """Spans of at most ``longest`` characters that end behind a line, a sentence, or at least a word."""
    start = 0
    while start < len(text):
        end = min(start + longest, len(text))
        if end < len(text):
            for mark in ("\n", ". ", " "):
                cut = text.rfind(mark, start + longest // 2, end)
                if cut >= 0:
                    end = cut + len(mark)
                    break
        yield start, end
        start = end
