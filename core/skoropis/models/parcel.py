"""A model as somebody hands it over, a folder or an archive: read with suspicion, never unpacked blindly."""

from __future__ import annotations

import gzip
import re
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, TypeAlias

from ..errors import InputError, ModelError
from .card import CARD_FILE, CARD_LIMIT

MEMBERS = 1000
"""Files in an archive; a model has a handful."""
ROOM = 64 << 20
RATIO = 100
"""An archive may unpack to ``ROOM`` bytes, or to ``RATIO`` times its own size if that is more. Weights shrink
to a tenth at best; what shrinks to a thousandth was made to fill a disk."""
SUFFIXES = (".zip", ".tar.gz", ".tgz")
_BROKEN = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, OSError, ValueError, RuntimeError,
    OverflowError, IndexError, KeyError,
)  # fmt: skip
"""What the libraries raise for a file that is truncated, damaged, encrypted or none of theirs."""

Read: TypeAlias = Callable[[int], bytes]
"""Reads at most so many bytes; none at the end. Raises ModelError when the source is damaged."""


class Parcel(Protocol):
    """An open source. Every method raises ModelError for what it should not hold."""

    def card(self) -> bytes:
        """What ``card.toml`` holds, at most a byte more than a card may be long."""

    def files(self, names: Collection[str]) -> Iterator[tuple[str, Read]]:
        """Those of ``names`` that lie beside the card, in any order; read each before asking for the next."""


@contextmanager
def opened(source: Path) -> Iterator[Parcel]:
    """Open a model folder, or a .zip or .tar.gz of one.

    Raises InputError for what is neither, ModelError for an archive that is damaged.
    """
    if source.is_dir():
        yield _Folder(source)
        return
    if not source.exists():
        raise InputError(f"no file or folder {source}")
    if not source.name.lower().endswith(SUFFIXES) or not source.is_file():
        raise InputError(f"{source} is neither a model folder nor a .zip or .tar.gz of one")
    try:
        file = source.open("rb")
    except OSError as error:
        raise InputError(f"cannot read {source}: {error.strerror or error}") from error
    with file:
        yield _Zip(source, file) if source.name.lower().endswith(".zip") else _Tar(source, file)


class _Folder:
    def __init__(self, source: Path) -> None:
        self._source = source

    def card(self) -> bytes:
        found = b"".join(read(CARD_LIMIT + 1) for _, read in self.files([CARD_FILE]))
        if not found:
            raise ModelError(f"no model in {self._source}: there is no {CARD_FILE}")
        return found

    def files(self, names: Collection[str]) -> Iterator[tuple[str, Read]]:
        for name in names:
            path = self._source / name
            try:
                kind = path.lstat().st_mode
                if stat.S_ISLNK(kind):
                    raise ModelError(f"{path} is a link; a model is made of files")
                if not stat.S_ISREG(kind):
                    raise ModelError(f"{path} is no file")
                with path.open("rb") as file:
                    yield name, _guarded(file.read, path)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise ModelError(f"cannot read {path}: {error.strerror or error}") from error


class _Zip:
    def __init__(self, source: Path, file: BinaryIO) -> None:
        self._source = source
        with _understood(source):
            self._archive = zipfile.ZipFile(file)
            self._members = {_path(info.filename, source): info for info in self._archive.infolist()}
        for info in self._archive.infolist():
            mode = info.external_attr >> 16
            if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise ModelError(f"{source} holds a link or a device; a model is made of files")
            if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ModelError(f"{source} is encrypted or packed in an unusual way; pack it again")
        _count(len(self._archive.infolist()), len(self._members), source)
        self._left = _limit(source)
        self._folder = _folder_of([path for path, info in self._members.items() if not info.is_dir()], source)

    def card(self) -> bytes:
        return b"".join(read(CARD_LIMIT + 1) for _, read in self.files([CARD_FILE]))

    def files(self, names: Collection[str]) -> Iterator[tuple[str, Read]]:
        for name in names:
            info = self._members.get(self._folder / name)
            if info is None or info.is_dir():
                continue
            with _understood(self._source):
                member = self._archive.open(info)
            with member:
                yield name, _guarded(self._metered(member.read), self._source)

    def _metered(self, read: Read) -> Read:
        def metered(size: int) -> bytes:
            block = read(size)
            self._left = _spend(self._left, len(block), self._source)
            return block

        return metered


class _Tar:
    """Read from front to back, twice: once for the card, once for the files."""

    def __init__(self, source: Path, file: BinaryIO) -> None:
        self._source = source
        self._file = file
        self._folder = PurePosixPath()

    def card(self) -> bytes:
        paths: list[PurePosixPath] = []
        cards: list[bytes] = []
        for path, read in self._walk():
            paths.append(path)
            if path.name == CARD_FILE and not cards:
                cards.append(read(CARD_LIMIT + 1))
        _count(len(paths), len(set(paths)), self._source)
        self._folder = _folder_of(paths, self._source)
        return cards[0]

    def files(self, names: Collection[str]) -> Iterator[tuple[str, Read]]:
        for path, read in self._walk():
            if path.parent == self._folder and path.name in names:
                yield path.name, read

    def _walk(self) -> Iterator[tuple[PurePosixPath, Read]]:
        with _understood(self._source):
            self._file.seek(0)
            stream = _Metered(gzip.GzipFile(fileobj=self._file), self._source)
            archive = tarfile.open(fileobj=stream, mode="r|")  # type: ignore[call-overload]  # noqa: SIM115
        with archive:
            for number in range(MEMBERS + 1):
                with _understood(self._source):
                    member = archive.next()
                    if member is None:
                        return
                    path = _path(member.name, self._source)
                    file = archive.extractfile(member) if member.isreg() else None
                if not (member.isreg() or member.isdir()) or member.issparse():
                    raise ModelError(f"{self._source} holds a link or a device; a model is made of files")
                if file is not None:
                    yield path, _guarded(file.read, self._source)
                _count(number, number, self._source)


class _Metered:
    """A stream that stops when more comes out of it than a model can be."""

    def __init__(self, stream: gzip.GzipFile, source: Path) -> None:
        self._stream = stream
        self._source = source
        self._left = _limit(source)

    def read(self, size: int) -> bytes:
        block = self._stream.read(size)
        self._left = _spend(self._left, len(block), self._source)
        return block


@contextmanager
def _understood(source: Path) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise ModelError(f"{source} is truncated, damaged or no such archive; get it again") from error


def _guarded(read: Read, source: Path) -> Read:
    def guarded(size: int) -> bytes:
        with _understood(source):
            return read(size)

    return guarded


def _limit(source: Path) -> int:
    return max(ROOM, RATIO * source.stat().st_size)


def _spend(left: int, size: int, source: Path) -> int:
    if size > left:
        raise ModelError(f"{source} unpacks to far more than its size; it is no model")
    return left - size


def _count(members: int, different: int, source: Path) -> None:
    if members >= MEMBERS:
        raise ModelError(f"{source} holds too many files for a model")
    if different < members:
        raise ModelError(f"{source} holds two files of one name")


def _path(name: str, source: Path) -> PurePosixPath:
    path = PurePosixPath(name)
    if (
        path.is_absolute()
        or ".." in path.parts
        or "\\" in name
        or "\0" in name
        or re.match("[A-Za-z]:", name)
    ):
        raise ModelError(f"{source} holds a path that leads outside; it is no model")
    return path


def _folder_of(paths: Collection[PurePosixPath], source: Path) -> PurePosixPath:
    """The folder in the archive that holds the card: the top, or the one folder at the top."""
    found = {path.parent for path in paths if path.name == CARD_FILE}
    if not found:
        raise ModelError(f"no model in {source}: there is no {CARD_FILE}")
    if len(found) > 1:
        raise ModelError(f"{source} holds several models; give each by itself")
    folder = found.pop()
    if len(folder.parts) > 1:
        raise ModelError(f"{source} holds its {CARD_FILE} too deep; pack the model's folder itself")
    return folder
