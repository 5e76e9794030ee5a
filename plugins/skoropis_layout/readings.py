"""How a run of characters between spaces may be read if the other layout was meant."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .evidence import Words
from .layouts import Direction

EDGE = 3
"""At most so many marks at either end are taken as typed in the right layout."""
KEPT = -2.0
"""Log-probability (nats) that the layout was put right between a word and the mark beside it."""
GLUED = -5.0
"""Log-probability (nats) of a mark between letters without a space in ordinary text."""
_INSIDE = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_CORE = re.compile(r"(?P<head>[^\w\s]*)(?P<word>[^\W\d_]+(?:['\-][^\W\d_]+)*)(?P<tail>[^\w\s]*)")
_ENDING = re.compile(r"[.,!?:;)\"»…]*|\.\.\.")
_OPENING = re.compile(r"[(\"«]*")


@dataclass(frozen=True, slots=True)
class Reading:
    """``chunk[start:end]`` converted."""

    start: int
    end: int
    text: str
    word: str
    """The word in it, without marks."""
    logprob: float


def as_typed(chunk: str, words: Words) -> float:
    """Log-probability (nats) of ``chunk`` as ordinary text of the language it is written in."""
    runs = list(_INSIDE.finditer(chunk))
    total = sum(words.logprob(run.group()) for run in runs)
    inside = chunk[runs[0].start() : runs[-1].end()] if runs else ""
    return total + GLUED * (len(inside) - sum(len(run.group()) for run in runs))


def converted(chunk: str, direction: Direction, words: Words) -> Reading | None:
    """The likeliest reading of ``chunk`` in the target layout; None when it gives no word."""
    return max(_readings(chunk, direction, words), key=lambda reading: reading.logprob, default=None)


def _readings(chunk: str, direction: Direction, words: Words) -> Iterator[Reading]:
    for start in range(_edge(chunk) + 1):
        for kept in range(_edge(chunk[::-1]) + 1):
            end = len(chunk) - kept
            if end <= start or not _is_ending(chunk[end:]) or not _OPENING.fullmatch(chunk[:start]):
                continue
            if not direction.covers(chunk[start:end]):
                continue
            text = direction.convert(chunk[start:end])
            match = _CORE.fullmatch(text)
            if match is None:
                continue
            head, word, tail = match.group("head", "word", "tail")
            if not _OPENING.fullmatch(head) or not _is_ending(tail) or (tail and kept):
                continue
            score = words.logprob(word) + KEPT * (start + kept)
            yield Reading(start, end, text, word, score)


def _edge(chunk: str) -> int:
    count = 0
    while count < min(EDGE, len(chunk)) and not chunk[count].isalnum():
        count += 1
    return count


def _is_ending(text: str) -> bool:
    return _ENDING.fullmatch(text) is not None
