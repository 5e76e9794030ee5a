"""Where a colon asks for an emoji, and where it is a colon."""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 40
"""Characters of a name that are looked at."""
# A colon where a word may begin, then a letter: not "10:30", "http:", "std::", "key:value", "C:".
_TRIGGER = re.compile(
    r"(?:^|[\s(\[{\"'«“„—–]|[^\w\s:./\\@#=<>&|+*%^~`$-])"
    r"(?P<colon>:)(?P<name>[^\W\d_](?:['’+-]?\w)+)(?P<closed>:?)$"
)


@dataclass(frozen=True, slots=True)
class Trigger:
    """An emoji that is asked for: the colon stands at ``start``."""

    start: int
    words: tuple[str, ...]
    """What was typed of the name, lower case, cut at ``_`` and ``-``."""
    closed: bool
    """Whether a second colon says that the name is complete."""


def trigger(before: str) -> Trigger | None:
    """The emoji name at the end of ``before``; None where there is none, and in code."""
    start = max(0, len(before) - LONGEST)
    match = _TRIGGER.search(before[start:]) if ":" in before[start:] else None
    if match is None or _in_code(before):
        return None
    words = tuple(re.split(r"[_-]+", normalized(match.group("name")).strip("_")))
    return Trigger(start + match.start("colon"), words, bool(match.group("closed")))


def normalized(text: str) -> str:
    """Lower case, ``ё`` as ``е``."""
    return text.lower().replace("ё", "е")


def _in_code(before: str) -> bool:
    line = before[before.rfind("\n") + 1 :]
    return line.count("`") % 2 == 1 or before.count("```") % 2 == 1 or line.rstrip().endswith("::")
