"""The runs of characters between spaces that may have been typed in the wrong layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skoropis.api import script_of

_RUN = re.compile(r"\S+")
_OPAQUE = re.compile(
    r"""
      _ | :// | ^www\. | ^[@\#~$/\\] | \w@\w | \\ | \w/\w | ^\.{0,2}/ | \(\) | [=|]
    | <[^<>]*> | \{[^{}]*\} | </ | -> | [a-z][A-Z] | ^-{1,2}\w
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"[(\"'«@]*\d(?:[\d.,:/'\-]|[^\W\d_](?=[^\W\d_]{0,3}(?:\d|[^\w\s]|\Z)))*[^\w\s]*")
"""Begins with a digit, with no more than four letters in a row."""
_QUOTED = re.compile(r"@[^\W\d_]+@[^\w\s@]*")
"""No name of something: ``@`` is the quotation mark of another layout."""
_HANDLE = re.compile(r"@[^\W\d_]+[^\w\s@]*")
_CODE_LINE = re.compile(
    r"""
      [{}]\s*$ | [)\]'"=]\s*;\s*$ | \s(?:==?|!=|\+=|->|=>|:=|&&|\|\|)\s | \w\([^()\s]*\)
    | ^\s*(?:\$|>>>|\#!|//|<\w+)\s*\S
    """,
    re.VERBOSE,
)
_FENCE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_LETTER = re.compile(r"[^\W\d_]")
_DIGIT = re.compile(r"\d")
LONGEST = 40


@dataclass(frozen=True, slots=True)
class Chunk:
    """``text[start:end]``, a run without white space."""

    text: str
    start: int
    end: int
    script: str | None
    """``latin``, ``cyrillic``, or ``other`` for numbers and marks; None where nothing may be changed."""
    follows: bool
    """A name of something (``@name``), unless the layout was wrong already: ``@`` is a mark there."""
    begins: bool
    """First of its line: the layout may have been right before and wrong from here, or the other way."""


def chunks(text: str) -> Iterator[Chunk]:
    """All runs of ``text``, in order."""
    fences = [match.span() for match in _FENCE.finditer(text)]
    fence = 0
    start = 0
    for line in text.splitlines(keepends=True):
        code = len(line) < 500 and _CODE_LINE.search(line) is not None
        first = True
        for match in _RUN.finditer(line):
            begin, end = start + match.start(), start + match.end()
            while fence < len(fences) and fences[fence][1] <= begin:
                fence += 1
            quiet = code or (fence < len(fences) and fences[fence][0] < end)
            script = None if quiet else _script(match.group())
            follows = script is not None and _HANDLE.fullmatch(match.group()) is not None
            yield Chunk(match.group(), begin, end, script, follows, first)
            first = False
        start += len(line)


def _script(run: str) -> str | None:
    if _LETTER.search(run) is None:
        return "other"
    if len(run) > LONGEST or (
        _OPAQUE.search(run) and not _HANDLE.fullmatch(run) and not _QUOTED.fullmatch(run)
    ):
        return None
    if _DIGIT.search(run) and not _NUMBER.fullmatch(run):
        return None
    script = script_of(run)
    return script if script in ("latin", "cyrillic") else None
