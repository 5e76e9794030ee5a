"""The snippets in force: the file is looked at on a thread of its own, never by who types."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path

from skoropis.api import ConfigError

from .snippets import LARGEST, merged, parse

FILE = "snippets.toml"
EVERY = 1.0
"""Seconds between two looks at the file, while somebody types."""
_MISSING, _UNKNOWN = (0, 0, 0), (0, 0, 1)
"""In place of what tells one state of the file from another."""


class Store:
    """Snippets by trigger. A file that cannot be used leaves those that were there."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        """``clock``: seconds. The file is read now; the first :meth:`get` says if it cannot be used."""
        self._path = path
        self._clock = clock
        source = files(__package__).joinpath("data/builtin.toml").read_bytes()
        self._builtin = parse(source, "builtin.toml")
        self._snippets: Mapping[str, str] = merged(self._builtin, {})
        self._problem: ConfigError | None = None
        self._seen = _MISSING
        self._looked = clock()
        self._looking = threading.Lock()
        self._look()

    def get(self) -> Mapping[str, str]:
        """What is in force. Costs microseconds: a change of the file counts from a later call on.

        Raises ConfigError once for each time that the file was found to be unusable.
        """
        now = self._clock()
        if now - self._looked >= EVERY and not self._looking.locked():
            self._looked = now
            threading.Thread(target=self._look, name="skoropis-snippets", daemon=True).start()
        problem, self._problem = self._problem, None
        if problem is not None:
            raise problem
        return self._snippets

    def _look(self) -> None:
        """Read the file if it is another one than before."""
        with self._looking:
            try:
                state = self._path.stat()
                seen = (state.st_mtime_ns, state.st_ctime_ns, state.st_size)
            except FileNotFoundError:
                seen = _MISSING
            except OSError:
                seen = _UNKNOWN
            if seen == self._seen:
                return
            self._seen = seen
            try:
                self._snippets = merged(self._builtin, {} if seen == _MISSING else self._read())
            except ConfigError as error:
                self._problem = error

    def _read(self) -> dict[str, str]:
        try:
            with self._path.open("rb") as file:
                return parse(file.read(LARGEST + 1), FILE)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ConfigError(f"cannot read {FILE}: {reason}; the snippets stay as they were") from error
