"""PDF files: the text layer, page by page."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from .document import UnreadableError
from .wrapping import reflowed

_MOST_PAGES = 5000
_EDGE = 2
"""Lines at the top and bottom of a page where running titles stand."""
_RUNNING = 3
"""Pages on which a line must stand at the edge before it is taken for a running title."""
_PAGE_NUMBER = re.compile(r"[\W\d_]*(?:[ivxlc]+|page|стр)?[\W\d_]*", re.IGNORECASE)
_LONGEST_NUMBER = 40
_DIGITS = re.compile(r"\d+")


def read_pdf(path: Path) -> list[str]:
    """The text of a PDF, lines joined to paragraphs, page numbers and running titles left out.

    Raises UnreadableError, and nearly anything else on a damaged file.
    """
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, FileNotDecryptedError

    with _silent(), path.open("rb") as file:
        try:
            reader = PdfReader(file)
            if reader.is_encrypted and not reader.decrypt(""):
                raise UnreadableError("encrypted PDF")
            count = len(reader.pages)
            if count > _MOST_PAGES:
                raise UnreadableError(f"too large (>{_MOST_PAGES} pages)")
            pages = [reader.pages[number].extract_text().splitlines() for number in range(count)]
        except (DependencyError, FileNotDecryptedError):
            raise UnreadableError("encrypted PDF") from None
    text = "\n".join(reflowed([line for page in _bare(pages) for line in page]))
    if not text:
        raise UnreadableError("no text in it; a scan must be recognised (OCR) first")
    return [text]


def _bare(pages: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """Pages without empty lines, page numbers and running titles."""
    full = [[line for line in page if line.strip() and not _is_number(line.strip())] for page in pages]
    seen = Counter(key for page in full for key in {_key(line) for line in [*page[:_EDGE], *page[-_EDGE:]]})
    for page in full:
        yield [
            line
            for place, line in enumerate(page)
            if _EDGE <= place < len(page) - _EDGE or seen[_key(line)] < _RUNNING
        ]


def _is_number(line: str) -> bool:
    return len(line) < _LONGEST_NUMBER and _PAGE_NUMBER.fullmatch(line) is not None


def _key(line: str) -> str:
    return _DIGITS.sub("", line).strip()


@contextmanager
def _silent() -> Iterator[None]:
    """The library tells of every flaw of a file, and may quote it."""
    logger = logging.getLogger("pypdf")
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
