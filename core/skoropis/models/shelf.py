"""The models in memory: which there are, which handle points where, and who gives way."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from .budget import let_go, to_drop, with_bases
from .handle import Handle
from .loaded import Loaded, Slot

log = logging.getLogger(__name__)


class Shelf:
    """Instances by model id, within a budget. Safe to use from several threads; no method loads anything."""

    def __init__(self, budget: float) -> None:
        """``budget``: bytes that the instances may take, by their estimated cost."""
        self._budget = budget
        self._loaded: dict[str, Loaded] = {}
        self._coming: set[Loaded] = set()
        self._slots: dict[str, Slot] = {}
        self._handles: dict[str, Handle] = {}
        self._lock = threading.Lock()

    def get(self, model_id: str) -> Loaded | None:
        """The instance of a model, if it is in memory."""
        return self._loaded.get(model_id)

    def handle(self, model_id: str, language: str, find: Callable[[Slot], Loaded]) -> tuple[Slot, Handle]:
        """The one handle of a model, made at first, and its slot."""
        with self._lock:
            slot = self._slots.setdefault(model_id, Slot(model_id, language))
            return slot, self._handles.setdefault(model_id, Handle(slot, find))

    def held(self) -> list[Loaded]:
        """All instances, bases among them, the least recently used first."""
        with self._lock:
            return sorted(with_bases(self._loaded.values()), key=lambda loaded: loaded.used)

    def stale(self, loaded: Loaded) -> bool:
        """Whether it stands on an instance that was replaced or is gone, or was loaded without one."""
        if len(loaded.needs) < len(loaded.entry.card.needs):
            return True
        return any(self._loaded.get(base.id) is not base for base in loaded.needs)

    def expect(self, coming: Loaded, leaving: Loaded | None) -> None:
        """Make room for an instance about to be loaded; ``leaving`` is the one whose place it will take."""
        with self._lock:
            for base in coming.needs:  # one that was evicted since it was asked for is back
                self._loaded.setdefault(base.id, base)
            self._coming.add(coming)
            dropped = self._make_room(leaving)
        let_go(dropped)

    def give_up(self, coming: Loaded) -> None:
        """It could not be loaded."""
        with self._lock:
            self._coming.discard(coming)

    def put(self, coming: Loaded, leaving: Loaded | None) -> None:
        """It is loaded; handles that point to ``leaving`` point to it from now on."""
        with self._lock:
            self._loaded[coming.id] = coming
            if leaving is not None:
                coming.used = leaving.used
                self._turn(leaving, coming)
            dropped = self._make_room(coming)  # what came in meanwhile could not give way before
            self._coming.discard(coming)
        let_go(dropped)

    def point(self, slot: Slot, loaded: Loaded) -> None:
        """Let ``slot`` point to an instance, unless it was evicted meanwhile."""
        with self._lock:
            if self._loaded.get(loaded.id) is loaded:
                slot.current = loaded

    def remove(self, model_id: str) -> None:
        """Forget an instance; who stands on it and calls that run keep it."""
        with self._lock:
            dropped = self._take(model_id)
        let_go(dropped)

    def settle(self, stands_for: Callable[[Slot], str | None]) -> None:
        """Clear the slots that point to another model than the one they stand for by now."""
        with self._lock:
            for slot in self._slots.values():
                if slot.current is not None and slot.current.id != stands_for(slot):
                    slot.current = None

    def _make_room(self, apart: Loaded | None) -> list[Loaded]:
        """Take out what must give way to those that are coming; ``apart`` is not asked to."""
        staying = [loaded for loaded in self._loaded.values() if loaded is not apart]
        dropped = to_drop(staying, self._coming, self._budget)
        for model_id in [loaded.id for loaded in dropped]:
            log.info("model %s gives way", model_id)
            self._take(model_id)
        return dropped

    def _take(self, model_id: str) -> list[Loaded]:
        """Take an instance out of the table, in a list that can let go of it; empty if there is none."""
        loaded = self._loaded.pop(model_id, None)
        if loaded is None:
            return []
        self._turn(loaded, None)
        return [loaded]

    def _turn(self, old: Loaded, new: Loaded | None) -> None:
        for slot in self._slots.values():
            if slot.current is old:
                slot.current = new
