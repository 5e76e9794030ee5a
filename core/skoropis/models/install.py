"""Adding and removing the user's models."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..errors import ChecksumError, InputError, ModelError, SkoropisError
from . import staging
from .card import CARD_FILE, CARD_LIMIT, Card, CardFile, parse_card
from .host import ModelHost
from .parcel import Parcel, Read, opened
from .sources import installed_root, model_folders, origin_of

_ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
_NOTES = "CARD.md"
"""The card for people; taken along when there is one, though nothing vouches for it."""
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Added:
    """What was installed, where, and the version that it took the place of (None: there was none)."""

    id: str
    version: str
    folder: Path
    bytes: int
    replaced: str | None


def add(source: Path, *, replace: bool = False) -> Added:
    """Install a model from its folder or a .zip or .tar.gz of it, into the user's data folder.

    Only the card, the files that it lists and ``CARD.md`` are taken. The new model is complete and on disk
    before it takes its place, in one step where the system can do that.

    Raises InputError for a source that is none, and for a model that is there already unless ``replace``;
    ModelError for one that is damaged, dishonest or cannot run here; SkoropisError when the disk does not
    allow it. Installed models are then as they were.
    """
    root = installed_root()
    with opened(source) as parcel:
        raw = parcel.card()
        card = parse_card(raw, f"{CARD_FILE} of {source}")
        _check(card, source)
        with staging.locked(root):
            host = ModelHost()
            host.check(card)
            target, replaced = _target(card, host, root, replace=replace)
            with _written(f"cannot install {card.id} in {root}"):
                _check_room(card, root)
                _install(parcel, card, raw, target)
    return Added(card.id, card.version, target, card.bytes, replaced)


def remove(model_id: str) -> Path:
    """Remove a model that the user installed; returns where it was.

    Raises InputError for one that is not theirs to remove this way, ModelError for one that is not there or
    that another model needs.
    """
    root = installed_root()
    with staging.locked(root):
        target = removable(model_id)
        with _written(f"cannot remove {model_id} from {root}"):
            staging.delete(staging.take_away(target))
    return target


def removable(model_id: str) -> Path:
    """The folder that :func:`remove` would remove. Raises as it does; changes nothing."""
    host = ModelHost()
    cards = {card.id: card for card in host.cards()}
    if model_id in cards:
        folder = host.folder(model_id)
        origin = origin_of(folder)
        if origin == "package":
            raise InputError(f"{model_id} came with the package; only models that you added can be removed")
        if origin != "installed":
            raise InputError(f"{model_id} lies in {folder}, which you named in {origin}; remove it there")
    else:
        folder = installed_root() / model_id  # one whose card is damaged
        if not _ID.fullmatch(model_id) or not os.path.lexists(folder):
            raise ModelError(f"no model {model_id!r} is installed; see: skoropis models")
    needed_by = sorted(card.id for card in cards.values() if model_id in card.needs)
    if needed_by and not _elsewhere(model_id, folder):
        raise ModelError(f"{', '.join(needed_by)} cannot run without {model_id}; remove that first")
    return folder


def tidy() -> None:
    """Remove what an installation that was killed left behind."""
    staging.tidy(installed_root())


def _elsewhere(model_id: str, without: Path) -> bool:
    """Whether the model is there still once the folder ``without`` is gone."""
    others = [folder for folder in model_folders() if folder != without]
    return any(card.id == model_id for card in ModelHost(folders=others).cards())


def _check(card: Card, source: Path) -> None:
    """Refuse a card that no foundry writes: it may name folders, fill the disk, or write to the terminal."""
    if not _ID.fullmatch(card.id):
        raise ModelError(f"{source}: a model's id is made of small letters, digits, '.', '_' and '-'")
    shown = [card.version, card.kind, card.language, card.domain, card.licence]
    shown += [text.replace("\n", " ") for text in (card.description, card.attribution)]
    shown += [
        text for metric in card.metrics for text in (metric.name, metric.set, metric.split, metric.unit)
    ]
    if not all(text.isprintable() for text in shown) or not card.version:
        raise ModelError(
            f"{source}: the card of {card.id} holds characters that cannot be shown, or no version"
        )
    names = [file.name.casefold() for file in card.files]
    reserved = {CARD_FILE.casefold(), _NOTES.casefold()}
    if len(set(names)) < len(names) or reserved & set(names):
        raise ModelError(f"{source}: the card of {card.id} lists a file twice, or itself")
    for file in card.files:
        if not _FILE.fullmatch(file.name) or file.bytes < 0:
            raise ModelError(f"{source}: the card of {card.id} lists a file with an odd name or size")
    if not card.files and not card.needs:
        raise ModelError(f"{source}: the card of {card.id} lists no files")


def _target(card: Card, host: ModelHost, root: Path, *, replace: bool) -> tuple[Path, str | None]:
    """Where the model goes, and the version that it replaces or stands in front of."""
    target, replaced = root / card.id, None
    known = {found.id: found for found in host.cards()}
    if card.id in known:
        folder, replaced = host.folder(card.id), known[card.id].version
        if origin_of(folder) == "installed":
            target = folder
        if not replace:
            raise InputError(
                f"{card.id} {replaced} is there already, in {folder}; give --replace to replace it"
            )
    elif os.path.lexists(target) and not replace:
        raise InputError(
            f"{target} is there already, though it holds no whole model; give --replace to replace it"
        )
    return target, replaced


def _check_room(card: Card, root: Path) -> None:
    free = shutil.disk_usage(root).free
    if card.bytes > free:
        raise SkoropisError(
            f"{card.id} needs {card.bytes / 1e6:.1f} MB in {root}, where {free / 1e6:.1f} MB are free; "
            "nothing was changed"
        )


def _install(parcel: Parcel, card: Card, raw: bytes, target: Path) -> None:
    """Make the folder under a hidden name and put it in place, then remove what was there."""
    hidden = staging.make(target.parent, target.name)
    try:
        _write(hidden / CARD_FILE, raw)
        wanted = {file.name: file for file in card.files}
        missing = set(wanted)
        for name, read in parcel.files([*wanted, _NOTES]):
            if name == _NOTES:
                notes = read(CARD_LIMIT + 1)
                if len(notes) <= CARD_LIMIT:
                    _write(hidden / name, notes)
                continue
            _copy(read, hidden / name, wanted[name], card)
            missing.discard(name)
        if missing:
            raise ModelError(f"{card.id} lacks {', '.join(sorted(missing))}; get it again")
        staging.place(hidden, target)
    finally:
        staging.delete(hidden)


def _copy(read: Read, target: Path, file: CardFile, card: Card) -> None:
    """Copy one file, never more than the card says, and compare it with the card."""
    digest = hashlib.sha256()
    left = file.bytes
    with target.open("xb") as out:
        while block := read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                break
            digest.update(block)
            out.write(block)
        out.flush()
        os.fsync(out.fileno())
    if left:
        how = "longer" if left < 0 else "shorter"
        raise ModelError(f"{card.id}: {file.name} is {how} than its card says; get it again")
    if digest.hexdigest() != file.sha256:
        raise ChecksumError(f"{card.id}: {file.name} is damaged; get it again")


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())


@contextmanager
def _written(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SkoropisError(f"{what}: {error.strerror or error}; nothing was changed") from error
