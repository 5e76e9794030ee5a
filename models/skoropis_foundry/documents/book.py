"""Books: EPUB, an archive of web pages with a list that gives their order."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .archive import Archive, opened
from .document import UnreadableError
from .markup import local_name
from .web import page_text

_CONTAINER = "META-INF/container.xml"
_LOCKS = "META-INF/encryption.xml"
_PAGE = re.compile(r"\.x?html?$", re.IGNORECASE)


def read_epub(path: Path) -> list[str]:
    """The pages of a book in reading order, as one text.

    Raises UnreadableError, and what zipfile and lxml raise on damaged files.
    """
    with opened(path) as archive:
        if _CONTAINER not in archive.names:
            raise UnreadableError("not readable: not an EPUB")
        locked = _locked(archive)
        pages = [page for page in _pages(archive) if page in archive.names]
        if locked.intersection(pages):
            raise UnreadableError("encrypted EPUB")
        return ["\n".join(page_text(archive.read(page)) for page in pages)]


def _pages(archive: Archive) -> list[str]:
    """Names of the pages in reading order."""
    package = _attribute(_named(archive.xml(_CONTAINER), "rootfile"), "full-path")
    if not package:
        raise UnreadableError("not readable: not an EPUB")
    root, folder = archive.xml(package[0]), posixpath.dirname(package[0])
    files = {item.get("id"): item.get("href") or "" for item in _named(root, "item")}
    order = [files.get(name, "") for name in _attribute(_named(root, "itemref"), "idref")]
    names = [posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0]))) for href in order]
    return [name for name in dict.fromkeys(names) if _PAGE.search(name)]


def _locked(archive: Archive) -> set[str]:
    """Members that are encrypted. Fonts often are, in books that anyone may read."""
    if _LOCKS not in archive.names:
        return set()
    uris = _attribute(_named(archive.xml(_LOCKS), "CipherReference"), "URI")
    return {unquote(uri) for uri in uris}


def _named(root: Any, name: str) -> list[Any]:
    return [element for element in root.iter() if local_name(element) == name]


def _attribute(elements: list[Any], name: str) -> list[str]:
    return [value for element in elements if (value := element.get(name))]
