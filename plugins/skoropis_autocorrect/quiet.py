"""Where a corrector has no business: code, addresses, names of things, words in capitals."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from skoropis.api import Token

_CODE_LINE = re.compile(
    r"""
      [{}]\s*$ | [)\]'"=]\s*;\s*$ | ::
    | ^\s*(?:\$|>>>|\#!|//|/\*|<\?|</?\w+[^>]*>)
    | \s(?:==?|!=|\+=|-=|->|=>|:=|&&|\|\|)\s
    | ^\s*(?:def|class|import|from|return|const|let|var|public|private|static|void)\s+\S+[(=:/.-]
    | ^\s*(?:sudo|git|pip|npm|apt)\s+\S+[(=:/.-]
    | \w\((?:\w+(?:,\s*\w+)*|[^)\s]*["'=][^)]*)?\)
    """,
    re.VERBOSE,
)
_BEFORE = frozenset(" \t\n\r\u00a0\"'([«“„‘’*—–-…!?,;:.»”")
_AFTER = frozenset(" \t\n\r\u00a0\"')]»”’*—–-…!?,;:.«“")
_WORDS = re.compile(r"[^\W\d_]{2,}")
SHOUTED = 4
"""A line with so many words of two letters or more, nearly all of them in capitals, is one that shouts."""
_FENCE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)


def quiet_spans(text: str) -> list[tuple[int, int]]:
    """Spans of ``text`` that look like code, in order: between backticks, and lines that read as code."""
    spans = [match.span() for match in _FENCE.finditer(text)]
    start = 0
    for line in text.splitlines(keepends=True):
        if len(line) < 500 and _CODE_LINE.search(line):
            spans.append((start, start + len(line)))
        start += len(line)
    return sorted(spans)


def shouted_spans(text: str) -> list[tuple[int, int]]:
    """Spans of the lines of ``text`` that are written in capitals throughout, in order."""
    spans = []
    start = 0
    for line in text.splitlines(keepends=True):
        if len(line) > 4 * SHOUTED and not line.islower():
            words = _WORDS.findall(line)
            if len(words) >= SHOUTED and sum(word.isupper() for word in words) > 0.8 * len(words):
                spans.append((start, start + len(line)))
        start += len(line)
    return spans


def open_words(text: str, tokens: Sequence[Token]) -> Iterator[int]:
    """Places in ``tokens`` of the words that may be mended at all."""
    spans, loud = quiet_spans(text), shouted_spans(text)
    position = at = 0
    for place, token in enumerate(tokens):
        while position < len(spans) and spans[position][1] <= token.start:
            position += 1
        if position < len(spans) and spans[position][0] < token.end:
            continue
        while at < len(loud) and loud[at][1] <= token.start:
            at += 1
        shouted = at < len(loud) and loud[at][0] <= token.start
        if token.kind == "word" and is_open(text, token, shouted):
            yield place


def is_open(text: str, token: Token, shouted: bool = False) -> bool:
    """Whether this word is one a typist could have mistyped, not a name of something or a piece of one.

    ``shouted``: all the words around it are in capitals, so that its own mean nothing.
    """
    word = token.text
    if len(word) < 2 or (word[1:] != word[1:].lower() and not (shouted and word.isupper())):
        return False  # capitals and camelCase
    before = text[token.start - 1] if token.start else " "
    after = text[token.end] if token.end < len(text) else " "
    if before not in _BEFORE or after not in _AFTER:
        return False
    # "notes.txt", "i.e", "and/or", "12-inch": glued to the next token by a mark.
    behind = text[token.end + 1] if token.end + 1 < len(text) else " "
    ahead = text[token.start - 2] if token.start > 1 else " "
    if after in ".:-'" and behind.isalnum():
        return False
    return not (before in ".:-'" and ahead.isalnum())
