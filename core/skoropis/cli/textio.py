"""Reading text so that nothing is lost: strict UTF-8, line ends as they are."""

from __future__ import annotations

import sys
from pathlib import Path

from ..errors import InputError


def read_file(path: Path) -> str:
    """The text of a file, its line ends untouched. Raises InputError with the place of a bad byte."""
    try:
        data = path.read_bytes()
    except IsADirectoryError:
        raise InputError(f"{path} is a folder; give a text file") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror or error}") from error
    return decode(data, str(path))


def read_stdin() -> str:
    """All of stdin as text, its line ends untouched."""
    buffer = getattr(sys.stdin, "buffer", None)
    return decode(buffer.read(), "stdin") if buffer is not None else sys.stdin.read()


def decode(data: bytes, name: str) -> str:
    """UTF-8 to text. The error names the byte and what to do, and quotes nothing."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{name} is not UTF-8: bad byte at offset {error.start} (line {line}); nothing was changed. "
            "Convert it first, for example: iconv -f CP1251 -t UTF-8"
        ) from None


def argument(text: str) -> str:
    """Check text that came on the command line, where undecodable bytes arrive as lone surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(f"the text is not UTF-8: bad byte at character {error.start}") from None
    return text
