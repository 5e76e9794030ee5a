"""``skoropis models``: what models are installed, whether they are whole; adding and removing your own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError, ModelError
from . import console
from .extensions import ModelCommands
from .options import Json

if TYPE_CHECKING:
    from ..models.card import Card
    from ..models.host import ModelHost

EXAMPLES = """Examples:

skoropis models

skoropis models --json

skoropis models add en-cardio.zip

skoropis models remove en-cardio

skoropis models verify"""

app = typer.Typer(cls=ModelCommands, invoke_without_command=True, no_args_is_help=False)
_FROM = {"package": "the package", "installed": "you added it", "SKOROPIS_MODELS": "SKOROPIS_MODELS"}


@app.callback(epilog=EXAMPLES)
def models(context: typer.Context, json: Json = False) -> None:
    """List the installed models; add, remove or verify them."""
    if context.invoked_subcommand is None:
        _list(json)


@app.command("list", epilog="Examples:\n\nskoropis models list\n\nskoropis models list --json")
def list_models(json: Json = False) -> None:
    """List the installed models with their size, where they come from, and how good they are."""
    _list(json)


@app.command(
    epilog="Examples:\n\nskoropis models add en-cardio.zip\n\nskoropis models add ./en-cardio --replace"
)
def add(
    source: Annotated[
        Path, typer.Argument(metavar="SOURCE", help="Folder of a model, or a .zip or .tar.gz of one.")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a model with the same id.")
    ] = False,
    json: Json = False,
) -> None:
    """Install a model for yourself, checked against its card; the network is not used.

    Programs that run take it over when they call ModelHost.refresh(), others when they start again. If
    anything goes wrong, the models that are installed stay as they are.
    """
    from ..models import install
    from ..models.host import ModelHost

    before = ModelHost()
    added = install.add(source, replace=replace)
    if json:
        console.emit({**asdict(added), "folder": str(added.folder)})
    else:
        over = f" in place of {added.replaced}" if added.replaced is not None else ""
        console.write(f"{added.id} {added.version} is installed{over}: {added.folder}\n")
    after = ModelHost()
    for line in _consequences(added.id, added.folder, before, after):
        console.note(line)


@app.command(epilog="Examples:\n\nskoropis models remove en-cardio\n\nskoropis models remove en-cardio --yes")
def remove(
    model: Annotated[str, typer.Argument(metavar="ID", help="As 'skoropis models' shows it.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    json: Json = False,
) -> None:
    """Remove a model that you added; those that came with the package stay."""
    from ..models import install
    from ..models.host import ModelHost

    folder = install.removable(model)
    if not yes:
        if json or not sys.stdin.isatty():
            raise InputError(f"give --yes to remove {model} without being asked")
        typer.confirm(f"Remove {model} ({folder})?", abort=True, err=True)
    install.remove(model)
    if json:
        console.emit({"id": model, "folder": str(folder), "removed": True})
    else:
        console.write(f"{model} is removed\n")
    for card in ModelHost().cards():
        if card.id == model:
            console.note(f"{model} {card.version} of {_origin(ModelHost(), card)} is used again")


@app.command(epilog="Example:\n\nskoropis models verify en-general")
def verify(
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Models; all without any.")
    ] = None,
    json: Json = False,
) -> None:
    """Compare every file of a model with the sha256 on its card."""
    from ..models.host import ModelHost

    host = ModelHost()
    failed = False
    for model in ids or [card.id for card in host.cards()]:
        try:
            host.verify(model)
            trouble = ""
        except ModelError as error:
            trouble = str(error)
            failed = True
        if json:
            console.emit({"id": model, "ok": not trouble, "problem": trouble})
        else:
            console.write(f"{model}: {'damaged' if trouble else 'whole'}\n")
            if trouble:
                console.problem(trouble)
    if failed:
        raise typer.Exit(1)


def _list(json: bool) -> None:
    from ..models import install
    from ..models.host import ModelHost

    install.tidy()
    host = ModelHost()
    cards = host.cards()
    for line in host.problems():
        console.note(line)
    if json:
        for card in cards:
            console.emit(_document(host, card))
        return
    if not cards:
        console.note("no models are installed; see: skoropis doctor")
        return
    _table(host, cards)


def _document(host: ModelHost, card: Card) -> dict[str, object]:
    import msgspec

    from ..models.sources import origin_of

    folder = host.folder(card.id)
    where = {"bytes": card.bytes, "origin": origin_of(folder), "folder": str(folder)}
    return {**msgspec.to_builtins(card), **where}


def _consequences(model: str, folder: Path, before: ModelHost, after: ModelHost) -> Iterator[str]:
    """What else changed by the new model, or hinders it."""
    card = next(card for card in after.cards() if card.id == model)
    if after.folder(model) != folder:
        yield f"{model} of {_origin(after, card)} comes first: {after.folder(model)}"
    old, new = (host.choice(card.language, card.domain) for host in (before, after))
    if old is not None and new is not None and old.id != new.id and old.domain == new.domain:
        yield f"{new.id} is used for {new.language} {new.domain} from now on, no longer {old.id}"


def _origin(host: ModelHost, card: Card) -> str:
    from ..models.sources import origin_of

    return _FROM[origin_of(host.folder(card.id))]


def _table(host: ModelHost, cards: tuple[Card, ...]) -> None:
    from rich.markup import escape
    from rich.table import Table

    heads = ("model", "version", "language", "domain", "size", "from", "licence")
    table = Table(*heads, box=None, pad_edge=False)
    for card in cards:
        size = f"{card.bytes / 1e6:.1f} MB"
        cells = (card.id, card.version, card.language, card.domain, size, _origin(host, card), card.licence)
        table.add_row(*map(escape, cells))
    screen = console.stdout()
    screen.print(table)
    for card in cards:
        screen.print(f"\n[bold]{escape(card.id)}[/bold]  {escape(card.description)}", soft_wrap=True)
        if not card.metrics:
            continue
        figures = Table("figure", "set", "value", "", box=None, pad_edge=False, padding=(0, 2, 0, 2))
        for metric in card.metrics:
            row = (metric.name, f"{metric.set} ({metric.split})", f"{metric.value:g}", metric.unit)
            figures.add_row(*map(escape, row))
        screen.print(figures)
