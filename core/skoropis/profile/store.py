"""A profile that is kept on disk, encrypted; several programs may have it open."""

from __future__ import annotations

import contextlib
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

from ..errors import InputError, SkoropisError
from ..paths import data_dir
from ..types import Notice
from . import keys, vault
from .memory import MemoryProfile

DEFAULT = "default"
SOURCE = "skoropis.profile"
IDLE = 5.0
"""Seconds without anything learned after which it is written."""
MOST_CHANGES = 2_000
"""Changes after which it is written even if the user never pauses."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

Change = Callable[[MemoryProfile], object]
"""Something that was changed, to be done again; calls the methods of MemoryProfile itself."""


class StoredProfile(MemoryProfile):
    """A :class:`MemoryProfile` that is written to disk when the user pauses and at :meth:`close`.

    Writing happens on a thread of its own. Each program remembers what it changed since it last read the
    file; if another one wrote meanwhile, the changes are made again on top of that: neither loses anything.
    """

    def __init__(self, path: Path, key: keys.Key, notice: str = "") -> None:
        """Use :meth:`open`."""
        super().__init__()
        self.path = path
        self.notice = notice
        """What the user should be told, once: that the key lies in a file."""
        self.trouble = ""
        """Why the last attempt to write in the background failed."""
        self._key = key
        self._generation = b""
        self._changes: list[Change] = []
        self._timer: threading.Timer | None = None
        self._writing = threading.Lock()

    @classmethod
    def open(cls, name: str = DEFAULT, passphrase: str | None = None) -> StoredProfile:
        """Open the profile of this name, or begin one.

        ``passphrase`` (else ``SKOROPIS_PASSPHRASE``): needed for a profile that was locked with one; a new
        profile is locked with it. Raises SkoropisError when the file cannot be read with the key.
        """
        path = profile_path(name)
        passphrase = passphrase or os.environ.get(keys.PASSPHRASE) or None
        with _locked(path):
            header = vault.read_header(path)
            notice = ""
            if header is None:
                key = keys.new_key(path) if passphrase is None else keys.from_passphrase(passphrase)
                profile = cls(path, key)
                profile._generation = vault.seal(path, key, vault.packed(profile))
                if key.kind == "file":
                    notice = f"no system keyring: what is learned is encrypted with {keys.key_file(path)}"
                    notice += ", which only you may read; a passphrase is safer: skoropis profile lock"
                profile.notice = notice
                return profile
            if header.kind == "passphrase":
                if passphrase is None:
                    raise InputError(f"the profile is locked: give its passphrase in {keys.PASSPHRASE}")
                key = keys.from_passphrase(passphrase, header.salt)
            else:
                key = keys.stored_key(path, header.kind)
            profile = cls(path, key)
            profile._load()
            return profile

    def __enter__(self) -> StoredProfile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def key_kind(self) -> keys.Kind:
        """Where the key comes from."""
        return self._key.kind

    def learn(self, text: str) -> None:
        """As :meth:`MemoryProfile.learn`; written to disk later."""
        super().learn(text)
        self._changed(lambda profile: MemoryProfile.learn(profile, text))

    def accepted(self, text: str) -> None:
        """As :meth:`MemoryProfile.accepted`; written to disk later."""
        super().accepted(text)
        self._changed(lambda profile: MemoryProfile.accepted(profile, text))

    def add(self, word: str) -> bool:
        """As :meth:`MemoryProfile.add`; written to disk later."""
        added = super().add(word)
        if added:
            self._changed(lambda profile: MemoryProfile.add(profile, word))
        return added

    def forget(self, word: str) -> bool:
        """As :meth:`MemoryProfile.forget`; written to disk at once, so that it is gone there too."""
        found = super().forget(word)
        self._changed(lambda profile: MemoryProfile.forget(profile, word))
        self.save()
        return found

    def clear(self) -> None:
        """Forget everything, on disk too."""
        super().clear()
        self._changed(MemoryProfile.clear)
        self.save()

    def include(self, other: MemoryProfile) -> None:
        """Add all that ``other`` knows."""
        other.snapshot(self.merge)
        self._changed(lambda profile: other.snapshot(profile.merge))

    def save(self) -> None:
        """Write now if anything changed. Raises SkoropisError; nothing is lost then, it is tried again."""
        with self._writing, _locked(self.path):
            with self._lock:
                pending = list(self._changes)
            if not pending:
                return
            header = vault.read_header(self.path)
            with self._lock:
                if header is None:
                    raise SkoropisError(f"the profile {self.path} was removed while it was open")
                if header.generation != self._generation:
                    self._load()  # another program wrote: its state, then what was changed here
                    for change in self._changes:
                        change(self)
                written = len(self._changes)
                contents = vault.packed(self)
            self._generation = vault.seal(self.path, self._key, contents)
            with self._lock:
                del self._changes[:written]
            self.trouble = ""

    def close(self) -> None:
        """Write what is not written yet and stop. Raises SkoropisError when that cannot be done."""
        with self._lock:
            if self._timer is not None:
                self._timer.cancel()
        self.save()

    def lock(self, passphrase: str | None) -> None:
        """Encrypt with another key: of a passphrase, or without one a new key of the system."""
        self.save()
        with self._writing, _locked(self.path):
            self._load()
            old = self._key
            if passphrase is not None:
                key = keys.from_passphrase(passphrase)
            elif old.kind == "passphrase":
                key = keys.new_key(self.path)
            else:
                return
            self._generation = vault.seal(self.path, key, vault.packed(self))
            self._key = key
            if old.kind != key.kind:
                keys.drop_key(self.path, old.kind)

    def _load(self) -> None:
        header, contents = vault.unseal(self.path, self._key)
        self.take_over(contents.words, contents.ngrams)
        self._generation = header.generation

    def _changed(self, change: Change) -> None:
        with self._lock:
            self._changes.append(change)
            if self._timer is not None and len(self._changes) % MOST_CHANGES:
                self._timer.cancel()
            self._timer = threading.Timer(IDLE, self._save_quietly)
            self._timer.name, self._timer.daemon = "skoropis-profile", True
            self._timer.start()

    def _save_quietly(self) -> None:
        try:
            self.save()
        except SkoropisError as error:
            self.trouble = str(error)


def open_profile(
    profile: MemoryProfile | str | None, tell: Callable[[Notice], None]
) -> tuple[MemoryProfile, Callable[[], None]]:
    """The profile that is meant, and what is to be called in the end: a name is opened, and closed, here."""
    if not isinstance(profile, str):
        return MemoryProfile() if profile is None else profile, lambda: None
    opened = StoredProfile.open(profile)
    if opened.notice:
        tell(Notice(SOURCE, opened.notice))
    return opened, opened.close


def profile_path(name: str = DEFAULT) -> Path:
    """The file of the profile of this name. Raises InputError for what is no name."""
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise InputError("the name of a profile has small letters, digits and hyphens only")
    return data_dir() / "profile" / f"{name}.profile"


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold the lock of the profile at ``path`` against other programs and threads."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SkoropisError(f"cannot use {path.parent}: {error.strerror or error}") from error
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
