"""A progress bar on stderr; nothing at all where there is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from . import console


@contextmanager
def bar(words: str, total: float | None = None) -> Iterator[Callable[[float], None]]:
    """Show ``words``, a bar and the time left; gives a function that advances by an amount.

    The bar is removed in the end, and is not shown without a terminal.
    """
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    screen = console.stderr()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task(words, total=total)
        yield lambda amount: progress.advance(task, amount)
