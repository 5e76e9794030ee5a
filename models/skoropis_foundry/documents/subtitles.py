"""Subtitles: SubRip (.srt) and WebVTT (.vtt). Times, numbers, styles and names of speakers are dropped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .document import UnreadableError
from .encoding import decode

_TIMES = re.compile(r"\s*(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_SOUND = re.compile(r"\[[^\[\]]*\]|[♪♫#]+[^♪♫#]*[♪♫#]+|[♪♫]")
_SPEAKER = re.compile(r"^[-–—]?\s*(?:[A-ZА-ЯЁ][A-ZА-ЯЁ'. ]{1,30}:)?\s*")
_ENDS = (".", "!", "?", "…", '"', "»", "”")


def read_subtitles(path: Path) -> list[str]:
    """What is said, a sentence that runs over several subtitles on one line. Raises UnreadableError."""
    lines = decode(path.read_bytes()).splitlines()
    if not any(_TIMES.match(line) for line in lines):
        raise UnreadableError("not readable: no subtitle times in it")
    said: list[str] = []
    for line in _spoken(lines):
        # A capital may be a name, so only a small letter tells that the sentence goes on.
        if said:
            goes_on = line[0].islower() and not said[-1].endswith(_ENDS)
            said.append(" " if goes_on else "\n")
        said.append(line)
    return ["".join(said)]


def _spoken(lines: list[str]) -> Iterator[str]:
    """Lines of the subtitles; one that rolls up over several subtitles comes once."""
    inside = False
    recent: list[str] = []
    for number, raw in enumerate(lines):
        if _TIMES.match(raw):
            inside = True
            continue
        upcoming = lines[number + 1] if number + 1 < len(lines) else ""
        if not raw.strip() or (raw.strip().isdigit() and _TIMES.match(upcoming)):
            inside = False
            continue
        if not inside:
            continue
        line = _SPEAKER.sub("", _SOUND.sub(" ", _TAG.sub("", raw)).strip())
        line = " ".join(line.split())
        if any(char.isalpha() for char in line) and line not in recent:
            yield line
            recent = [*recent[-1:], line]
