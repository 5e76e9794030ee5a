"""Putting model folders in place and away so that whatever happens leaves the old one or the new one.

A folder is made beside its place, under a hidden name, and changes places with the one that is there. What a
process that was killed leaves behind is a hidden folder; :func:`tidy` removes it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from ..errors import SkoropisError
from ..files import exchange, sync_folder

_LOCK = ".lock"
_MARK = "~"
_NEW = ".new"
"""Half made, or taken out and not yet removed: worth nothing."""
_OLD = ".old"
"""Moved aside where two folders cannot change places in one step: worth keeping if its place is empty."""


@contextlib.contextmanager
def locked(root: Path) -> Iterator[None]:
    """Keep other processes from changing ``root`` meanwhile, and tidy up first; makes the folder.

    Raises SkoropisError when another one is at it, or the folder cannot be written. A lock goes with its
    process, so one that was killed locks nothing.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        handle = os.open(root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise SkoropisError(
            f"cannot write to {root}: {error.strerror or error}; nothing was changed"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise SkoropisError(
                f"{root} is being changed by another command; try again when it is done"
            ) from error
        _tidy(root)
        yield
    finally:
        os.close(handle)


def tidy(root: Path) -> None:
    """Remove what killed processes left in ``root``, unless another process is at work or it cannot be."""
    if any(root.glob(f".*{_MARK}*")):
        with contextlib.suppress(SkoropisError), locked(root):
            pass


def make(root: Path, name: str) -> Path:
    """A new hidden folder in ``root`` for what shall be called ``name``. Raises OSError."""
    folder = root / f"{_NEW}{_MARK}{name}{_MARK}{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def place(folder: Path, target: Path) -> None:
    """Put a hidden ``folder`` where ``target`` is or shall be, with all that it holds on disk first.

    What was there lies under the hidden name afterwards, or nowhere. Raises OSError; ``target`` is then as it
    was.
    """
    sync_folder(folder)
    if not os.path.lexists(target):
        folder.rename(target)
    elif not exchange(folder, target):
        aside = folder.with_name(folder.name.replace(_NEW, _OLD, 1))
        target.rename(aside)
        try:
            folder.rename(target)
        except OSError:
            aside.rename(target)
            raise
        aside.rename(folder)
    sync_folder(target.parent)


def take_away(target: Path) -> Path:
    """Give ``target`` a hidden name, in one step, and return its path. Raises OSError."""
    hidden = target.with_name(f"{_NEW}{_MARK}{target.name}{_MARK}{secrets.token_hex(4)}")
    target.rename(hidden)
    sync_folder(target.parent)
    return hidden


def delete(path: Path) -> None:
    """Delete a folder, or a link to one; what cannot be deleted now is hidden and left for another time."""
    if path.is_symlink() or path.is_file():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


def _tidy(root: Path) -> None:
    for path in sorted(root.glob(f".*{_MARK}*")):
        kind, _, name = path.name.rpartition(_MARK)[0].partition(_MARK)
        if kind == _OLD and name and not os.path.lexists(root / name):
            with contextlib.suppress(OSError):
                path.rename(root / name)
        elif kind in (_NEW, _OLD):
            delete(path)
