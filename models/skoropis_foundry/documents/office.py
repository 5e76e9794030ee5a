"""Word (.docx) and OpenDocument (.odt) files: the paragraphs of the body.

Headers, footers, comments and deleted passages are left out; text boxes, tables and the notes of an .odt
are read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .archive import Archive, opened
from .document import UnreadableError
from .markup import Rules, local_name, paragraphs

_WORD = Rules(
    paragraphs=frozenset({"p"}),
    breaks=frozenset({"br", "cr"}),
    spaces=frozenset({"tab", "ptab"}),
    # A fallback repeats what its neighbour says for older programs.
    skipped=frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rt"}),
    text=frozenset({"t"}),
)
_OPEN = Rules(
    paragraphs=frozenset({"p", "h"}),
    breaks=frozenset({"line-break"}),
    spaces=frozenset({"s", "tab"}),
    skipped=frozenset(
        {
            "annotation", "tracked-changes", "note-citation", "table-of-content", "alphabetical-index",
            "bibliography", "script", "forms", "title", "desc", "ruby-text",
        }
    ),
)  # fmt: skip
# Some programs number the main part.
_MAIN_PART = re.compile(r"word/document\d*\.xml")


def read_docx(path: Path) -> list[str]:
    """The text of a Word file. Raises UnreadableError and what zipfile and lxml raise on damaged files."""
    with opened(path) as archive:
        names = sorted(name for name in archive.names if _MAIN_PART.fullmatch(name))
        if not names:
            raise UnreadableError("not readable: not a Word file")
        return ["\n".join(paragraphs(archive.xml(names[0]), _WORD))]


def read_odt(path: Path) -> list[str]:
    """The text of an OpenDocument file. Raises as :func:`read_docx` does."""
    with opened(path) as archive:
        if _locked(archive):
            raise UnreadableError("encrypted ODT")
        body = _child(_child(archive.xml("content.xml"), "body"), "text")
        return ["\n".join(paragraphs(body, _OPEN))]


def _locked(archive: Archive) -> bool:
    """Whether the manifest tells how to decrypt a part."""
    manifest = "META-INF/manifest.xml"
    if manifest not in archive.names:
        return False
    return any(local_name(element) == "encryption-data" for element in archive.xml(manifest).iter())


def _child(element: Any, name: str) -> Any:
    for child in element:
        if local_name(child) == name:
            return child
    raise UnreadableError("not readable: not an OpenDocument text")
