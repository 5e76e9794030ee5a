"""The work folder: what is done of a training, so that the same command goes on where it was interrupted.

It holds the user's text, so nobody else may look into it, and it is removed in the end.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
from pathlib import Path
from typing import TypeVar

import msgspec

from skoropis.errors import InputError, SkoropisError
from skoropis.files import write_atomic
from skoropis.paths import cache_dir

T = TypeVar("T")
_HIDDEN = (".", "~$")
_HASHED = 64 << 20
"""Bytes of the largest file that is read to see whether it changed; of others size and time are asked."""
_BLOCK = 1 << 20
_KEY = 16


class Work:
    """One folder for one training. Not for use by several threads."""

    def __init__(self, name: str, key: str, *, root: Path | None = None) -> None:
        """``key``: changes when the texts or the settings do."""
        self._root = (cache_dir() / "train") if root is None else root
        self._name = name
        self.folder = self._root / f"{name}-{key[:_KEY]}"
        self._lock: int | None = None

    @property
    def model(self) -> Path:
        """Where the files of the new model are put together."""
        return self.folder / "model"

    def open(self) -> bool:
        """Make the folder, closed to others, and keep other processes out; whether it was there.

        Work on older texts under the same name is removed. Raises SkoropisError when the disk does not allow
        it or another process trains this very model.
        """
        try:
            self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
            began = self.folder.is_dir()
            self.folder.mkdir(mode=0o700, exist_ok=True)
            self.folder.chmod(0o700)
            self._lock = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SkoropisError(f"cannot write to {self.folder}: {error.strerror or error}") from error
        if not _locked(self._lock):
            self.close(remove=False)
            raise SkoropisError(
                f"{self._name} is being trained by another command; wait for it, or choose another --name"
            )
        self.model.mkdir(mode=0o700, exist_ok=True)
        self._drop_older()
        return began

    def close(self, *, remove: bool) -> None:
        """Let go of the folder; ``remove`` it with all that it holds."""
        if remove:
            shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def get(self, name: str, kind: type[T]) -> T | None:
        """The result of a stage; None when it was not reached or the file is damaged."""
        try:
            return msgspec.json.decode((self.folder / f"{name}.json").read_bytes(), type=kind)
        except (OSError, ValueError):
            return None

    def put(self, name: str, value: object) -> None:
        """Keep the result of a stage. Raises SkoropisError when the disk does not allow it."""
        write_atomic(self.folder / f"{name}.json", msgspec.json.encode(value))

    def _drop_older(self) -> None:
        same = re.compile(rf"{re.escape(self._name)}-[0-9a-f]{{{_KEY}}}")
        for path in self._root.iterdir():
            if path != self.folder and same.fullmatch(path.name):
                older = Work(self._name, path.name[-_KEY:], root=self._root)
                with contextlib.suppress(OSError):
                    older._lock = os.open(path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                    older.close(remove=_locked(older._lock))


def _locked(handle: int) -> bool:
    """Whether the lock could be taken; it goes with the process that holds it."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def fingerprint(folder: Path, endings: frozenset[str], settings: object) -> str:
    """A digest of a folder's texts (files whose names end so, or one file) and of ``settings``.

    Raises InputError when there is no such folder.
    """
    digest = hashlib.sha256(msgspec.json.encode(settings))
    if folder.is_file():
        _add(digest, folder, folder.name)
    elif folder.is_dir():
        for base, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith(_HIDDEN))
            for name in sorted(names):
                path = Path(base, name)
                wanted = path.suffix.lower() in endings and not name.startswith(_HIDDEN)
                if wanted and not path.is_symlink():
                    _add(digest, path, os.fsencode(path.relative_to(folder)).decode("utf-8", "replace"))
    else:
        raise InputError(f"there is no folder {folder}; give a folder with your texts, or one file")
    return digest.hexdigest()


def _add(digest: hashlib._Hash, path: Path, name: str) -> None:
    digest.update(f"\0{name}\0".encode())
    try:
        told = path.stat()
        digest.update(str(told.st_size).encode())
        if told.st_size > _HASHED:
            digest.update(str(told.st_mtime_ns).encode())
            return
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        digest.update(b"unreadable")
