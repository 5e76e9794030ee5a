"""The model host: knows every installed model, loads each once, at first use, and shares it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ..errors import ChecksumError, ModelError
from ..files import sha256_of
from .card import Card, read_card
from .sources import model_folders, model_roots

if TYPE_CHECKING:
    from ..protocols import LanguageModel

log = logging.getLogger(__name__)

GENERAL = "general"
AUTO = "auto"
"""Stands for all domains of a language: the text being written decides."""
DOMAIN = "domain"
"""The kind of a model that stands on a general one."""
# What can load a kind of model: module and class, imported when a model is wanted. The class has
# ``load(folder)``, or ``load_with(folder, resolve)`` if it stands on another model: ``resolve(model_id)``
# gives the shared instance of the one that the card names under ``base``.
_LOADERS = {
    "ngram": ("skoropis.lm.ngram", "NGram"),
    "blend": ("skoropis.lm.blend", "Blend"),
    DOMAIN: ("skoropis.lm.domain", "Domain"),
}


class ModelHost:
    """Implements :class:`skoropis.protocols.Models`. Safe to use from several threads."""

    def __init__(
        self, languages: Sequence[str] = ("en", "ru"), folders: Sequence[Path] | None = None
    ) -> None:
        """``folders`` replaces the search path, for tests and for models that are not installed."""
        self._languages = tuple(languages)
        self._found: dict[str, tuple[Card, Path]] = {}
        self._problems: list[str] = []
        self._loaded: dict[str, LanguageModel] = {}
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}
        self._adaptive: dict[str, LanguageModel] = {}
        for folder in model_folders() if folders is None else folders:
            try:
                card = read_card(folder)
            except ModelError as error:
                self._problems.append(str(error))
                log.warning("model passed over: %s", error)
                continue
            self._found.setdefault(card.id, (card, folder))

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages this host was opened for, most important first."""
        return self._languages

    def cards(self) -> tuple[Card, ...]:
        """Cards of all models found, by id."""
        return tuple(card for _, (card, _) in sorted(self._found.items()))

    def problems(self) -> tuple[str, ...]:
        """What was wrong with folders that were passed over."""
        return tuple(self._problems)

    def folder(self, model_id: str) -> Path:
        """Where a model lies. Raises ModelError for an unknown id."""
        return self._entry(model_id)[1]

    def domains(self, language: str) -> tuple[str, ...]:
        """The domains for which a model of ``language`` is installed, ``general`` first."""
        found = {card.domain for card in self._suitable(language)}
        return tuple(sorted(found, key=lambda domain: (domain != GENERAL, domain)))

    def choice(self, language: str, domain: str | None = None) -> Card | None:
        """Card of the model for ``language`` and ``domain``, else of the general one; None without either."""
        suitable = self._suitable(language)
        for wanted in dict.fromkeys((domain or GENERAL, GENERAL)):
            for card in suitable:
                if card.domain == wanted:
                    return card
        return None

    def language_model(self, language: str, domain: str | None = None) -> LanguageModel:
        """The model for ``language`` and ``domain``, or the general one when the domain has none.

        The domain ``auto`` weighs all domains of the language by the text being written. Raises ModelError
        when there is no model for the language or its files are damaged.
        """
        if domain == AUTO:
            return self._adaptive.get(language) or self._weighing(language)
        card = self.choice(language, domain)
        if card is None:
            searched = ", ".join(str(root) for root in model_roots())
            raise ModelError(f"no language model for {language!r}; looked in {searched}")
        return self.load(card.id)

    def load(self, model_id: str) -> LanguageModel:
        """The one shared instance of a model, loaded and checked when it is first asked for."""
        loaded = self._loaded.get(model_id)
        if loaded is not None:
            return loaded
        card, folder = self._entry(model_id)
        with self._lock:
            gate = self._loading.setdefault(model_id, threading.Lock())
        with gate:  # two models may load side by side, one model loads once
            if model_id not in self._loaded:
                self.verify(model_id)
                if card.kind not in _LOADERS:
                    raise ModelError(
                        f"model {model_id} is of kind {card.kind!r}, which this version cannot run"
                    )
                module, name = _LOADERS[card.kind]
                kind = getattr(import_module(module), name)
                if hasattr(kind, "load_with"):
                    self._loaded[model_id] = kind.load_with(folder, partial(self._base_of, card))
                else:
                    self._loaded[model_id] = kind.load(folder)
            return self._loaded[model_id]

    def _base_of(self, card: Card, model_id: str) -> LanguageModel:
        """The model that ``card`` names as its base, given that ``model_id`` is its id."""
        if model_id != card.base:
            raise ModelError(f"model {card.id} asks for {model_id}, which its card does not name as its base")
        if self._entry(model_id)[0].base is not None:
            raise ModelError(f"model {card.id} stands on {model_id}, which is no general model")
        return self.load(model_id)

    def _weighing(self, language: str) -> LanguageModel:
        """All domains of a language that stand on its general model, as one; without any, the general one.

        A domain that cannot be loaded is left out and said in :meth:`problems`.
        """
        general = self.language_model(language)
        base = self.choice(language)
        domains: dict[str, Any] = {}
        with self._lock:
            gate = self._loading.setdefault(f"{AUTO} {language}", threading.Lock())
        with gate:
            if language in self._adaptive:
                return self._adaptive[language]
            for card in self._suitable(language):
                if card.kind == DOMAIN and base and card.base == base.id and card.domain not in domains:
                    try:
                        domains[card.domain] = self.load(card.id)
                    except ModelError as error:
                        self._problems.append(str(error))
                        log.warning("domain left out: %s", error)
            if domains:
                from ..lm.adaptive import Adaptive

                general = Adaptive(cast("Any", general), domains)
            self._adaptive[language] = general
            return general

    def _suitable(self, language: str) -> list[Card]:
        found = (card for card, _ in self._found.values())
        return [card for card in found if card.language == language and card.kind in _LOADERS]

    def verify(self, model_id: str) -> None:
        """Compare every file with its card. Raises ChecksumError or ModelError."""
        card, folder = self._entry(model_id)
        for entry in card.files:
            path = folder / entry.name
            try:
                size = path.stat().st_size
                digest = sha256_of(path) if size == entry.bytes else ""
            except OSError as error:
                raise ModelError(
                    f"model {model_id}: cannot read {path}: {error.strerror or error}"
                ) from error
            if digest != entry.sha256:
                raise ChecksumError(f"model {model_id}: {path} is damaged; install the model again")

    def _entry(self, model_id: str) -> tuple[Card, Path]:
        try:
            return self._found[model_id]
        except KeyError:
            known = ", ".join(sorted(self._found)) or "none"
            raise ModelError(f"no model {model_id!r}; installed: {known}") from None
