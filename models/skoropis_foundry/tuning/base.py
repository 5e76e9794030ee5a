"""The general model that a domain stands on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from skoropis.errors import InputError, ModelError
from skoropis.lm.blend import Blend
from skoropis.lm.ngram import NGram
from skoropis.models.card import Card
from skoropis.models.host import ModelHost

from .settings import NO_BASE, Settings

NETWORK = "neural.onnx"
_KINDS: dict[str, type[Blend] | type[NGram]] = {"blend": Blend, "ngram": NGram}


@dataclass(frozen=True, slots=True)
class Base:
    """A general model on disk."""

    card: Card
    folder: Path

    @property
    def network(self) -> Path | None:
        """Its network; None when it is a mere n-gram model."""
        return self.folder / NETWORK if self.card.kind == "blend" else None

    @property
    def digest(self) -> str:
        """Changes with any of its files."""
        return " ".join(f"{file.name} {file.sha256}" for file in self.card.files)

    def load(self) -> Blend | NGram:
        """The model itself. Raises ModelError when a file is missing or damaged."""
        return _KINDS[self.card.kind].load(self.folder)


def find_base(settings: Settings, language: str) -> Base | None:
    """The base that ``settings`` ask for, whole and of the right language; None when they want none.

    Raises InputError when it cannot be a base, ModelError when it is missing or damaged.
    """
    if settings.base == NO_BASE:
        return None
    wanted = settings.base or f"{language}-general"
    host = ModelHost()
    cards = {card.id: card for card in host.cards()}
    if wanted not in cards:
        known = ", ".join(sorted(id for id, card in cards.items() if card.kind in _KINDS)) or "none"
        raise ModelError(
            f"there is no model {wanted} to stand on; installed: {known}; or give --base {NO_BASE}"
        )
    card = cards[wanted]
    if card.language != language:
        raise InputError(f"the text is in {language!r}, but {wanted} is a model of {card.language!r}")
    if card.kind not in _KINDS:
        raise InputError(f"{wanted} stands on another model itself; give a general one as --base")
    host.verify(wanted)
    return Base(card, host.folder(wanted))
