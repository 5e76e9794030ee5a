"""How a run of characters between spaces may be read: as typed, and as keys of another layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skoropis.api import lm_tokens

from .evidence import Words
from .layouts import Direction

EDGE = 3
"""At most so many marks at either end are taken as typed in the right layout."""
KEPT = -2.0
"""Log-probability (nats) that the layout was put right between a word and the mark beside it."""
GLUED = -5.0
"""Log-probability (nats) of a mark between letters without a space in ordinary text."""
UNLISTED = -5.0
"""Log-odds (nats) against a conversion to a word that the lexicon lacks."""
CAPITALS = -4.0
"""Log-odds (nats) against a conversion of a word in capitals: abbreviations look like anything."""
_INSIDE = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_CORE = re.compile(r"(?P<head>[^\w\s]*)(?P<word>[^\W\d_]+(?:['\-][^\W\d_]+)*)(?P<tail>[^\w\s]*)")
_ENDING = re.compile(r"[.,!?:;)\"»…]*|\.\.\.")
_OPENING = re.compile(r"[(\"«]*")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a run may have been meant to be: ``chunk[start:end]`` is ``text``."""

    start: int
    end: int
    text: str
    language: str | None
    """None without letters: a number, a mark."""
    tokens: tuple[str, ...]
    """What a language model sees of the whole run, marks that were kept included."""
    cost: float
    """Log-probability (nats) of what no language model sees of it."""
    small_capital: bool
    """Begins with a capital, though the word is usually written small."""
    logprob: float
    """Log-probability (nats) of its words whatever stands around them, ``cost`` included."""


def as_typed(chunk: str, language: str, words: Words) -> Reading:
    """``chunk`` as ordinary text of the language it is written in."""
    runs = list(_INSIDE.finditer(chunk))
    inside = chunk[runs[0].start() : runs[-1].end()] if runs else ""
    cost = GLUED * (len(inside) - sum(len(run.group()) for run in runs))
    logprob = cost + sum(words.logprob(run.group()) for run in runs)
    capital = bool(runs) and runs[0].group()[0].isupper() and words.usually_small(runs[0].group())
    return Reading(0, len(chunk), chunk, language, tuple(lm_tokens(chunk)), cost, capital, logprob)


def converted(chunk: str, direction: Direction, words: Words, most: int = 2) -> list[Reading]:
    """The ``most`` likeliest readings of ``chunk`` in the target layout, best first."""
    found = sorted(_readings(chunk, direction, words), key=lambda reading: -reading.logprob)
    return found[:most]


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
            cost = KEPT * (start + kept)
            if not words.knows(word):
                cost += UNLISTED
            if len(word) > 1 and word.isupper():
                cost += CAPITALS
            yield Reading(
                start,
                end,
                text,
                direction.target.language,
                tuple(lm_tokens(chunk[:start] + text + chunk[end:])),
                cost,
                word[0].isupper() and words.usually_small(word),
                cost + words.logprob(word),
            )


def _edge(chunk: str) -> int:
    count = 0
    while count < min(EDGE, len(chunk)) and not chunk[count].isalnum():
        count += 1
    return count


def _is_ending(text: str) -> bool:
    return _ENDING.fullmatch(text) is not None
