"""``skoropis compress``: a smaller model from one that is there, step by step."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skoropis.cli import console
from skoropis.cli.options import Json
from skoropis.errors import ConfigError, InputError

if TYPE_CHECKING:
    from ..neural.compress import Compression, Measured, Step, Wishes

EXAMPLES = """Examples:

skoropis compress en-general --bits 4 --text notes/ --minutes 5

skoropis compress en-general --prune 0.3 --bits 4 --text notes.txt --name en-small

skoropis compress network.pt --student tiny --bits none --text notes.txt

skoropis compress neural.onnx --bits 8"""

app = typer.Typer(add_completion=False)
_BITS = {"2": 2, "4": 4, "8": 8, "none": None}


@app.command(epilog=EXAMPLES)
def compress(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL", help="Id, folder, or a .onnx or .pt file that lies beside its pieces.model."
        ),
    ],
    bits: Annotated[str, typer.Option("--bits", help="Of each weight: 8, 4, 2, or none for floats.")] = "4",
    embedding_bits: Annotated[
        int | None, typer.Option("--embedding-bits", help="Of the embeddings, where they shall have others.")
    ] = None,
    prune: Annotated[
        float, typer.Option("--prune", min=0, max=0.9, metavar="SHARE", help="Units to remove, as 0.3.")
    ] = 0,
    trim: Annotated[
        int | None,
        typer.Option("--trim", min=0, metavar="N", help="Pieces to keep; 0: those that the text uses."),
    ] = None,
    student: Annotated[
        str | None, typer.Option("--student", help="A new network of this size learns: tiny, small, base.")
    ] = None,
    distil_from: Annotated[
        str | None,
        typer.Option("--distil-from", metavar="MODEL", help="Who teaches; the model itself without it."),
    ] = None,
    text: Annotated[
        list[Path] | None,
        typer.Option("--text", metavar="PLACE", help="Your text: a file or folder; may be given again."),
    ] = None,
    minutes: Annotated[float, typer.Option("--minutes", min=0, help="Of training, for each step.")] = 5,
    name: Annotated[
        str | None, typer.Option("--name", metavar="ID", help="Of the new model; made up without it.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="Where its folder is put: your models.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Take the place of what has that name.")] = False,
    threads: Annotated[int, typer.Option("--threads", min=1, help="Processor cores.")] = 1,
    seed: Annotated[int, typer.Option("--seed", help="Of everything that is drawn.")] = 0,
    json: Json = False,
) -> None:
    """Make a model smaller: trim its pieces, distil, prune, and keep its weights in few bits.

    Steps run in this order; leave out what you do not want. A tenth of your text is never learned from: every
    step is measured on it. Interrupted, the same command goes on where it was.
    """
    if bits not in _BITS or embedding_bits not in (None, 2, 4, 8):
        raise InputError("weights have 8, 4 or 2 bits, or none to leave them as floats")
    try:
        import onnx
        import torch
    except ImportError as error:
        raise ConfigError("compressing needs PyTorch and onnx: pip install 'skoropis[train]'") from error
    del onnx
    from ..neural.compress import Compression, Wishes
    from ..neural.own_text import read_text
    from ..neural.placing import check_place, default_name, place
    from ..neural.shape import SIZES
    from ..neural.subject import open_subject

    if student is not None and student not in SIZES:
        raise InputError(f"there is no size {student!r}; choose one of {', '.join(SIZES)}")
    torch.set_num_threads(threads)
    wishes = Wishes(_BITS[bits], embedding_bits, prune, trim, student, minutes, seed)
    subject = open_subject(model)
    chosen = name or default_name(subject, wishes)
    if Path(chosen).name != chosen:
        raise InputError("the name of a model is a single word, without slashes")
    folder = (out or _models()) / chosen
    check_place(folder, subject, replace)
    teacher = open_subject(distil_from).network if distil_from else None
    own = read_text(text) if text else None
    if own is None and wishes.trains_rounded:
        console.note("without --text weights are only rounded, not trained: 4 and 2 bits lose more so")
    source = subject.folder
    compression = Compression(subject, teacher, own, wishes, _cache())
    steps = _run(compression, wishes, json)
    place(compression, source, steps, folder, _command(model, wishes))
    shutil.rmtree(compression.folder, ignore_errors=True)
    if json:
        console.emit({"model": str(folder), "steps": steps})
    else:
        console.write(f"\n{folder}\n")


def _run(compression: Compression, wishes: Wishes, quiet: bool) -> list[Step]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    screen = console.stderr()
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    steps = []
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("measuring", total=1.0)
        shown = ["measuring"]

        def report(step: str, share: float) -> None:
            if step != shown[0]:
                shown[0] = step
                progress.reset(task, description=step, total=1.0)
            progress.update(task, completed=share)

        try:
            for step in compression.run(report):
                steps.append(step)
                if not quiet:
                    _show(step)
        except KeyboardInterrupt:
            console.note("interrupted; the same command goes on from here")
            raise
    return steps


def _show(step: Step) -> None:
    from rich.table import Table

    table = Table(step.name, "before", "after", "change", box=None, pad_edge=False)
    for label, pick, form in _FIGURES:
        before, after = pick(step.before), pick(step.after)
        if before is None or after is None:
            continue
        change = f"{100 * (after / before - 1):+.1f} %" if before else ""
        table.add_row(label, form.format(before), form.format(after), change)
    console.stdout().print(table)


def _megabytes(measured: Measured) -> float:
    return measured.bytes / 1e6


_FIGURES = (
    ("size", _megabytes, "{:.2f} MB"),
    ("perplexity a piece", lambda m: m.perplexity, "{:.2f}"),
    ("bits a character", lambda m: m.bits_per_character, "{:.3f}"),
    ("a step, median", lambda m: m.footprint.step_p50_ms, "{:.3f} ms"),
    ("a step, 99th percentile", lambda m: m.footprint.step_p99_ms, "{:.3f} ms"),
    ("memory", lambda m: m.footprint.rss_mb, "{:.0f} MB"),
    ("memory of the graph", lambda m: m.footprint.own_mb, "{:.1f} MB"),
)


def _command(model: str, wishes: Wishes) -> str:
    """The command as a card tells it: where the text lies is nobody's business."""
    told = ["skoropis", "compress", Path(model).name, "--bits", str(wishes.bits or "none")]
    for option, value in (
        ("--embedding-bits", wishes.embedding_bits),
        ("--prune", wishes.prune or None),
        ("--trim", wishes.trim),
        ("--student", wishes.student),
    ):
        if value is not None:
            told += [option, str(value)]
    return shlex.join([*told, "--minutes", f"{wishes.minutes:g}"]) + " --text ..."


def _models() -> Path:
    from skoropis.paths import data_dir

    return data_dir() / "models"


def _cache() -> Path:
    from skoropis.paths import cache_dir

    return cache_dir() / "compress"
