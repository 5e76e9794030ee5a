"""``skoropis plugins``: what is installed, what runs, what does not and why; trust and second chances."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ConfigError
from . import console
from .options import Json, Trust, opened

if TYPE_CHECKING:
    from ..host.manifest import Manifest

EXAMPLES = """Examples:

skoropis plugins

skoropis plugins trust acme.shout

skoropis plugins reset acme.shout"""

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)
Id = Annotated[str, typer.Argument(metavar="ID", help="As 'skoropis plugins' shows it.")]
_COLOURS = {"on": "green", "off": "yellow", "untrusted": "yellow", "broken": "red"}


@app.callback(epilog=EXAMPLES)
def plugins(context: typer.Context, trust: Trust = None, json: Json = False) -> None:
    """List the installed plugins; trust, untrust or reset one."""
    if context.invoked_subcommand is not None:
        return
    with opened(trust=trust) as suite:
        found = suite.plugins()
    if json:
        for plugin in found:
            console.emit(plugin)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table("plugin", "kinds", "from", "budget", "may use", "state", box=None, pad_edge=False)
    for plugin in found:
        state = Text(plugin.state, style=_COLOURS.get(plugin.state, ""))
        if plugin.reason:
            state.append(f": {plugin.reason}", style="default")
        table.add_row(
            plugin.id,
            ", ".join(plugin.kinds),
            f"{plugin.distribution} {plugin.version}".strip(),
            f"{plugin.budget_ms:g} ms" if plugin.budget_ms else "",
            ", ".join(plugin.permissions),
            state,
        )
    console.stdout().print(table)


@app.command(epilog="Example:\n\nskoropis plugins trust acme.shout")
def trust(plugin: Id) -> None:
    """Let a plugin of somebody else run from now on, with your permissions."""
    from ..host import trust as register

    manifest = _manifest(plugin)
    register.set_trusted(register.trusted() | {plugin})
    asked = ", ".join(manifest.permissions) if manifest else ""
    console.note(f"{plugin} is trusted and runs inside Skoropis; it asks for: {asked or 'nothing'}")


@app.command(epilog="Example:\n\nskoropis plugins untrust acme.shout")
def untrust(plugin: Id) -> None:
    """Take trust back: the plugin no longer runs."""
    from ..host import trust as register

    known = register.trusted()
    if plugin not in known:
        raise ConfigError(
            f"{plugin!r} is not among the trusted plugins: {', '.join(sorted(known)) or 'none'}"
        )
    register.set_trusted(known - {plugin})
    console.note(f"{plugin} is no longer trusted")


@app.command(epilog="Example:\n\nskoropis plugins reset acme.shout")
def reset(plugin: Id) -> None:
    """Forget why a plugin was switched off, so that it is tried again at once."""
    from ..host import health

    if not health.forget(plugin):
        _manifest(plugin)
        console.note(f"nothing was held against {plugin}")
        return
    console.note(f"{plugin} will be tried again")


def _manifest(plugin: str) -> Manifest | None:
    """The manifest of an installed plugin; ConfigError with the known ids for one that is not installed."""
    from ..host.discovery import discover

    known = {found.id: found.manifest for found in discover()}
    if plugin not in known:
        raise ConfigError(
            f"no plugin {plugin!r} is installed; installed: {', '.join(sorted(known)) or 'none'}"
        )
    return known[plugin]
