"""A model's card: what it is, where it comes from, what it may be used for, how good it was measured."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec

from ..errors import ModelError

CARD_FILE = "card.toml"
CARD_LIMIT = 1 << 20
"""Bytes of the longest card that is read."""


class CardFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that belongs to the model."""

    name: str
    bytes: int
    sha256: str


class CardSource(msgspec.Struct, frozen=True):
    """A text or a list that the model was trained on."""

    name: str
    licence: str
    origin: str = ""


class CardMetric(msgspec.Struct, frozen=True):
    """A figure and the command that made it."""

    name: str
    set: str
    split: str
    value: float
    unit: str
    command: str = ""


class Card(msgspec.Struct, frozen=True):
    """``card.toml`` as it stands; keys that this version does not know are ignored."""

    id: str
    version: str
    kind: str
    language: str
    domain: str
    licence: str
    description: str
    files: tuple[CardFile, ...]
    attribution: str = ""
    sources: tuple[CardSource, ...] = ()
    metrics: tuple[CardMetric, ...] = ()
    base: str | None = None
    """Id of the model that this one stands on and cannot run without; several may share one base."""
    requires: tuple[str, ...] = ()
    """Ids of further models that this one cannot run without."""

    @property
    def bytes(self) -> int:
        """Size of all files on disk."""
        return sum(file.bytes for file in self.files)

    @property
    def needs(self) -> tuple[str, ...]:
        """Ids of all models that this one cannot run without, the base first, each once."""
        return tuple(dict.fromkeys(([] if self.base is None else [self.base]) + list(self.requires)))

    def same_model(self, other: Card) -> bool:
        """Whether ``other`` describes the very same weights, whatever else it says of them."""
        return (self.kind, self.files, self.needs) == (other.kind, other.files, other.needs)


def read_card(folder: Path) -> Card:
    """Read ``folder/card.toml``. Raises ModelError when it is missing, too long or not a card."""
    path = folder / CARD_FILE
    try:
        with path.open("rb") as file:
            raw = file.read(CARD_LIMIT + 1)
    except OSError as error:
        raise ModelError(f"no model in {folder}: {error.strerror or error}") from error
    return parse_card(raw, str(path))


def parse_card(raw: bytes, where: str) -> Card:
    """The card that ``raw`` holds; ``where`` names it in errors. Raises ModelError when it is none."""
    if len(raw) > CARD_LIMIT:
        raise ModelError(f"{where} is too long for a card; install the model again")
    try:
        card = msgspec.convert(tomllib.loads(raw.decode()), Card)
    except (ValueError, RecursionError) as error:  # undecodable, not TOML, or not a card
        raise ModelError(f"{where} is not a model card: {error}") from error
    for entry in card.files:
        if entry.name in ("", ".", "..") or "/" in entry.name or "\\" in entry.name:
            raise ModelError(f"{where} lists a file outside its folder: {entry.name!r}")
    return card
