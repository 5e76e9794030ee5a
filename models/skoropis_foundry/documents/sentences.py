"""Long paragraphs in pieces that a model reads as one line each."""

from __future__ import annotations

import re
from collections.abc import Iterator

from skoropis.lm.tokens import ends_sentence
from skoropis.text.words import normalize_word

LONGEST = 50
"""Words on a line."""
# A sentence ends at a mark, with what closes a quotation, before white space and what may begin a sentence.
_END = re.compile(r"(?<![.!?])([.!?])[.!?]*[\"'»)\]]*\s+(?=[\"'«(\[—–-]*\s?(?:[^\W\d_a-zа-яё]|\d))")
_LAST_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*\Z")
_PAUSES = (";", ":", ",", "—", "–", ")")


def pieces(paragraph: str) -> Iterator[str]:
    """The paragraph itself, or its sentences when it has more than :data:`LONGEST` words.

    A sentence that is still too long is cut at its last pause within that length, or at the length itself.
    """
    if len(paragraph.split()) <= LONGEST:
        yield paragraph
        return
    for sentence in _sentences(paragraph):
        words = sentence.split()
        start = 0
        while len(words) - start > LONGEST:
            ends = range(start + LONGEST, start + LONGEST // 3, -1)
            end = next((end for end in ends if words[end - 1].endswith(_PAUSES)), start + LONGEST)
            yield " ".join(words[start:end])
            start = end
        yield " ".join(words[start:])


def _sentences(paragraph: str) -> Iterator[str]:
    start = 0
    for match in _END.finditer(paragraph):
        before = _LAST_WORD.search(paragraph, max(start, match.start() - 40), match.start())
        if before and not ends_sentence(normalize_word(before.group()), match[1]):
            continue
        yield paragraph[start : match.end()].strip()
        start = match.end()
    if start < len(paragraph):
        yield paragraph[start:].strip()
