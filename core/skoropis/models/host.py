"""The model host: knows every installed model, loads each once, at first use, and shares it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ChecksumError, ModelError
from ..files import sha256_of
from .card import Card, read_card
from .sources import model_folders, model_roots

if TYPE_CHECKING:
    from ..protocols import LanguageModel

log = logging.getLogger(__name__)

GENERAL = "general"
# What can load a kind of model: module and class with ``load(folder)``. Imported when a model is wanted.
_LOADERS = {"ngram": ("skoropis.lm.ngram", "NGram"), "blend": ("skoropis.lm.blend", "Blend")}


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

    def language_model(self, language: str, domain: str | None = None) -> LanguageModel:
        """The model for ``language`` and ``domain``, or the general one when the domain has none.

        Raises ModelError when there is no model for the language or its files are damaged.
        """
        for wanted in dict.fromkeys((domain or GENERAL, GENERAL)):
            for card, _ in self._found.values():
                if card.language == language and card.domain == wanted and card.kind in _LOADERS:
                    return self.load(card.id)
        searched = ", ".join(str(root) for root in model_roots())
        raise ModelError(f"no language model for {language!r}; looked in {searched}")

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
                self._loaded[model_id] = getattr(import_module(module), name).load(folder)
            return self._loaded[model_id]

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
