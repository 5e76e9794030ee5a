"""Splitting a text into words and what stands between them, with offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["word", "number", "opaque", "punct"]

# Opaque: what must be left alone and is one unit to a language model (addresses, paths, identifiers, tags).
_OPAQUE = r"""
    [a-zA-Z][a-zA-Z0-9+.-]*://\S+
  | www\.\S+
  | [\w.+-]+@[\w-]+(?:\.[\w-]+)+
  | [@\#][\w-]+
  | (?:~|\.{1,2})?(?:/[\w.+-]+)+/?
  | [A-Za-z]:\\\S+
  | \w+(?:\.\w+)+\(\)?
  | [^\W\d]\w*(?:_\w*)+ | _\w+
  | (?=\w*\d)(?=\w*[^\W\d])\w+
"""
_TOKEN = re.compile(
    rf"""
    (?P<opaque>{_OPAQUE})
  | (?P<number>\d+(?:[.,:]\d+)*)
  | (?P<word>(?:[^\W\d_]\u0301?\u0306?\u0308?)+(?:['’\-](?:[^\W\d_]\u0301?\u0306?\u0308?)+)*)
  | (?P<punct>\.{{3}}|[^\w\s]|_)
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text: ``text[start:end]``."""

    text: str
    start: int
    end: int
    kind: TokenKind


def tokenize(text: str) -> list[Token]:
    """Words, numbers, opaque strings and punctuation of ``text``, in order; white space is dropped."""
    return [
        Token(m.group(), m.start(), m.end(), m.lastgroup)  # type: ignore[arg-type]
        for m in _TOKEN.finditer(text)
    ]


def normalize_word(word: str) -> str:
    """The form under which models know a word: NFC, lower case, ``ё`` as ``е``, a straight apostrophe."""
    if not word.isascii():
        word = unicodedata.normalize("NFC", word).replace("’", "'")
        return word.lower().replace("ё", "е").replace("\u0301", "")
    return word.lower()
