"""What a system is to the bench, and ours as one."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

TYPING, CORRECTION = "typing", "correction"
ONCE, REPEAT = "once", "repeat"
"""Whether a system offers again within a word what was passed over."""
OURS = "skoropis"
LEVELS = ("0.5", "typing")
"""When ours applies a mend: from this probability on, as when asked for a correction; as while typing."""


class Running(Protocol):
    """A system that has started; each answer comes with the CPU seconds that it took."""

    def suggest(self, before: str, refused: frozenset[str]) -> tuple[Sequence[str], float]:
        """Words, best first."""

    def correct(self, text: str) -> tuple[str, float]:
        """The text as it should be."""


@dataclass(frozen=True, slots=True)
class Start:
    """A system made ready for one language and one kind of task."""

    stamp: str
    """Version, and what it was trained on: with another stamp, everything is measured anew."""
    open: Callable[[str], AbstractContextManager[Running]]
    """Takes a rule."""


@dataclass(frozen=True, slots=True)
class Peer:
    """One system of the bench."""

    name: str
    rules: dict[str, tuple[str, ...]]
    """Kinds of tasks that it does, and under which rules: see ``ONCE``, ``REPEAT``, ``LEVELS``."""
    languages: tuple[str, ...]
    prepare: Callable[[str, str], Start]
    """Fetches, builds and trains what (language, kind) needs. Raises Missing."""


class _Ours:
    """In this process; one thing or the other is set."""

    def __init__(
        self,
        suggest: Callable[[str, frozenset[str]], Sequence[str]] | None = None,
        correct: Callable[[str], str] | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._suggest, self._correct, self._close = suggest, correct, close

    def __enter__(self) -> _Ours:
        return self

    def __exit__(self, *details: object) -> None:
        self._close()

    def suggest(self, before: str, refused: frozenset[str]) -> tuple[Sequence[str], float]:
        assert self._suggest is not None
        begin = time.process_time()
        words = self._suggest(before, refused)
        return words, time.process_time() - begin

    def correct(self, text: str) -> tuple[str, float]:
        assert self._correct is not None
        begin = time.process_time()
        corrected = self._correct(text)
        return corrected, time.process_time() - begin


def _typing(rule: str) -> _Ours:
    import skoropis

    suite = skoropis.open(deadline_ms=1000)
    suite.suggest("I will see you tom", 3)
    suite.suggest("Я тебя ", 3)

    def suggest(before: str, refused: frozenset[str]) -> list[str]:
        return [offer.text for offer in suite.suggest(before, 3, refused=refused)]

    return _Ours(suggest=suggest, close=suite.close)


def _correction(rule: str) -> _Ours:
    from setting import correctors

    correct = correctors(("en", "ru")).at_level(rule)
    for text in ("hello wrld", "привет мирр", "ghbdtn"):
        correct(text)
    return _Ours(correct=correct)


_PARTS = {
    TYPING: ("core", "plugins/skoropis_predict", "models/skoropis_models"),
    CORRECTION: (
        "core", "plugins/skoropis_autocorrect", "plugins/skoropis_layout", "models/skoropis_models"
    ),
}  # fmt: skip
"""What decides the figures of ours: a change in any of these and they are measured anew."""


def _digest(root: Path, parts: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        for path in sorted((root / part).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and "tests" not in path.parts:
                digest.update(str(path.relative_to(root)).encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:8]


def ours(root: Path) -> Peer:
    """Skoropis of the checkout at ``root``."""

    def prepare(language: str, kind: str) -> Start:
        stamp = f"{version('skoropis')} ({_digest(root, _PARTS[kind])})"
        return Start(stamp, _typing if kind == TYPING else _correction)

    return Peer(OURS, {TYPING: (ONCE, REPEAT), CORRECTION: LEVELS}, ("en", "ru"), prepare)
