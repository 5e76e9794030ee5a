"""The plugin host: finds plugins, asks all that offer a kind, and waits for none beyond the deadline."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from ..errors import SkoropisError
from ..types import Notice
from . import health
from .breaker import Health
from .discovery import Found, discover
from .runtime import PluginRuntime, describe_fault
from .trust import trusted

log = logging.getLogger(__name__)

T = TypeVar("T")
START_LIMIT = 60.0
"""Seconds that a plugin may take to load its models before it counts as late."""


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """What ``skoropis plugins`` shows."""

    id: str
    name: str
    version: str
    distribution: str
    kinds: tuple[str, ...]
    permissions: tuple[str, ...]
    budget_ms: float
    lane: Literal["thread"]
    state: Literal["on", "off", "untrusted", "broken"]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What one plugin said, or the error that it reported on purpose."""

    plugin: str
    value: T | None
    error: SkoropisError | None = None


class PluginHost:
    """Discovers, starts, asks and watches plugins. Safe to use from several threads."""

    def __init__(
        self,
        grants: Mapping[str, Any],
        *,
        trust: Collection[str] = (),
        found: Iterable[Found] | None = None,
        on_notice: Callable[[Notice], None] | None = None,
    ) -> None:
        """``grants``: what may be handed to constructors. ``found`` replaces discovery, for tests."""
        self._found = tuple(discover() if found is None else found)
        self._trusted = frozenset(trust) | trusted()
        self._notices: list[Notice] = []
        self._on_notice = on_notice
        known = health.load()
        self._plugins = [
            PluginRuntime(f, f.manifest, grants, known.get(f.id, Health()))
            for f in self._found
            if f.manifest is not None and (f.own or f.id in self._trusted)
        ]

    def ask(
        self,
        kind: str,
        work: Callable[[Any], Any],
        check: Callable[[Any, str], T],
        *,
        deadline: float | None,
        patient: bool = False,
        only: str | None = None,
    ) -> list[Answer[T]]:
        """Call every plugin of a kind and return what is ready at the deadline, in the order of discovery.

        ``work(object)`` runs on the plugin's thread; ``check(answer, plugin_id)`` may raise ValueError.
        ``deadline``: seconds; None waits for as long as it takes. Starting (imports, models) does not count,
        but only our own plugins are waited for, unless ``patient``. ``only`` asks a single plugin.
        """
        plugins = [p for p in self._plugins if p.provides(kind) and (only is None or p.id == only)]

        def start_limit(plugin: PluginRuntime) -> float:
            return START_LIMIT if patient or plugin.found.own else 0.0

        ready = [p for p in plugins if p.breaker.allows() and self._started(p, kind, start_limit(p))]
        end = None if deadline is None else time.monotonic() + deadline
        calls = [(p, p.call(kind, work)) for p in ready]
        answers = []
        for plugin, call in calls:
            left = None if end is None else max(0.0, end - time.monotonic())
            if not call.done.wait(left):
                call.abandoned = True
                self._late(plugin, deadline or 0.0)
                continue
            answer = self._judge(plugin, call.result, call.error, check)
            if answer is not None:
                answers.append(answer)
        answered = {a.plugin for a in answers}
        return answers + [Answer(p.id, None, p.error) for p in plugins if p.error and p.id not in answered]

    def warm(self, *kinds: str, patience: float = 0.0) -> None:
        """Start all plugins of some kinds, side by side, and wait until our own are ready.

        Those of others are waited for no longer than ``patience`` seconds in all.
        """
        wanted = [(plugin, kind) for kind in kinds for plugin in self._plugins if plugin.provides(kind)]
        wanted.sort(key=lambda pair: not pair[0].found.own)
        for plugin, kind in wanted:
            if plugin.breaker.allows():
                self._started(plugin, kind, 0.0)
        end = time.monotonic() + patience
        for plugin, kind in wanted:
            if plugin.breaker.allows():
                left = max(0.0, end - time.monotonic())
                self._started(plugin, kind, START_LIMIT if plugin.found.own else left)

    def info(self) -> tuple[PluginInfo, ...]:
        """All plugins that were found and how they are."""
        running = {p.id: p for p in self._plugins}
        return tuple(self._describe(found, running.get(found.id)) for found in self._found)

    def notices(self) -> tuple[Notice, ...]:
        """What the user should have been told so far."""
        return tuple(self._notices)

    def mention(self, plugin: str, message: str) -> None:
        """Tell the user, once, what a plugin reported on purpose while nobody was there to hear it."""
        if not any(told.source == plugin and message in told.message for told in self._notices):
            self._say(Notice(plugin, message))

    def close(self) -> None:
        """Let all threads end; none is waited for."""
        for plugin in self._plugins:
            plugin.close()

    def _started(self, plugin: PluginRuntime, kind: str, seconds: float) -> bool:
        try:
            if plugin.start(kind, seconds):
                return True
        except SkoropisError as error:
            plugin.error = error
            self._fault(plugin, str(error))
            return False
        except BaseException as error:  # noqa: BLE001 - whatever a stranger's code raises ends here
            self._fault(plugin, describe_fault(error))
            return False
        if seconds >= START_LIMIT:
            self._late(plugin, START_LIMIT)
        return False

    def _judge(
        self, plugin: PluginRuntime, result: Any, error: BaseException | None, check: Callable[[Any, str], T]
    ) -> Answer[T] | None:
        if isinstance(error, SkoropisError):  # bad input, a missing model: said to the caller, no fault
            return Answer(plugin.id, None, error)
        if error is not None:
            self._fault(plugin, describe_fault(error))
            return None
        try:
            value = check(result, plugin.id)
        except (ValueError, TypeError, AttributeError) as wrong:
            self._fault(
                plugin, str(wrong) if isinstance(wrong, ValueError) else "answered something malformed"
            )
            return None
        plugin.error = None
        if plugin.breaker.succeeded():
            health.record(plugin.id, plugin.breaker.health)
        return Answer(plugin.id, value)

    def _late(self, plugin: PluginRuntime, seconds: float) -> None:
        if plugin.breaker.overran(seconds * 1000):
            self._tell(plugin)

    def _fault(self, plugin: PluginRuntime, reason: str) -> None:
        if plugin.breaker.failed(reason):
            self._tell(plugin)

    def _tell(self, plugin: PluginRuntime) -> None:
        reason = plugin.breaker.health.reason
        health.record(plugin.id, plugin.breaker.health)
        self._say(Notice(plugin.id, f"switched off for now: {reason}; see: skoropis plugins"))

    def _say(self, notice: Notice) -> None:
        self._notices.append(notice)
        log.warning("%s: %s", notice.source, notice.message)
        if self._on_notice is not None:
            self._on_notice(notice)

    @staticmethod
    def _describe(found: Found, plugin: PluginRuntime | None) -> PluginInfo:
        manifest = found.manifest
        if manifest is None:
            return PluginInfo(
                found.id,
                found.id,
                found.version,
                found.distribution,
                (),
                (),
                0.0,
                "thread",
                "broken",
                found.problem,
            )
        state: Literal["on", "off", "untrusted", "broken"] = "on"
        reason = ""
        if plugin is None:
            state, reason = "untrusted", f"not yet allowed to run: skoropis plugins trust {found.id}"
        elif plugin.breaker.health.reason:
            reason = plugin.breaker.health.reason
            state = "on" if plugin.breaker.allows() else "off"
            if state == "on":
                reason = f"tried again at next use; was off: {reason}"
        return PluginInfo(
            id=found.id,
            name=manifest.name,
            version=found.version,
            distribution=found.distribution,
            kinds=tuple(p.kind for p in manifest.provides),
            permissions=manifest.permissions,
            budget_ms=max(p.budget_ms for p in manifest.provides),
            lane="thread",
            state=state,
            reason=reason,
        )
