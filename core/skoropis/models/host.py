"""The model host: knows every installed model, loads each once, at first use, and shares it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ModelError, SkoropisError
from .budget import budget_bytes, cost_of
from .card import Card
from .catalogue import Catalogue, Entry, bases_first, check_needs, scan, verify
from .loaded import Loaded, Slot
from .shelf import Shelf
from .sources import model_folders, model_roots
from .weighing import AUTO, DOMAIN, GENERAL, build_auto, with_auto

if TYPE_CHECKING:
    from ..protocols import LanguageModel

log = logging.getLogger(__name__)

# What can load a kind of model: module and class, imported when a model is wanted. The class has
# ``load(folder)``, or ``load_with(folder, resolve)`` if it stands on other models: ``resolve(model_id)``
# gives the shared instance of one that the card names under ``base`` or ``requires``.
_LOADERS = {
    "ngram": ("skoropis.lm.ngram", "NGram"),
    "blend": ("skoropis.lm.blend", "Blend"),
    DOMAIN: ("skoropis.lm.domain", "Domain"),
}


class ModelHost:
    """Implements :class:`skoropis.protocols.Models`. Safe to use from several threads.

    What it hands out are handles (:class:`skoropis.models.handle.Handle`), one for each model, good for
    ever: behind them models are loaded at first use, evicted when the budget asks for it, loaded again, and
    replaced when :meth:`refresh` finds another version on disk. A call keeps the instance that it runs on.
    """

    def __init__(
        self,
        languages: Sequence[str] = ("en", "ru"),
        folders: Sequence[Path] | None = None,
        budget_mb: float | None = None,
    ) -> None:
        """``folders`` replaces the search path, for tests and for models that are not installed.

        ``budget_mb``: megabytes (10^6 bytes) that models may take in memory, by the estimate of
        :func:`skoropis.models.budget.cost_of`; by default ``SKOROPIS_MODEL_BUDGET_MB``, else without limit.
        The least recently used give way to one that is loaded. One model may always be loaded. Raises
        ConfigError when the budget is no positive number.
        """
        self._languages = tuple(languages)
        self._folders = None if folders is None else tuple(folders)
        found = self._scan()
        self._found: Mapping[str, Entry] = found.entries  # replaced as a whole, never changed
        self._problems = found.problems
        self._shelf = Shelf(budget_bytes(budget_mb))
        self._gates: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()  # held for moments; the gates while a model loads
        self._refreshing = threading.Lock()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages this host was opened for, most important first."""
        return self._languages

    def cards(self) -> tuple[Card, ...]:
        """Cards of all models found, by id."""
        return tuple(entry.card for _, entry in sorted(self._found.items()) if entry.card.kind != AUTO)

    def problems(self) -> tuple[str, ...]:
        """What was wrong with folders that were passed over, and with versions that could not take over."""
        return tuple(self._problems)

    def folder(self, model_id: str) -> Path:
        """Where a model lies. Raises ModelError for an unknown id."""
        return self._entry(model_id).folder

    def check(self, card: Card) -> None:
        """Raise ModelError when this version cannot run models of that kind, or a model that it needs is not
        there. The model itself need not be installed.
        """
        if card.kind not in _LOADERS and card.kind != AUTO:
            raise ModelError(f"model {card.id} is of kind {card.kind!r}, which this version cannot run")
        check_needs(self._found, card)

    def domains(self, language: str) -> tuple[str, ...]:
        """The domains for which a model of ``language`` is installed, ``general`` first."""
        found = {card.domain for card in self._suitable(language) if card.kind != AUTO}
        return tuple(sorted(found, key=lambda domain: (domain != GENERAL, domain)))

    def choice(self, language: str, domain: str | None = None) -> Card | None:
        """Card of the model that :meth:`language_model` gives; None when there is none. Loads nothing."""
        suitable = self._suitable(language)
        for wanted in dict.fromkeys((domain or GENERAL, GENERAL)):
            for card in suitable:
                if card.domain == wanted:
                    return card
        return None

    def language_model(self, language: str, domain: str | None = None) -> LanguageModel:
        """The model for ``language`` and ``domain``, or the general one when the domain has none.

        The domain ``auto`` weighs all domains of the language by the text being written. Raises
        ModelError when there is no model for the language or its files are damaged.
        """
        card = self.choice(language, domain)
        if card is None:
            searched = ", ".join(str(root) for root in model_roots())
            raise ModelError(f"no language model for {language!r}; looked in {searched}")
        return self.load(card.id)

    def load(self, model_id: str) -> LanguageModel:
        """The one handle of a model, which is loaded and checked if it is not in memory.

        Raises ModelError.
        """
        slot, handle = self._shelf.handle(model_id, self._entry(model_id).card.language, self._find)
        if slot.current is None:
            self._find(slot)
        return handle

    def verify(self, model_id: str) -> None:
        """Compare every file with its card. Raises ChecksumError or ModelError."""
        verify(self._entry(model_id))

    def in_memory(self) -> dict[str, int]:
        """Models that are loaded, bases among them, with their estimated bytes; the longest unused first."""
        return {loaded.id: loaded.cost for loaded in self._shelf.held()}

    def refresh(self) -> tuple[str, ...]:
        """Look again at what is on disk and take over what is new there. Returns ids that changed.

        A model in memory whose card names other files is loaded beside the old instance, then its handle
        points to the new one; calls that run finish on the old. So is one whose base was replaced. A version
        that is damaged or cannot be loaded is said in :meth:`problems`, the old one goes on, and the next
        call tries again. The handle of a model that is gone turns to the general one of its language.

        Takes as long as what it loads. Files must be replaced, not written over, as ``skoropis models add``
        does: a model may have them mapped.
        """
        with self._refreshing:
            before = self._found
            seen = self._scan(before.values())
            entries, problems = dict(seen.entries), [*seen.problems]
            changed = [model_id for model_id in before if model_id not in entries]
            with self._lock:
                self._found = {model_id: self._found[model_id] for model_id in before if model_id in entries}
                self._problems = ()  # what loading adds is kept below
            for model_id in changed:
                with self._gate(model_id):  # behind a load that began before
                    self._shelf.remove(model_id)
            for model_id in bases_first(entries):
                old, new = before.get(model_id), entries[model_id]
                try:
                    if self._renew(model_id, old, new, spoilt=model_id in seen.spoilt):
                        changed.append(model_id)
                except ModelError as error:
                    entries[model_id] = old or new
                    problems.append(str(error))
                    log.warning("model not replaced: %s", error)
            with self._lock:
                self._found, self._problems = entries, tuple(dict.fromkeys((*problems, *self._problems)))
            self._shelf.settle(self._stands_for)
        return tuple(model_id for model_id in changed if not model_id.startswith(f"{AUTO}:"))

    def _renew(self, model_id: str, old: Entry | None, new: Entry, *, spoilt: bool) -> bool:
        """Let ``new`` take the place of ``old``. Whether anything changed; ModelError when it cannot."""
        with self._gate(model_id):
            loaded, stale = self._shelf.get(model_id), False
            if loaded is not None:
                old, stale, loaded.kept = loaded.entry, self._shelf.stale(loaded), spoilt
            if old == new and not stale:
                return False
            if loaded is not None and (stale or not loaded.entry.card.same_model(new.card)):
                try:
                    self._load(new, leaving=loaded)
                except ModelError:
                    loaded.kept = stale or loaded.entry.folder == new.folder
                    raise
            elif loaded is not None:
                loaded.entry = new
            elif old is not None and not old.card.same_model(new.card):
                verify(new)
            self._know(new)
            return True

    def _find(self, slot: Slot) -> Loaded:
        """Have what ``slot`` stands for loaded, and the slot point to it."""
        wanted = self._stands_for(slot)
        if wanted is None:
            raise ModelError(f"model {slot.id} is no longer installed")
        loaded = self._instance(wanted)
        self._shelf.point(slot, loaded)
        return loaded

    def _stands_for(self, slot: Slot) -> str | None:
        """Id of the slot's model, or of the general one once that is gone."""
        if slot.id in self._found:
            return slot.id
        card = self.choice(slot.language)
        return None if card is None else card.id

    def _instance(self, model_id: str) -> Loaded:
        loaded = self._shelf.get(model_id)
        if loaded is not None:
            return loaded
        with self._gate(model_id):  # two models may load side by side, one model loads once
            loaded = self._shelf.get(model_id)
            if loaded is not None:
                return loaded
            entry = self._entry(model_id)
            try:
                return self._load(entry)
            except ModelError:
                now = self._scan().entries.get(model_id)  # another version may have been installed meanwhile
                if now is None or now == entry:
                    raise
                return self._load(now)

    def _load(self, entry: Entry, leaving: Loaded | None = None) -> Loaded:
        """Load a model and its bases and make it known; ``leaving`` is the instance whose place it takes."""
        card = entry.card
        self.check(card)
        verify(entry)
        bases = tuple(self._bases(card))
        loaded = Loaded(entry, cost_of(card), bases)
        self._shelf.expect(loaded, leaving)
        try:
            loaded.model = build_auto(bases) if card.kind == AUTO else _build(entry, bases)
        except BaseException:
            self._shelf.give_up(loaded)
            raise
        self._know(entry)
        self._shelf.put(loaded, leaving)
        return loaded

    def _bases(self, card: Card) -> Iterator[Loaded]:
        """What ``card`` stands on. Where domains are weighed, one that cannot be loaded is left out."""
        for need in card.needs:
            try:
                yield self._instance(need)
            except ModelError as error:
                if card.kind != AUTO or need == card.base:
                    raise
                log.warning("domain left out: %s", error)
                self._problems = tuple(dict.fromkeys((*self._problems, str(error))))

    def _suitable(self, language: str) -> list[Card]:
        found = (entry.card for entry in self._found.values())
        return [card for card in found if card.language == language and card.kind in (*_LOADERS, AUTO)]

    def _scan(self, known: Iterable[Entry] = ()) -> Catalogue:
        folders = model_folders() if self._folders is None else self._folders
        return with_auto(scan(folders, known), _LOADERS)

    def _know(self, entry: Entry) -> None:
        with self._lock:
            self._found = {**self._found, entry.card.id: entry}

    def _gate(self, model_id: str) -> threading.Lock:
        with self._lock:
            return self._gates.setdefault(model_id, threading.Lock())

    def _entry(self, model_id: str) -> Entry:
        try:
            return self._found[model_id]
        except KeyError:
            known = ", ".join(sorted(self._found)) or "none"
            raise ModelError(f"no model {model_id!r}; installed: {known}") from None


def _build(entry: Entry, bases: Iterable[Loaded]) -> Any:
    """A new instance. Raises ModelError whatever goes wrong."""
    card = entry.card
    models = {base.id: base.model for base in bases}

    def resolve(model_id: str) -> LanguageModel:
        if model_id not in models:
            raise ModelError(f"model {card.id} asks for {model_id}, which its card does not name as needed")
        base: LanguageModel = models[model_id]
        return base

    module, name = _LOADERS[card.kind]
    try:
        kind = getattr(import_module(module), name)
        if hasattr(kind, "load_with"):
            return kind.load_with(entry.folder, resolve)
        return kind.load(entry.folder)
    except SkoropisError:
        raise
    except Exception as error:  # a message of its own may say anything; its type is enough
        raise ModelError(
            f"model {card.id} cannot be loaded: {type(error).__name__}; install it again"
        ) from error
