"""All domains of a language as one model: an entry that no folder holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import ModelError
from .card import Card
from .catalogue import Catalogue, Entry, check_needs
from .loaded import Loaded

GENERAL = "general"
AUTO = "auto"
"""The domain that stands for all of a language, and the kind of its model: the text decides."""
DOMAIN = "domain"
"""The kind of a model that stands on a general one."""


def with_auto(found: Catalogue, kinds: Collection[str]) -> Catalogue:
    """``found`` and an entry for each language in which domains stand on the general model that is used.

    ``kinds``: those that can be loaded. Of two models of one domain the first counts; one that misses
    something it needs is left out.
    """
    entries = {model_id: entry for model_id, entry in found.entries.items() if entry.card.kind != AUTO}
    cards = [entry.card for entry in entries.values() if entry.card.kind in kinds]
    generals: dict[str, Card] = {}
    for card in cards:
        if card.domain == GENERAL:
            generals.setdefault(card.language, card)
    for language, base in generals.items():
        domains: dict[str, str] = {}
        for card in cards:
            if (card.language, card.kind, card.base) == (language, DOMAIN, base.id) and _has_all(
                entries, card
            ):
                domains.setdefault(card.domain, card.id)
        if domains:
            name = f"{AUTO}:{language}"
            auto = Card(
                id=name, version=base.version, kind=AUTO, language=language, domain=AUTO, licence="",
                description="", files=(), base=base.id, requires=tuple(domains.values()),
            )  # fmt: skip
            entries[name] = Entry(auto, Path(name))
    return replace(found, entries=entries)


def build_auto(bases: Sequence[Loaded]) -> Any:
    """The model that weighs domains: ``bases`` are the general model and those that could be loaded."""
    from ..lm.adaptive import Adaptive

    general, *domains = bases
    return Adaptive(general.model, {one.entry.card.domain: one.model for one in domains})


def _has_all(entries: Mapping[str, Entry], card: Card) -> bool:
    try:
        check_needs(entries, card)
    except ModelError:
        return False
    return True
