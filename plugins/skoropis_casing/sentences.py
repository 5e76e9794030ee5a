"""Where sentences begin, as far as marks tell, and where they only seem to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from skoropis.api import Token, tokenize

Mark = Literal["text", ".", "!", "?"]
WHOLE = 200
"""Characters of a text that is surely not the end of a longer one: only there the first word begins it."""
_OPENING = frozenset("\"'«“„‘")
_BEHIND = frozenset(' \t\n\r\u00a0,;:!?.)"»”’…—–-')
_CODE_LINE = re.compile(
    r"""
      [{};]\s*$ | \w\([^()]*\) | ^\s*(?:\$|>>>|\#!|//|/\*|</?\w|[-*+•]\s|\d+[.)]\s) | ::
    | \s(?:==?|!=|\+=|->|=>|:=|&&|\|\|)\s
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Start:
    """The first word of a sentence."""

    token: Token
    mark: Mark
    """What stands before it."""


def starts(text: str) -> Iterator[Start]:
    """First words of sentences in ``text``, in order; doubtful ones are left out.

    Doubtful: behind abbreviations, initials, ellipses, numbers of a list, a closing quotation mark; in code
    and lists; and what is no plain word (an address, an identifier).
    """
    tokens = tokenize(text)
    quiet = _quiet(text)
    for place, token in enumerate(tokens):
        if token.kind != "word" or (token.end < len(text) and text[token.end] not in _BEHIND):
            continue
        behind = text[token.end : token.end + 2]
        if len(behind) == 2 and behind[0] in ".:-'" and behind[1].isalnum():
            continue
        mark = _mark(text, tokens, place)
        if mark is not None and not any(start <= token.start < end for start, end in quiet):
            yield Start(token, mark)


def _mark(text: str, tokens: Sequence[Token], place: int) -> Mark | None:
    """The mark that ends the sentence before this token; None if none does."""
    begin = tokens[place].start
    before = place - 1
    if before >= 0 and tokens[before].text in _OPENING and tokens[before].end == begin:
        begin, before = tokens[before].start, before - 1
    if before < 0:
        return "text" if len(text) <= WHOLE and not text[:begin].strip() else None
    last = tokens[before]
    if not text[last.end : begin].isspace():
        return None
    if last.text in ("!", "?"):
        return "!" if last.text == "!" else "?"
    return "." if last.text == "." and before and _ends(text, tokens, before) else None


def _ends(text: str, tokens: Sequence[Token], stop: int) -> bool:
    """Whether the full stop ends a sentence."""
    word = tokens[stop - 1]
    if word.end != tokens[stop].start:
        return False
    if word.kind == "word":
        return len(word.text) > 1 and word.text.lower() not in abbreviations() and not word.text.isupper()
    if word.kind == "number":
        return stop > 1 and "\n" not in text[tokens[stop - 2].end : word.start]
    return word.kind == "punct" and word.text in ')"»”'


def _quiet(text: str) -> list[tuple[int, int]]:
    """Spans of code and of list items."""
    spans = [match.span() for match in re.finditer(r"```.*?(?:```|\Z)|`[^`\n]*(?:`|$)", text, re.DOTALL)]
    start = 0
    for line in text.splitlines(keepends=True):
        if len(line) < 500 and _CODE_LINE.search(line):
            spans.append((start, start + len(line)))
        start += len(line)
    return spans


@lru_cache(maxsize=1)
def abbreviations() -> frozenset[str]:
    """Abbreviations of all languages, without their stops, lower case."""
    source = files(__package__).joinpath("data/abbreviations.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(source).values()
    return frozenset(word for table in tables for word in table["words"].split())
