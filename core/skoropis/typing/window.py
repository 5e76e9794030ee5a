"""How much of a text a corrector sees, and where the last words of it begin."""

from __future__ import annotations

import re

WINDOW = 300
"""Most characters left of a finished word that a corrector sees."""
_SENTENCE_END = re.compile(r"[.!?\n]\s")


def reach(text: str, end: int) -> int:
    """Where the window that ends at ``end`` begins: with a sentence if one does, else with a whole word.

    A corrector remembers what it made of a sentence that begins as it did before.
    """
    start = max(0, end - WINDOW)
    if not start:
        return 0
    sentence = _SENTENCE_END.search(text, start, end - WINDOW // 3)
    return sentence.end() if sentence else text.find(" ", start, end) + 1 or start


def last_words(text: str, count: int) -> int:
    """Where the last ``count`` words of ``text`` begin."""
    place = len(text)
    for _ in range(count):
        while place and text[place - 1].isspace():
            place -= 1
        while place and not text[place - 1].isspace():
            place -= 1
    return place
