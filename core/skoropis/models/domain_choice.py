"""Which domain a text is read in: the one that was named, else the application's, else none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from ..errors import ConfigError, InputError, ModelError
from ..types import Context, Notice
from .domain_rules import DomainRules
from .host import ModelHost
from .weighing import AUTO, GENERAL

SOURCE = "skoropis.domains"
RETRY = 60.0
"""Seconds after which a domain that could not be loaded is tried again."""


class DomainChoice:
    """Fills in ``Context.domain``, and loads what it asks for beside the typing. Safe from several threads.

    A name decides, that of the context before that of the suite. Where none is given, or ``auto``, a rule for
    the application does, if its domain is installed; else ``auto`` follows the text, and no name means the
    general model. A domain serves once its models of all languages are loaded.
    """

    def __init__(
        self,
        models: ModelHost,
        name: str | None = None,
        rules: DomainRules | None = None,
        tell: Callable[[Notice], None] = lambda notice: None,
    ) -> None:
        """``tell`` is told of a name that no model has, and of a model that cannot be loaded."""
        self._models = models
        self._rules = rules or DomainRules()
        self._tell = tell
        self._ready: set[str] = set()
        self._failed: dict[str, float] = {}  # when it may be tried again
        self._loading: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._name: str | None = None
        self.name = name

    @classmethod
    def open(cls, models: ModelHost, name: str | None, tell: Callable[[Notice], None]) -> DomainChoice:
        """With the user's rules; if they cannot be used, with a notice and without them."""
        try:
            rules = DomainRules.load()
        except ConfigError as error:
            tell(Notice(SOURCE, f"{error}; its rules are left out"))
            rules = DomainRules()
        return cls(models, name, rules, tell)

    @property
    def name(self) -> str | None:
        """The domain of texts that name none themselves. Setting it may raise InputError."""
        return self._name

    @name.setter
    def name(self, name: str | None) -> None:
        if name is not None and (not isinstance(name, str) or not name):
            raise InputError("a domain is a name such as 'medical', 'auto' or None")
        installed = self._installed()
        if name not in (None, AUTO, GENERAL) and name not in installed:
            there = ", ".join(sorted(installed)) or "none"
            self._tell(Notice(SOURCE, f"no model has the domain {name!r}; installed domains: {there}"))
        self._failed.pop(name or GENERAL, None)
        self._name = name

    def settle(self, context: Context) -> Context:
        """``context`` with the domain that it is read in.

        Never waits: a domain that was not loaded yet is loaded on a thread of its own, and until it is there
        the general model serves. One that gave way to the memory budget is loaded again by who asks for it.
        """
        domain = self._wanted(context)
        if domain is not None and not self._serves(domain):
            if self._may_try(domain):
                self._begin(domain)
            domain = None
        return context if domain == context.domain else replace(context, domain=domain)

    def load(self, context: Context) -> None:
        """Wait until the domain that ``context`` is read in is in memory."""
        domain = self._wanted(context)
        if domain is not None and not self._serves(domain) and self._may_try(domain):
            self._load(domain)

    def _wanted(self, context: Context) -> str | None:
        named = self._name if context.domain is None else context.domain
        if named not in (None, AUTO):
            return named
        ruled = self._rules.domain(context.app)
        return ruled if ruled in (AUTO, GENERAL) or ruled in self._installed() else named

    def _may_try(self, domain: str) -> bool:
        return time.monotonic() >= self._failed.get(domain, 0.0)

    def _serves(self, domain: str) -> bool:
        """Whether asking for ``domain`` loads nothing. One that is not installed is the general model."""
        if domain == GENERAL or domain in self._ready:
            return True
        return domain != AUTO and domain not in self._installed()

    def _installed(self) -> set[str]:
        """Domains with a model in any of the languages, apart from the general one."""
        models = self._models
        return {d for language in models.languages for d in models.domains(language)} - {GENERAL}

    def _begin(self, domain: str) -> None:
        with self._lock:
            if domain in self._loading:
                return
            self._loading[domain] = threading.Lock()
        # No daemon: an interpreter that ends while native code reads a model would abort. It waits instead.
        threading.Thread(target=self._load, args=(domain,), name=f"skoropis-domain-{domain}").start()

    def _load(self, domain: str) -> None:
        with self._lock:
            gate = self._loading.setdefault(domain, threading.Lock())
        with gate:
            if domain in self._ready:
                return
            try:
                for language in self._models.languages:
                    if domain == AUTO or domain in self._models.domains(language):
                        self._models.language_model(language, domain)
                self._ready.add(domain)
                self._failed.pop(domain, None)
            except ModelError as error:
                told, self._failed[domain] = domain in self._failed, time.monotonic() + RETRY
                if not told:
                    self._tell(Notice(SOURCE, f"{error}; the general model is used instead"))
            finally:
                with self._lock:
                    self._loading.pop(domain, None)
