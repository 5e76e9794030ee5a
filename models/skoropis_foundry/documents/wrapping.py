"""Undoing line breaks that a program put in to keep lines short."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

_NARROWEST, _WIDEST = 30, 120
"""Characters between which the width of wrapped text lies."""
_WRAPPED = 0.6
"""Share of the line breaks that must be explained by the width before a text is taken for wrapped."""
_ENDS = 0.4
"""Share of the lines before them that may end a sentence."""
_SLACK = 0.9
"""Wrapping by hand, or with hyphens, leaves some room."""
_ENOUGH = 3
_LIST_ITEM = re.compile(r"\s*(?:[-*+•·–—]|\d{1,3}[.)])\s")
_SENTENCE_END = (".", "!", "?", "…", ":", '"', "»", "”", ")")


def unwrapped(lines: Sequence[str]) -> list[str]:
    """Paragraphs of plain text: the lines themselves, or joined where the text was wrapped at a width.

    A line break was put in by a program when the next word would not have fitted. If that explains most line
    breaks of the text, the lines around them are joined. An empty line always ends a paragraph.
    """
    width = _width(lines)
    if width is None:
        return [stripped for line in lines if (stripped := line.strip())]
    out: list[list[str]] = []
    previous: str | None = None
    for line in lines:
        stripped = line.strip()
        if previous is not None and stripped and _full(previous, line, width) and not _begins(line, previous):
            append(out[-1], stripped)
        elif stripped:
            out.append([stripped])
        previous = line.rstrip() if stripped else None
    return ["".join(pieces) for pieces in out]


def reflowed(lines: Sequence[str]) -> list[str]:
    """Paragraphs of a printed page, where letters differ in width and no empty lines stand.

    A line goes on with the next when that begins small, or when it is about as long as the others and does
    not end a sentence.
    """
    lengths = sorted(len(line.strip()) for line in lines if line.strip())
    typical = lengths[len(lengths) * 3 // 4] if lengths else 0
    out: list[list[str]] = []
    previous = ""
    for line in lines:
        stripped = line.strip()
        if previous and stripped and _goes_on(previous, stripped, typical):
            append(out[-1], stripped)
        elif stripped:
            out.append([stripped])
        previous = stripped
    return ["".join(pieces) for pieces in out]


def append(pieces: list[str], line: str) -> None:
    """Put a line behind the pieces of a paragraph; a word that was divided at the line end is whole again."""
    last = pieces[-1]
    divided = len(last) > 2 and last[-1] in "-\u2010" and last[-2].isalpha() and line[0].islower()
    if divided or last.endswith("\u00ad"):
        pieces[-1] = last[:-1]
    else:
        pieces.append(" ")
    pieces.append(line)


def _goes_on(line: str, following: str, typical: int) -> bool:
    if _LIST_ITEM.match(following):
        return False
    if following[0].islower():
        return True
    long = len(line) >= 0.7 * typical
    return long and (not line.endswith(_SENTENCE_END) or len(line) >= 0.95 * typical)


def _begins(line: str, previous: str) -> bool:
    """Whether a paragraph begins here: an item of a list, or a line that is indented."""
    if _LIST_ITEM.match(line):
        return True
    item = _LIST_ITEM.match(previous)
    return _indent(line) > (item.end() if item else _indent(previous))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _full(line: str, following: str, width: int) -> bool:
    """Whether the first word of ``following`` had hardly any room behind ``line``."""
    return len(line) + 1 + len(following.split(maxsplit=1)[0]) > _SLACK * width


def _width(lines: Sequence[str]) -> int | None:
    """The width at which the text was wrapped; None when it was not."""
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    if len(lengths) < _ENOUGH:
        return None
    width = lengths[len(lengths) * 97 // 100]
    if not _NARROWEST <= width <= _WIDEST:
        return None
    pairs = [
        (line.rstrip(), following)
        for line, following in pairwise(lines)
        if line.strip() and following.strip()
    ]
    full = sum(_full(line, following, width) for line, following in pairs)
    # A program that wraps does not care where sentences end; who writes a sentence a line does.
    ends = sum(line.endswith(_SENTENCE_END) for line, _ in pairs)
    wrapped = full >= _WRAPPED * len(pairs) and ends <= _ENDS * len(pairs)
    return width if wrapped and len(pairs) >= _ENOUGH - 1 else None
