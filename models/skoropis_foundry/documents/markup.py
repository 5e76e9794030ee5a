"""Text out of a tree of elements: paragraphs, without what is no running text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """What the elements of a format mean, by their local names."""

    paragraphs: frozenset[str]
    """A paragraph begins and ends where they do."""
    breaks: frozenset[str]
    """A line ends here."""
    spaces: frozenset[str]
    """White space stands here."""
    skipped: frozenset[str]
    """Neither they nor anything inside is text."""
    text: frozenset[str] | None = None
    """The only elements that hold text; None: all of them do."""


def paragraphs(root: Any, rules: Rules) -> list[str]:
    """The paragraphs below an lxml element, white space collapsed, in the order of the file."""
    found: list[str] = []
    pieces: list[str] = []

    def finish() -> None:
        if line := " ".join("".join(pieces).split()):
            found.append(line)
        pieces.clear()

    waiting: list[tuple[Any, bool]] = [(root, False)]  # by hand: nesting may be deeper than Python's stack
    while waiting:
        element, done = waiting.pop()
        name = local_name(element)
        if done:
            if name in rules.paragraphs:
                finish()
        elif name is not None and name not in rules.skipped:
            if name in rules.paragraphs or name in rules.breaks:
                finish()
            if name in rules.spaces:
                pieces.append(" ")
            if element.text and (rules.text is None or name in rules.text):
                pieces.append(element.text)
            waiting.append((element, True))
            waiting.extend((child, False) for child in reversed(element))
            continue
        if element is not root and element.tail and rules.text is None:
            pieces.append(element.tail)
    finish()
    return found


def local_name(element: Any) -> str | None:
    """The name of an element without its namespace; None for a comment or an instruction."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else None
