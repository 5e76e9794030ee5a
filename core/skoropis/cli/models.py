"""``skoropis models``: what models are installed, and whether they are whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import ModelError
from . import console
from .options import Json

if TYPE_CHECKING:
    from ..models.card import Card

EXAMPLES = """Examples:

skoropis models

skoropis models --json

skoropis models verify"""

app = typer.Typer(invoke_without_command=True, no_args_is_help=False)


@app.callback(epilog=EXAMPLES)
def models(context: typer.Context, json: Json = False) -> None:
    """List the installed models, or verify them."""
    if context.invoked_subcommand is not None:
        return
    from ..models.host import ModelHost

    host = ModelHost()
    cards = host.cards()
    for line in host.problems():
        console.note(line)
    if json:
        for card in cards:
            console.emit(card)
        return
    if not cards:
        console.note("no models are installed; see: skoropis doctor")
        return
    _table(cards)


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


def _table(cards: tuple[Card, ...]) -> None:
    from rich.table import Table

    table = Table("model", "version", "language", "domain", "size", "licence", box=None, pad_edge=False)
    for card in cards:
        size = f"{card.bytes / 1e6:.1f} MB"
        table.add_row(card.id, card.version, card.language, card.domain, size, card.licence)
    screen = console.stdout()
    screen.print(table)
    for card in cards:
        screen.print(f"\n[bold]{card.id}[/bold]  {card.description}", soft_wrap=True)
        if not card.metrics:
            continue
        figures = Table("figure", "set", "value", "", box=None, pad_edge=False, padding=(0, 2, 0, 2))
        for metric in card.metrics:
            figures.add_row(metric.name, f"{metric.set} ({metric.split})", f"{metric.value:g}", metric.unit)
        screen.print(figures)
