"""Office files and books are zip archives: their members, unpacked within bounds."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .document import MEGABYTE, UnreadableError

LARGEST = 64 * MEGABYTE
"""Bytes that the members read from one archive may have together."""
_MOST_MEMBERS = 20_000
_OLD_OFFICE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = 1


class Archive:
    """A zip file of which no more than :data:`LARGEST` bytes are ever unpacked."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = LARGEST
        self.names = archive.namelist()

    def read(self, name: str) -> bytes:
        """A member's bytes. Raises UnreadableError when it is missing, locked or far too large."""
        try:
            info = self._archive.getinfo(name)
        except KeyError:
            raise UnreadableError("not readable: a part of it is missing") from None
        if info.flag_bits & _ENCRYPTED:
            raise UnreadableError("encrypted")
        with self._archive.open(info) as file:  # the size in the directory may lie: read and count
            data = file.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise UnreadableError(f"too large (>{LARGEST // MEGABYTE} MB unpacked)")
        return data

    def xml(self, name: str) -> Any:
        """The root element of a member. Entities are left alone and nothing outside is looked up."""
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=False)
        return etree.fromstring(self.read(name), parser)


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Open a zip file. Raises UnreadableError when it is none, and zipfile's errors when it is damaged."""
    with path.open("rb") as file:
        if file.read(len(_OLD_OFFICE)) == _OLD_OFFICE:
            raise UnreadableError("encrypted, or in the format of an old office program; save it anew")
    if not zipfile.is_zipfile(path):
        raise UnreadableError("not readable: damaged, or not what its name says")
    with zipfile.ZipFile(path) as archive:
        if len(archive.namelist()) > _MOST_MEMBERS:
            raise UnreadableError("too large (too many parts)")
        yield Archive(archive)
