"""Which kinds of files are read, and by whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from .book import read_epub
from .document import MEGABYTE
from .mail import read_eml, read_mbox
from .markdown import read_markdown
from .messages import read_json, read_json_lines
from .office import read_docx, read_odt
from .plain import read_text
from .printed import read_pdf
from .restructured import read_restructured
from .subtitles import read_subtitles
from .table import read_table
from .web import read_html


@dataclass(frozen=True, slots=True)
class Kind:
    """How files with one ending are read."""

    read: Callable[[Path], Iterable[str]]
    """Gives the texts of a file. Raises UnreadableError, or nearly anything on a damaged file."""
    many: bool = False
    """Whether a file may hold several documents, which are then numbered."""
    largest: int = 50 * MEGABYTE
    """Bytes that a file may have."""


KINDS: dict[str, Kind] = {
    ".txt": Kind(read_text),
    # Its tree takes some fifty times the size of the file.
    ".md": Kind(read_markdown, largest=20 * MEGABYTE),
    ".markdown": Kind(read_markdown, largest=20 * MEGABYTE),
    ".rst": Kind(read_restructured),
    ".html": Kind(read_html),
    ".htm": Kind(read_html),
    ".docx": Kind(read_docx),
    ".odt": Kind(read_odt),
    ".pdf": Kind(read_pdf),
    ".epub": Kind(read_epub),
    ".eml": Kind(read_eml),
    # Attachments make mailboxes large; they are read message by message.
    ".mbox": Kind(read_mbox, many=True, largest=1024 * MEGABYTE),
    ".srt": Kind(read_subtitles),
    ".vtt": Kind(read_subtitles),
    ".csv": Kind(read_table, many=True),
    ".tsv": Kind(read_table, many=True),
    ".json": Kind(read_json, many=True),
    ".jsonl": Kind(read_json_lines, many=True),
}
