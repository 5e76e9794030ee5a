"""``skoropis train``: a model of your own text, on your own machine."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from skoropis.cli import console
from skoropis.cli.options import Json

EXAMPLES = """Examples:

skoropis train my-notes/ --name cardio

skoropis train my-notes/ --name cardio --budget 30m --replace

skoropis train letters/ --name letters --base none --language ru

torchrun --nproc_per_node 2 -m skoropis_foundry.cli.train my-notes/ --name cardio"""

app = typer.Typer(add_completion=False)


@app.command(epilog=EXAMPLES)
def train(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Your texts: a folder, or one file.")],
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the model is called.")],
    language: Annotated[
        str | None,
        typer.Option("--language", "-l", metavar="CODE", help="en or ru; found in the text without it."),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="ID",
            help="Model to stand on: the language's general one; none: a model by itself.",
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(
            "--size", metavar="SIZE", help="Of the network: tiny, small or base; as the base without it."
        ),
    ] = None,
    budget: Annotated[
        str, typer.Option("--budget", metavar="TIME", help="For everything: 90s, 30m, 1h30m.")
    ] = "10m",
    domain: Annotated[
        str | None, typer.Option("--domain", metavar="NAME", help="Domain to ask for it by; NAME without it.")
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="What is held out and the order of training.")] = 0,
    threads: Annotated[
        int | None, typer.Option("--threads", min=1, help="Processor cores; found out without it.")
    ] = None,
    keep_work: Annotated[
        bool, typer.Option("--keep-work", help="Keep the work folder, which holds your text.")
    ] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a model with the same name.")
    ] = False,
    json: Json = False,
) -> None:
    """Train a model on your own texts and install it; nothing leaves the machine.

    Texts are read, cleaned and cut into text to train and to measure on. The general model's network is tuned
    on them and n-grams are counted; what that brings on text that was held out is shown in the end. When it
    was interrupted, the same command goes on.
    """
    from ..tuning.budget import parse_budget
    from ..tuning.settings import Settings, check, require

    settings = Settings(
        folder=folder,
        name=name,
        budget=parse_budget(budget),
        language=language,
        base=base,
        size=size,
        domain=domain,
        seed=seed,
        threads=threads,
        keep_work=keep_work,
        replace=replace,
    )
    check(settings)  # what is wrong with the command comes before what is missing
    require()
    from ..tuning.run import train as trained

    report = trained(settings)
    if report is None:
        return
    if json:
        console.emit(report)
        return
    from ..tuning.table import show

    show(report)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command by itself, as ``torchrun`` starts it; errors are one line and an exit code all the same."""
    from skoropis.cli import main as cli

    cli.app.command("train", epilog=EXAMPLES)(train)
    try:
        return cli.main(["train", *(sys.argv[1:] if arguments is None else arguments)])
    finally:
        cli.app.registered_commands.pop()


if __name__ == "__main__":
    sys.exit(main())
