"""``skoropis models compare``: models beside each other on one text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skoropis.cli import console
from skoropis.cli.options import Json

if TYPE_CHECKING:
    from ..compare import Compared

EXAMPLES = """Examples:

skoropis models compare en-general en-general-4bit --text notes.txt

skoropis models compare en-general ./my-model ./neural.onnx --text notes.txt --plot models.png"""


app = typer.Typer(add_completion=False)


@app.command(epilog=EXAMPLES)
def compare(
    models: Annotated[
        list[str],
        typer.Argument(
            metavar="MODEL...", help="Ids, folders, or .onnx files that lie beside their pieces.model."
        ),
    ],
    text: Annotated[
        Path | None,
        typer.Option("--text", metavar="FILE", help="Text to predict; a short one of ours without it."),
    ] = None,
    lines: Annotated[int, typer.Option("--lines", min=1, help="Lines of the text that are read.")] = 150,
    plot: Annotated[
        Path | None, typer.Option("--plot", metavar="FILE", help="Draw a picture too: .png, .svg or .pdf.")
    ] = None,
    json: Json = False,
) -> None:
    """Compare models: size, fit to a text, right next words, time of a word, memory.

    Every model is measured by itself in a fresh process, on one core.
    """
    from skoropis.cli.progress import bar

    from ..compare import compare as measured

    text = text or _own(models)
    with bar("measuring", total=len(models)) as advance:
        rows = measured(models, text, lines, lambda _: advance(1))
    if json:
        for row in rows:
            console.emit(row)
    else:
        _table(rows)
    if plot is not None:
        from ..plot import plot as draw

        draw(rows, plot)
        console.note(f"the picture is in {plot}")


def _own(models: list[str]) -> Path:
    """The text of the demo, in the language of the first model that tells one."""
    import skoropis.cli
    from skoropis.models.host import ModelHost

    known = {card.id: card.language for card in ModelHost().cards()}
    language = next((known[model] for model in models if model in known), "en")
    console.note("without --text only a paragraph of ours is read: too little to tell like models apart")
    name = f"demo_{language if language in ('en', 'ru') else 'en'}.txt"
    return Path(skoropis.cli.__file__).parent / "data" / name


def _table(rows: list[Compared]) -> None:
    from rich.markup import escape
    from rich.table import Table

    heads = (
        "model",
        "size",
        "perplexity",
        "bits a character",
        "next word in 1 / 3",
        "a word, p50 / p99",
        "RSS",
    )
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(
            escape(row.model),
            f"{row.bytes / 1e6:.1f} MB",
            f"{row.perplexity:.1f}",
            f"{row.bits_per_character:.3f}",
            f"{100 * row.top1:.1f} / {100 * row.top3:.1f} %",
            f"{row.step_p50_ms:.2f} / {row.step_p99_ms:.2f} ms",
            f"{row.rss_mb:.0f} MB",
        )
    console.stdout().print(table)
