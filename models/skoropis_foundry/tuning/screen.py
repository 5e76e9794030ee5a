"""What the user sees of a training while it runs: the stage, how far it is, the time left; on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from skoropis.cli import console

from .budget import Budget, spoken

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

STAGES = (
    "reading the texts",
    "counting words",
    "measuring the base",
    "training the network",
    "packing the network",
    "weighing the voices",
    "measuring the model",
    "installing",
)


class Stage:
    """One stage on the screen."""

    def __init__(self, progress: Progress | None = None, task: TaskID | None = None) -> None:
        self._progress, self._task = progress, task

    def done(self, share: float, detail: str = "") -> None:
        """Say how far it is: ``share`` between 0 and 1."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=share, detail=detail)


class Screen:
    """A bar for each stage on a terminal; a line for each stage where there is none; or nothing."""

    def __init__(self, budget: Budget, *, silent: bool = False) -> None:
        self._budget, self._silent = budget, silent
        self.seconds: dict[str, float] = {}
        """How long each stage took."""

    def note(self, text: str) -> None:
        """One line that stays."""
        if not self._silent:
            console.note(text)

    @contextmanager
    def stage(self, name: str) -> Iterator[Stage]:
        """Show that stage ``name`` of :data:`STAGES` runs."""
        begun = self._budget.spent
        title = f"{STAGES.index(name) + 1}/{len(STAGES)} {name}"
        screen = console.stderr()
        try:
            if self._silent:
                yield Stage()
            elif not screen.is_terminal:
                print(
                    f"skoropis: {title}, {spoken(max(self._budget.left, 0))} left",
                    file=sys.stderr,
                    flush=True,
                )
                yield Stage()
            else:
                with self._bar() as progress:
                    yield Stage(progress, progress.add_task(title, total=1.0, detail=""))
        finally:
            self.seconds[name] = round(self._budget.spent - begun, 1)

    def _bar(self) -> Progress:
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("left:"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[detail]}"),
            console=console.stderr(),
            transient=True,
        )
