"""How a run of characters between spaces may be read: as typed, and as keys of another layout."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from skoropis.api import lm_tokens, normalize_word

from .evidence import Words
from .layouts import Direction, Layout

EDGE = 3
"""At most so many marks at either end are taken as typed in the right layout."""
KEPT = -4.0
"""Log-probability (nats) that the layout was put right between a word and the mark beside it."""
GLUED = -5.0
"""Log-probability (nats) of a mark between letters without a space in ordinary text."""
UNLISTED = -3.0
"""Log-odds (nats) against a conversion to a word that the lexicon lacks."""
CAPITALS = -4.0
"""Log-odds (nats) against a conversion to a word in capitals that is not usually written so: abbreviations
look like anything."""
DOTTED = -4.0
"""Log-odds (nats) against a conversion to letters with full stops between them (``U.S.``)."""
QUOTED = -4.0
"""Log-odds (nats) against a conversion of a single letter in quotes or brackets: letters are spoken of."""
_INSIDE = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
FOREIGN = -3.0
"""Log-probability (nats) that only the mark behind a word is in the wrong layout."""
NAME = -8.0
"""Log-probability (nats) of just this name of something (``@name``)."""
ODD_MARK = -4.0
"""Log-probability (nats) of a mark at either end of a word that ordinary text does not have there."""
ODD_NUMBER = -10.0
"""Log-probability (nats) of letters behind a number that are no ending of the language."""
NUMBERED = -3.0
"""Log-probability (nats) of a number that has one."""
_CORE = re.compile(r"(?P<head>[^\w\s]*)(?P<word>[^\W\d_]+(?:['\-][^\W\d_]+)*)(?P<tail>[^\w\s]*)")
_DOTTED = re.compile(r"(?:[^\W\d_]\.){2,}[,)\"'»]*")
_NUMBER = re.compile(r"(?P<head>[(\"'«]*)\d+(?:[.,:/\-]\d+)*[\-']?(?P<letters>[^\W\d_]*)(?P<tail>[^\w\s]*)")
_OPENING_MARKS = "(\"'«“„[-–—"
_ENDING_MARKS = ".,!?:;)\"'»…”]-–—%"
_ENDING = re.compile(r"[.,!?:;)\]\"'»…]*")
_OPENING = re.compile(r"[(\[\"'«]*")


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a run may have been meant to be: ``chunk[start:end]`` is ``text``."""

    start: int
    end: int
    text: str
    word: str
    """The word in it without marks, normalized; empty when it has none or several."""
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


def as_typed(chunk: str, layout: Layout, words: Words) -> Reading:
    """``chunk`` as ordinary text of the language of its layout."""
    number = _NUMBER.fullmatch(chunk)
    if number is not None:
        return _number(number, layout, chunk)
    runs = list(_INSIDE.finditer(chunk))
    if not runs:
        return Reading(0, len(chunk), chunk, "", None, tuple(lm_tokens(chunk)), 0.0, False, 0.0)
    first, last = runs[0], runs[-1]
    glued = last.end() - first.start() - sum(len(run.group()) for run in runs)
    odd = sum(char not in _OPENING_MARKS for char in chunk[: first.start()])
    odd += sum(char not in _ENDING_MARKS for char in chunk[last.end() :])
    cost = GLUED * glued + ODD_MARK * odd
    logprob = cost + sum(words.logprob(run.group()) for run in runs)
    capital = first.group()[0].isupper() and words.usually_small(first.group())
    tokens = tuple(lm_tokens(chunk))
    return Reading(0, len(chunk), chunk, "", layout.language, tokens, cost, capital, logprob)


def name_of(chunk: str) -> Reading:
    """``chunk`` as the name of something, of no language."""
    return Reading(0, len(chunk), chunk, "", None, tuple(lm_tokens(chunk)), NAME, False, NAME)


def converted(chunk: str, direction: Direction, words: Words, most: int = 2) -> list[Reading]:
    """The ``most`` likeliest readings of ``chunk`` in the target layout, best first."""
    if not direction.covers(chunk):
        return []
    if chunk.isalpha() and (text := direction.convert(chunk)).isalpha():  # the common case
        return [_word(chunk, 0, 0, text, text, direction, words)]
    if any(char.isdigit() for char in chunk) or not any(char.isalpha() for char in chunk):
        return _number_readings(chunk, direction)
    found = sorted(_readings(chunk, direction, words), key=lambda reading: -reading.logprob)
    return found[:most]


def marks_converted(chunk: str, direction: Direction) -> Reading | None:
    """``chunk`` with its word as it is and the marks behind it converted: a foreign word, typed as it should
    be, and then a mark where the other layout has it. None when there are no such marks.
    """
    match = _CORE.fullmatch(chunk)
    if match is None or not match["tail"]:
        return None
    tail = direction.convert(match["tail"])
    if tail == match["tail"] or not _is_ending(tail):
        return None
    start = match.start("tail")
    tokens = tuple(lm_tokens(chunk[:start] + tail))
    return Reading(start, len(chunk), tail, "", direction.target.language, tokens, FOREIGN, False, FOREIGN)


def _number_readings(chunk: str, direction: Direction) -> list[Reading]:
    """The reading of a number and what hangs on it, or of marks alone."""
    text = direction.convert(chunk)
    if not any(char.isalnum() for char in text):
        tokens = tuple(lm_tokens(text))
        return [Reading(0, len(chunk), text, "", direction.target.language, tokens, 0.0, False, 0.0)]
    number = _NUMBER.fullmatch(text)
    if number is None or not _is_ending(number["tail"]):
        return []
    reading = _number(number, direction.target, chunk)
    return [reading] if reading.cost > ODD_NUMBER else []


def _number(number: re.Match[str], layout: Layout, chunk: str) -> Reading:
    letters = number["letters"].lower()
    cost = 0.0
    if letters:
        cost = NUMBERED if letters in layout.endings else NUMBERED * 2 if len(letters) == 1 else ODD_NUMBER
    language = layout.language if letters else None
    tokens = (*lm_tokens("0"), *lm_tokens(number["tail"]))
    return Reading(0, len(chunk), number.group(), "", language, tokens, cost, False, cost)


def _readings(chunk: str, direction: Direction, words: Words) -> Iterator[Reading]:
    for start in range(_edge(chunk) + 1):
        for kept in range(_edge(chunk[::-1]) + 1):
            end = len(chunk) - kept
            if end <= start or not _is_ending(chunk[end:]) or not _OPENING.fullmatch(chunk[:start]):
                continue
            text = direction.convert(chunk[start:end])
            if not start and not kept and _DOTTED.fullmatch(text):
                yield _dotted(chunk, text, direction, words)
            match = _CORE.fullmatch(text)
            if match is None:
                continue
            head, word, tail = match.group("head", "word", "tail")
            if not _OPENING.fullmatch(head) or not _is_ending(tail) or (tail and kept):
                continue
            yield _word(chunk, start, kept, text, word, direction, words)


def _word(
    chunk: str, start: int, kept: int, text: str, word: str, direction: Direction, words: Words
) -> Reading:
    """The reading of a chunk but for its first ``start`` and last ``kept`` characters, which stay."""
    end = len(chunk) - kept
    cost = KEPT * (start + kept)
    if not words.knows(word):
        cost += UNLISTED + min(0.0, words.by_letters(word) - words.logprob(word))
    if len(word) > 1 and word.isupper() and not words.usually_capitals(word):
        cost += CAPITALS
    if len(word) == 1 and text[0] != word:
        cost += QUOTED
    tokens = tuple(lm_tokens(chunk[:start] + text + chunk[end:]))
    capital = word[0].isupper() and words.usually_small(word)
    language = direction.target.language
    logprob = cost + words.logprob(word)
    return Reading(start, end, text, normalize_word(word), language, tokens, cost, capital, logprob)


def _dotted(chunk: str, text: str, direction: Direction, words: Words) -> Reading:
    """The reading of a whole chunk as letters with full stops."""
    logprob = DOTTED + sum(words.logprob(char) for char in text if char.isalpha())
    tokens = tuple(lm_tokens(text))
    return Reading(0, len(chunk), text, "", direction.target.language, tokens, DOTTED, False, logprob)


def _edge(chunk: str) -> int:
    count = 0
    while count < min(EDGE, len(chunk)) and not chunk[count].isalnum():
        count += 1
    return count


def _is_ending(text: str) -> bool:
    """Whether ``text`` is nothing but marks that may end a word."""
    return _ENDING.fullmatch(text) is not None
