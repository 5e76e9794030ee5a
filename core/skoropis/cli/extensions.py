"""Commands that other packages bring: one Typer app each, named by entry points.

Group ``skoropis.commands`` holds commands of the root, ``skoropis.commands.models`` those of
``skoropis models``.
"""

from __future__ import annotations

import ast
from contextlib import suppress
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import typer
from typer.core import TyperGroup

from ..errors import ConfigError

GROUP = "skoropis.commands"
OURS = "skoropis"
"""Our own distribution."""


def installed(group: str = GROUP) -> dict[str, EntryPoint]:
    """Entry points by command name; nothing is imported."""
    return {point.name: point for point in entry_points(group=group)}


def own_commands(command: Any) -> dict[str, Any]:
    """The commands of a group by name, with those that this distribution itself brings by entry point."""
    found = dict(getattr(command, "commands", {}))
    if isinstance(command, ExtensibleGroup):
        points = sorted(installed(command.group).items())
        ours = {n: p for n, p in points if n not in found and p.dist is not None and p.dist.name == OURS}
        found |= {name: _load(point) for name, point in ours.items()}
    return found


class ExtensibleGroup(TyperGroup):
    """A command that has others. One from elsewhere is imported when it is called by name, not before.

    So ``skoropis --help`` runs nobody's code: such a command is listed with where it comes from.
    """

    group: ClassVar[str] = GROUP

    def list_commands(self, ctx: Any) -> list[str]:
        """Our own commands in their order, then the others by name."""
        own = list(self.commands)
        return own + sorted(name for name in installed(self.group) if name not in self.commands)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command by name, for listing: one from elsewhere is only described. None when there is none."""
        own = super().get_command(ctx, cmd_name)
        point = installed(self.group).get(cmd_name) if own is None else None
        return own if point is None else _stand_in(point)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the user called: now one from elsewhere is imported."""
        point = installed(self.group).get(args[0]) if args and args[0] not in self.commands else None
        return super().resolve_command(ctx, args) if point is None else (args[0], _load(point), args[1:])


class ModelCommands(ExtensibleGroup):
    """``skoropis models``."""

    group = f"{GROUP}.models"


def _load(point: EntryPoint) -> Any:
    distribution = point.dist.name if point.dist is not None else "an unknown package"
    try:
        loaded = point.load()
    except Exception as error:
        raise ConfigError(
            f"command {point.name!r} of {distribution} cannot be loaded: {type(error).__name__}; reinstall it"
        ) from error
    if not isinstance(loaded, typer.Typer):
        raise ConfigError(f"command {point.name!r} of {distribution} is not a Typer app; tell its author")
    command = typer.main.get_command(loaded)
    command.name = point.name
    return command


def _stand_in(point: EntryPoint) -> Any:
    distribution = point.dist.name if point.dist is not None else "an unknown package"
    told = _docstring(point.module) if distribution == OURS else ""
    app = typer.Typer(add_completion=False)
    app.command(name=point.name, help=told or f"(from {distribution})")(lambda: None)
    return typer.main.get_command(app)


def _docstring(module: str) -> str:
    """What the first line of a module of ours says about its command, read without running the module."""
    package, _, name = module.rpartition(".")
    with suppress(OSError, ValueError, SyntaxError, ImportError, TypeError):
        folder = find_spec(package)
        if folder is not None and folder.submodule_search_locations:
            source = Path(folder.submodule_search_locations[0], f"{name}.py").read_text(encoding="utf-8")
            line = (ast.get_docstring(ast.parse(source)) or "").partition("\n")[0].partition(": ")[2]
            return line[:1].upper() + line[1:]
    return ""
