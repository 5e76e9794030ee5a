"""One plugin at run time: its lane, its breaker and the objects that it provides."""

from __future__ import annotations

import inspect
import threading
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from ..errors import SkoropisError
from ..memory import release
from .breaker import Breaker, Health
from .discovery import Found
from .lane import Call, Lane
from .manifest import Manifest, Provided

# What a constructor may name, and the permission that it takes.
GRANTS: Mapping[str, str | None] = {
    "models": "models", "profile": "profile", "settings": None, "config_folder": "files",
}  # fmt: skip


class PluginRuntime:
    """Starts a plugin's objects on its own thread and calls them there."""

    def __init__(self, found: Found, manifest: Manifest, grants: Mapping[str, Any], health: Health) -> None:
        self.found = found
        self.manifest = manifest
        self.breaker = Breaker(health)
        self.error: SkoropisError | None = None
        """Why it could not start, when it said so itself."""
        self._grants = grants
        self._lane: Lane | None = None
        self._objects: dict[str, Any] = {}
        self._starting: dict[str, Call] = {}
        self._gate = threading.Lock()

    @property
    def id(self) -> str:
        """The id in its manifest."""
        return self.manifest.id

    def provides(self, kind: str) -> Provided | None:
        """What it offers of a kind."""
        return next((p for p in self.manifest.provides if p.kind == kind), None)

    def start(self, kind: str, wait: float) -> bool:
        """Make the object of this kind, waiting up to ``wait`` seconds; whether it is ready.

        Raises whatever its import or constructor raised. Who does not wait never blocks, not even behind
        another thread that does.
        """
        if kind in self._objects:
            return True
        if not self._gate.acquire(timeout=wait):
            return False
        try:
            if kind in self._objects:
                return True
            provided = self.provides(kind)
            if provided is None:
                raise KeyError(kind)
            call = self._starting.get(kind)
            if call is None:
                call = self._starting[kind] = self._submit(lambda: self._make(provided))
            if not call.done.wait(wait):
                return False
            del self._starting[kind]
            if call.error is not None:
                raise call.error
            self._objects[kind] = call.result
            release()
            return True
        finally:
            self._gate.release()

    def call(self, kind: str, work: Callable[[Any], Any]) -> Call:
        """Run ``work(object)`` on the plugin's thread."""
        target = self._objects[kind]
        return self._submit(lambda: work(target))

    def close(self) -> None:
        """Let the thread end."""
        if self._lane is not None:
            self._lane.close()

    def _submit(self, work: Callable[[], Any]) -> Call:
        if self._lane is None:
            self._lane = Lane(self.id)
        return self._lane.submit(work)

    def _make(self, provided: Provided) -> Any:
        module, name = provided.object.split(":")
        factory = getattr(import_module(module), name)
        arguments = {}
        for parameter in inspect.signature(factory).parameters.values():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            permission = GRANTS.get(parameter.name)
            granted = parameter.name in GRANTS and (
                permission is None or permission in self.manifest.permissions
            )
            if granted:
                arguments[parameter.name] = self._grants[parameter.name]
            elif parameter.default is parameter.empty:
                raise PermissionError(parameter.name)
        return factory(**arguments)


def describe_fault(error: BaseException) -> str:
    """Say what failed and where, without the message: that may quote what the user wrote."""
    if isinstance(error, SkoropisError):
        return str(error)
    if isinstance(error, PermissionError) and error.args and error.args[0] in GRANTS:
        return (
            f"asks for {error.args[0]!r} without the permission {GRANTS[error.args[0]]!r} in its plugin.toml"
        )
    frames = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"raised {type(error).__name__}{where}"
