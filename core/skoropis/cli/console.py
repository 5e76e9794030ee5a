"""Where a command writes: results to stdout, everything else to stderr, colours only on a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

WIDE = 160
"""Columns when there is no terminal: a log or a pipe has no edge to wrap at."""


def stdout() -> Console:
    """A console for results meant for people; machine output goes through :func:`write` and :func:`emit`."""
    return _console(error=False)


def stderr() -> Console:
    """A console for progress, edits and notes."""
    return _console(error=True)


def is_terminal() -> bool:
    """Whether results go to a person's screen."""
    return sys.stdout.isatty()


def write(text: str) -> None:
    """Write ``text`` to stdout as UTF-8, exactly: no newline added, none translated."""
    data = text.encode("utf-8", "surrogateescape")
    sys.stdout.flush()
    buffer = getattr(sys.stdout, "buffer", None)
    if buffer is None:  # replaced by a text-only stream, as some embedders do
        sys.stdout.write(text)
    else:
        buffer.write(data)
        buffer.flush()


def emit(document: Any) -> None:
    """Write one JSON document on one line. Dataclasses and msgspec structs are written as objects."""
    import msgspec

    write(msgspec.json.encode(document).decode() + "\n")


def note(message: str) -> None:
    """One line to stderr that is not an error."""
    print(f"skoropis: note: {message}", file=sys.stderr)


def problem(message: str) -> None:
    """One line to stderr about something that failed."""
    print(f"skoropis: error: {message}", file=sys.stderr)


def _console(*, error: bool) -> Console:
    from rich.console import Console

    console = Console(stderr=error, highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console = Console(stderr=error, highlight=False, no_color=True, width=WIDE)
    return console
