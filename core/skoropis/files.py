"""Writing files so that a reader sees the old one or the new one, never a half; and checking them."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import sys
import tempfile
from pathlib import Path

from .errors import SkoropisError


def write_atomic(path: Path, data: bytes) -> None:
    """Write ``data`` beside ``path`` and move it into place; the folder is made when it is missing.

    Keeps the permissions of a file that is replaced. Raises SkoropisError when the disk does not allow it;
    the old file is then untouched.
    """
    path = Path(os.path.realpath(path))  # a link stays a link: what it points to is replaced
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o7777)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        raise SkoropisError(f"cannot write {path}: {error.strerror or error}; nothing was changed") from error


def sha256_of(path: Path) -> str:
    """The file's SHA-256 in hexadecimal. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Have the names in a folder written to disk, as far as the system can be asked to. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # some file systems cannot do this for a folder
            os.fsync(handle)
    finally:
        os.close(handle)


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders of one file system change places in a single step: none is ever missing.

    False, and nothing was done, where the system or the file system cannot (``renameat2`` on Linux,
    ``renamex_np`` on macOS).
    """
    library = ctypes.CDLL(None, use_errno=True)
    first, second = os.fsencode(one), os.fsencode(other)
    here, swap = -100, 2  # AT_FDCWD; RENAME_EXCHANGE and RENAME_SWAP are the same number
    if sys.platform == "linux" and hasattr(library, "renameat2"):
        return int(library.renameat2(here, first, here, second, swap)) == 0
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        return int(library.renamex_np(first, second, swap)) == 0
    return False
