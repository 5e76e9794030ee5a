"""reStructuredText, read line by line: enough to drop what is no running text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from .encoding import decode
from .wrapping import append

_RULE = re.compile(r"([=\-~^\"'`#*+.:_<>])\1{2,}\s*$|[=+][=+\-\s]+$")
_DIRECTIVE = re.compile(r"(?P<indent>\s*)\.\.(?:\s+(?P<name>[\w:+-]+)::(?P<words>.*)|\s.*|$)")
_WORDED = frozenset(
    {"note", "warning", "tip", "important", "hint", "caution", "danger", "attention", "admonition"}
)
"""Directives whose body is running text."""
_FIELD = re.compile(r"\s*:[\w -]+:(?:\s|$)")
# Bounded, so that a line of nothing but marks takes no time.
_ROLE = re.compile(r":[\w:+-]{1,60}:`([^`<]{0,300})(?:<[^`>]{0,300}>)?`")
_LINK = re.compile(r"`([^`<]{0,300})<[^`>]{0,300}>`__?")
_REFERENCE = re.compile(
    r"`([^`]{1,300})`__?|\b(\w+)__?(?=[\s.,;:!?)]|$)|\|[^|\s][^|]{0,300}\||\[[#*\w]{1,60}\]_"
)
_MARKS = re.compile(r"\*\*|``|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|`")
_ITEM = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)]|#\.)\s+")


def read_restructured(path: Path) -> list[str]:
    """The text of a file, a paragraph a line. Raises UnreadableError."""
    return ["\n".join(_paragraphs(decode(path.read_bytes()).expandtabs().splitlines()))]


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in [*_running(lines), ""]:
        stripped = line.strip()
        item = _ITEM.match(line)
        if paragraph and (not stripped or item):
            if plain := _plain("".join(paragraph)):
                yield plain
            paragraph = []
        if stripped:
            text = line[item.end() :].strip() if item else stripped
            if paragraph and text:
                append(paragraph, text)
            elif text:
                paragraph.append(text)


def _running(lines: Sequence[str]) -> Iterator[str]:
    """Lines that are running text; an empty one stands for directives, literal blocks, rules and fields."""
    below: int | None = None  # what is indented more than this is no text
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if not line.strip():
            yield ""
            continue
        if below is not None and indent > below:
            continue
        below = None
        directive = _DIRECTIVE.match(line)
        if directive is not None:
            worded = directive["name"] in _WORDED
            below = None if worded else indent
            yield directive["words"] if worded else ""
        elif _RULE.match(line.strip()) or _FIELD.match(line):
            yield ""
        else:
            if line.rstrip().endswith("::"):
                below = indent
                line = line.rstrip()[:-1]
                line = "" if line.strip() == ":" else line
            yield line


def _plain(text: str) -> str:
    text = _ROLE.sub(lambda match: match[1].strip(), text)
    text = _LINK.sub(lambda match: match[1].strip(), text)
    text = _REFERENCE.sub(lambda match: match[1] or match[2] or "", text)
    return " ".join(_MARKS.sub("", text).split())
