"""Markdown: the text of paragraphs, headings, lists and tables; no code and no raw HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .encoding import decode

_FRONT_MATTER = re.compile(
    r"\A(?:---[ \t]*\n.*?\n(?:---|\.\.\.)|\+\+\+[ \t]*\n.*?\n\+\+\+)[ \t]*(?:\n|\Z)", re.DOTALL
)
# Of other programs: [[page|words]], [[page]], ![[picture]], ==words==, [^1], [!note], $maths$.
_WIKI = re.compile(r"!\[\[[^\]]{0,300}\]\]|\[\[(?:[^\]|]{0,300}\|)?([^\]|]{0,300})\]\]")
_NOTES = re.compile(
    r"\[\^[^\]\s]{1,60}\]:?|\[![a-z]{1,30}\][-+]?|\$\$?(?=\S)[^$\n]+(?<=\S)\$\$?(?!\d)|==", re.IGNORECASE
)


def read_markdown(path: Path) -> list[str]:
    """The text of a Markdown file, a paragraph a line. Raises UnreadableError."""
    return ["\n".join(_paragraphs(decode(path.read_bytes())))]


def _paragraphs(text: str) -> Iterator[str]:
    from markdown_it import MarkdownIt

    text = _FRONT_MATTER.sub("", text.replace("\r\n", "\n").removeprefix("\ufeff"), count=1)
    text = _WIKI.sub(lambda match: match[1] or "", text)
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "inline":
            for line in _NOTES.sub("", "".join(_pieces(token.children or []))).split("\n"):
                if stripped := " ".join(line.split()):
                    yield stripped


def _pieces(tokens: list[Any]) -> Iterator[str]:
    """The text inside a paragraph. The words of a link stay, a picture and a bare address do not."""
    link: list[str] | None = None
    for token in tokens:
        if token.type == "link_open" and token.info == "auto":
            link = []
        elif token.type == "link_close" and link is not None:
            link = None
        elif link is None and token.type in ("text", "code_inline"):
            yield token.content
        elif token.type == "softbreak":
            yield " "
        elif token.type == "hardbreak":
            yield "\n"
