"""``skoropis doctor``: what is installed, what is broken, and the command that mends it."""

from __future__ import annotations

import typer

from . import console
from .checks import Check, all_checks
from .options import Json

EXAMPLES = """Examples:

skoropis doctor

skoropis doctor --json"""

_STYLES = {"ok": "green", "note": "yellow", "broken": "bold red"}


def doctor(json: Json = False) -> None:
    """Check everything Skoropis needs; the exit code is 1 when something is broken."""
    broken = 0
    screen = console.stderr() if json else console.stdout()
    for check in all_checks():
        broken += check.state == "broken"
        if json:
            console.emit(check)
            continue
        _show(check)
    if not json:
        screen.print(f"\n{broken} broken" if broken else "\nEverything that is needed is there.")
    if broken:
        raise typer.Exit(1)


def _show(check: Check) -> None:
    from rich.text import Text

    line = Text(f"{check.state:>7}", style=_STYLES[check.state])
    line.append(f"  {check.what}", style="default")
    if check.found:
        line.append(f"  {check.found}", style="dim")
    screen = console.stdout()
    screen.print(line, soft_wrap=True)
    if check.remedy:
        screen.print(f"         -> {check.remedy}", markup=False, soft_wrap=True)
