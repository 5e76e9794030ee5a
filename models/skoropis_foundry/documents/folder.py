"""A user's folder as documents."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from skoropis.errors import InputError

from .document import MEGABYTE, Document, Skipped, UnreadableError
from .kinds import KINDS, Kind

Progress = Callable[[int, int, str], None]
"""Called with the number of files done, of all files, and the path of the next one."""
MOST_TEXT = 500 * MEGABYTE
"""Characters that are read from one folder: more do not fit into memory together with a model."""
_HIDDEN = (".", "~$")
"""Beginnings of names that programs keep to themselves."""


def read_folder(folder: Path, progress: Progress | None = None) -> tuple[list[Document], list[Skipped]]:
    """The documents of a folder and its subfolders, by path, and what was passed over.

    Hidden files are ignored; links are not followed, so nothing outside the folder is read. ``folder`` may be
    a single file. A file that cannot be read is passed over with the reason, whatever is wrong with it.
    Raises InputError when there is no such folder or nothing in it can be read.
    """
    skipped: list[Skipped] = []
    files = _files(folder, skipped)
    documents: list[Document] = []
    left = MOST_TEXT
    for number, (path, name) in enumerate(files):
        if progress is not None:
            progress(number, len(files), name)
        if left <= 0:
            skipped.append(Skipped(name, f"too much text (>{MOST_TEXT // MEGABYTE} MB in all)"))
            continue
        try:
            found = list(_documents(path, name, left))
        except UnreadableError as error:
            skipped.append(Skipped(name, str(error)))
            continue
        left -= sum(len(document.text) for document in found)
        documents += found
    if progress is not None:
        progress(len(files), len(files), "")
    if not documents:
        raise InputError(_nothing(folder, skipped))
    return documents, sorted(skipped, key=lambda item: item.path)


def _documents(path: Path, name: str, most: int) -> Iterator[Document]:
    """The documents of one file. Raises UnreadableError, and nothing else."""
    kind = _kind(path)
    empty = True
    try:
        for number, text in enumerate(kind.read(path), 1):
            most -= len(text)
            if most < 0:
                raise UnreadableError(f"too much text (>{MOST_TEXT // MEGABYTE} MB in all)")
            if text.strip():
                empty = False
                yield Document(f"{name}#{number}" if kind.many else name, text)
    except UnreadableError:
        raise
    except ModuleNotFoundError as error:
        raise UnreadableError(f"needs {error.name}: pip install 'skoropis[foundry]'") from None
    except OSError as error:
        raise UnreadableError(f"not readable: {error.strerror or 'damaged'}") from None
    except Exception as error:  # noqa: BLE001 - a parser may raise anything on a damaged file
        raise UnreadableError(f"not readable: damaged ({type(error).__name__})") from None
    if empty:
        raise UnreadableError("empty")


def _kind(path: Path) -> Kind:
    """How to read a file. Raises UnreadableError when nobody can."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise UnreadableError(
            f"unknown kind {path.suffix}" if path.suffix else "unknown kind (a name without ending)"
        )
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableError(f"not readable: {error.strerror}") from None
    if size == 0:
        raise UnreadableError("empty")
    if size > kind.largest:
        raise UnreadableError(f"too large (>{kind.largest // MEGABYTE} MB)")
    return kind


def _files(folder: Path, skipped: list[Skipped]) -> list[tuple[Path, str]]:
    """Regular files with their path relative to the folder, in the order of that. Raises InputError."""
    if _is(folder, Path.is_file):
        return [(folder, folder.name)]
    if not _is(folder, Path.is_dir):
        raise InputError(f"there is no folder {folder}; give a folder with your texts, or one file")
    found: list[tuple[Path, str]] = []

    def unreadable(error: OSError) -> None:
        skipped.append(Skipped(_relative(Path(error.filename), folder), f"not readable: {error.strerror}"))

    for base, folders, names in os.walk(folder, onerror=unreadable):
        links = [name for name in folders if _is(Path(base) / name, Path.is_symlink)]
        folders[:] = [name for name in folders if not name.startswith(_HIDDEN)]
        for name in [*names, *links]:
            path = Path(base) / name
            relative = _relative(path, folder)
            if name.startswith(_HIDDEN):
                continue
            if _is(path, Path.is_symlink):
                skipped.append(Skipped(relative, "a link: not followed"))
            elif _is(path, Path.is_file):
                found.append((path, relative))
            else:
                skipped.append(Skipped(relative, "not a file"))
    return sorted(found, key=lambda item: item[1])


def _is(path: Path, question: Callable[[Path], bool]) -> bool:
    """The answer of the file system; no when it must not be asked."""
    try:
        return question(path)
    except OSError:
        return False


def _relative(path: Path, folder: Path) -> str:
    """A path as text that can be printed: bytes that are no UTF-8 are replaced."""
    return os.fsencode(path.relative_to(folder).as_posix()).decode("utf-8", errors="replace")


def _nothing(folder: Path, skipped: Sequence[Skipped]) -> str:
    """Why there is no document, and what to do."""
    kinds = f"the kinds that are read are {' '.join(KINDS)}"
    if not skipped:
        return f"no text in {folder}: it holds no files; {kinds}"
    reasons = Counter(re.sub(r" \(.*\)$", "", item.reason) for item in skipped)
    why = ", ".join(
        f"{count} {reason}" for reason, count in sorted(reasons.items(), key=lambda r: (-r[1], r[0]))[:5]
    )
    plural = "file was" if len(skipped) == 1 else "files were"
    return f"no text in {folder}: {len(skipped)} {plural} passed over ({why}); {kinds}"
