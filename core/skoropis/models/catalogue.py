"""What models lie on disk: the cards that were found, the folders that could not be read."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ChecksumError, ModelError
from ..files import sha256_of
from .card import Card, read_card

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A model on disk: its card and where it lies."""

    card: Card
    folder: Path


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The models of some folders by id, the preferred ones first."""

    entries: Mapping[str, Entry]
    problems: tuple[str, ...]
    """What was wrong with folders that were passed over."""
    spoilt: frozenset[str] = frozenset()
    """Ids whose card could be read before and cannot now; they stand in ``entries`` as they were."""


def scan(folders: Iterable[Path], known: Iterable[Entry] = ()) -> Catalogue:
    """Read the cards of ``folders``; of two with one id the first counts.

    ``known``: what was found before, so that a card that has gone bad does not lose its place.
    """
    before = {entry.folder: entry for entry in known}
    entries: dict[str, Entry] = {}
    problems: list[str] = []
    spoilt: set[str] = set()
    for folder in folders:
        try:
            entry = Entry(read_card(folder), folder)
        except ModelError as error:
            problems.append(str(error))
            log.warning("model passed over: %s", error)
            if folder not in before or not folder.is_dir():
                continue
            entry = before[folder]
            if entry.card.id not in entries:
                spoilt.add(entry.card.id)
        entries.setdefault(entry.card.id, entry)
    return Catalogue(entries, tuple(problems), frozenset(spoilt))


def verify(entry: Entry) -> None:
    """Compare every file with its card. Raises ChecksumError or ModelError."""
    for file in entry.card.files:
        path = entry.folder / file.name
        try:
            size = path.stat().st_size
            digest = sha256_of(path) if size == file.bytes else ""
        except OSError as error:
            raise ModelError(
                f"model {entry.card.id}: cannot read {path}: {error.strerror or error}"
            ) from error
        if digest != file.sha256:
            raise ChecksumError(f"model {entry.card.id}: {path} is damaged; install the model again")


def bases_first(entries: Mapping[str, Entry]) -> Iterator[str]:
    """All ids, each behind those that it needs; a circle is cut anywhere."""
    seen: set[str] = set()

    def visit(model_id: str) -> Iterator[str]:
        if model_id in seen or model_id not in entries:
            return
        seen.add(model_id)
        for need in entries[model_id].card.needs:
            yield from visit(need)
        yield model_id

    for model_id in entries:
        yield from visit(model_id)


def check_needs(entries: Mapping[str, Entry], card: Card) -> None:
    """Raise ModelError when a model that ``card`` needs, directly or not, is missing or needs it in turn."""

    def visit(one: Card, path: tuple[str, ...]) -> None:
        for need in one.needs:
            if need in path:
                raise ModelError(
                    f"models {one.id} and {need} need each other; install other versions of them"
                )
            if need not in entries:
                raise ModelError(f"model {one.id} needs {need}, which is not installed; install it first")
            visit(entries[need].card, (*path, need))

    visit(card, (card.id,))
