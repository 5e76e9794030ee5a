"""Word times for a text that the recognizer did not align."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from ..text.words import normalize_word
from ..types import Word


def transfer_times(text: str, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words of ``text`` with the times of ``words``, which another reading of the same speech has.

    Equal words keep their times; the words of a stretch that differs share that stretch's time by their
    lengths. Empty when there are no times to take over.
    """
    spoken = text.split()
    if not words or not spoken:
        return ()
    old = [_bare(word.text) for word in words]
    new = [_bare(word) for word in spoken]
    timed: list[Word] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            timed += [
                Word(word, known.start, known.end, known.logprob)
                for word, known in zip(spoken[j1:j2], words[i1:i2], strict=True)
            ]
        elif j2 > j1:
            start = words[i1].start if i2 > i1 else words[i1 - 1].end if i1 else words[0].start
            end = words[i2 - 1].end if i2 > i1 else start
            timed += _shared(spoken[j1:j2], start, end)
    return tuple(timed)


def _shared(words: Sequence[str], start: float, end: float) -> list[Word]:
    total = sum(len(word) for word in words)
    shared: list[Word] = []
    done = 0
    for word in words:
        begin = start + (end - start) * done / total
        done += len(word)
        shared.append(Word(word, begin, start + (end - start) * done / total))
    return shared


def _bare(word: str) -> str:
    return "".join(char for char in normalize_word(word) if char.isalnum())
