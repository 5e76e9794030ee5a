"""A model in memory, and the place that points to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from .catalogue import Entry

CLOCK = count(1)
"""Orders uses: later ones have larger numbers. ``next`` on it is atomic."""
_GENERATIONS = count(1)


class Part(NamedTuple):
    """The fast part of an instance, as its handle sees it."""

    model: Any
    generation: int


@dataclass(slots=True, eq=False, weakref_slot=True)
class Loaded:
    """One instance of a model. Its memory is free once the host and the last running call let go of it."""

    entry: Entry
    cost: int
    """Estimated bytes in memory, without those of ``needs``."""
    needs: tuple[Loaded, ...] = ()
    """Instances that this one stands on: they stay as long as it does."""
    model: Any = None
    """The instance; None while it is being loaded."""
    used: int = field(default_factory=lambda: next(CLOCK))
    """When it was last used, by :data:`CLOCK`."""
    generation: int = field(default_factory=lambda: next(_GENERATIONS))
    """No two instances in this process share one: it tells whose a state is."""
    kept: bool = False
    """Never evicted, because what lies on disk could not take its place."""

    part: Part | None = None
    """Of its fast part, once somebody has asked for that."""

    @property
    def id(self) -> str:
        """Id of the model."""
        return self.entry.card.id


class Slot:
    """Where a handle finds its model. ``current`` is written under the shelf's lock, and read without."""

    __slots__ = ("current", "id", "language")

    def __init__(self, model_id: str, language: str) -> None:
        self.id = model_id
        self.language = language
        self.current: Loaded | None = None
