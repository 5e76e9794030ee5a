"""Which script a word is written in, and which language that suggests."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from .words import tokenize

Script = Literal["latin", "cyrillic", "mixed", "other"]

_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
SCRIPT_OF_LANGUAGE: dict[str, Script] = {"en": "latin", "ru": "cyrillic"}


def script_of(text: str) -> Script:
    """The script of the letters in ``text``; ``other`` when it has none of Latin or Cyrillic."""
    latin = _LATIN.search(text) is not None
    cyrillic = _CYRILLIC.search(text) is not None
    if latin and cyrillic:
        return "mixed"
    return "latin" if latin else "cyrillic" if cyrillic else "other"


def language_of(text: str, languages: Sequence[str], window: int = 200) -> str | None:
    """The language of ``languages`` that the last letters of ``text`` are written in.

    Looks at no more than ``window`` characters; the first language when there are no letters, None when
    no language was given.
    """
    by_script = {SCRIPT_OF_LANGUAGE.get(code): code for code in reversed(languages)}
    for char in reversed(text[-window:]):
        script = script_of(char)
        if script in by_script:
            return by_script[script]
    return languages[0] if languages else None


def majority_language(text: str, languages: Sequence[str]) -> str | None:
    """The language of ``languages`` whose script most words of ``text`` are written in; None without any."""
    scripts = [script_of(token.text) for token in tokenize(text) if token.kind == "word"]
    counts = {language: scripts.count(SCRIPT_OF_LANGUAGE.get(language, "other")) for language in languages}
    best = max(counts, key=lambda language: counts[language], default=None)
    return best if best is not None and counts[best] else None
