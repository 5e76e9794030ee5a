"""The file that a text is kept in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from skoropis.api import InputError, SkoropisError

LARGEST = 4_000_000
"""Bytes: beyond this an editor that holds the whole text is the wrong tool."""
Write = Callable[[Path, bytes], None]


class Clash(SkoropisError):
    """The file holds something that was not read from it nor written to it here."""


class TextFile:
    """Reads a text as UTF-8 and writes it back whole, with the line breaks and the mark that it had."""

    def __init__(self, path: Path, write: Write) -> None:
        """``write(path, data)`` replaces a file in one step."""
        self.path = path
        self._write = write
        self._known: bytes | None = None
        self._breaks = "\n"
        self._mark = b""

    def load(self) -> str:
        """The text; empty where there is no file yet. Raises InputError when it cannot be read as text."""
        try:
            if self.path.is_dir():
                raise InputError(f"{self.path} is a folder; give a file")
            if self.path.exists() and self.path.stat().st_size > LARGEST:
                raise InputError(f"{self.path} is larger than {LARGEST // 1_000_000} MB")
            data = self.path.read_bytes() if self.path.exists() else None
            text = "" if data is None else data.decode("utf-8-sig")
        except OSError as error:
            raise InputError(f"cannot read {self.path}: {error.strerror or error}") from error
        except UnicodeDecodeError as error:
            raise InputError(f"{self.path} is not UTF-8 text") from error
        self._known = data
        self._mark = b"\xef\xbb\xbf" if (data or b"").startswith(b"\xef\xbb\xbf") else b""
        self._breaks = "\r\n" if "\r\n" in text else "\n"
        return text.replace("\r\n", "\n")

    def save(self, text: str, *, replace: bool = False) -> None:
        """Write the text. Raises Clash when that would lose what another program has written meanwhile,
        unless ``replace``, and SkoropisError when the disk does not allow it.
        """
        data = self._mark + text.replace("\n", self._breaks).encode()
        try:
            stands = self.path.read_bytes() if self.path.exists() else None
        except OSError as error:
            raise SkoropisError(f"cannot write {self.path}: {error.strerror or error}") from error
        if stands not in (None, self._known, data) and not replace:
            raise Clash(f"{self.path.name} holds another text; save once more to replace it")
        self._write(self.path, data)
        self._known = data
