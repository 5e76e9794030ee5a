"""``skoropis bench``: measure typing, correction and dictation on your own data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from ..errors import InputError
from . import console, tables, textio
from .options import Json, Language, opened
from .progress import bar

app = typer.Typer(
    no_args_is_help=True,
    help="Measure typing, correction or dictation on your own data.",
    epilog="Example:\n\nskoropis bench typing --text diary.txt --language en",
)
PATIENCE_MS = 1000
"""Deadline while measuring: what is measured is how good an answer is, not whether a busy machine gave it."""
Lines = Annotated[int | None, typer.Option("--lines", min=1, help="Only so many lines from the beginning.")]


@app.command(epilog="Example:\n\nskoropis bench typing --text diary.txt --language en --lines 150")
def typing(
    text: Annotated[Path, typer.Option("--text", help="A text, one sentence or message a line.")],
    language: Language = None,
    lines: Lines = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=10, help="Suggestions shown.")] = 3,
    repeat: Annotated[
        bool, typer.Option("--repeat", help="Offer again within a word what was passed over.")
    ] = False,
    json: Json = False,
) -> None:
    """Keystrokes that a user would save who types a text and takes every right suggestion."""
    from ..metrics.typing import simulate

    wanted = _lines(textio.read_file(text), lines)
    with opened(deadline_ms=PATIENCE_MS) as suite:

        def suggest(before: str, refused: frozenset[str]) -> list[str]:
            avoid = () if repeat else refused
            return [s.text for s in suite.suggest(before, limit, language=language, refused=avoid)]

        with bar("typing", sum(map(len, wanted))) as advance:
            result = simulate(wanted, suggest, k=limit, repeat=repeat, progress=advance)
    _report(result, tables.typing, json)


@app.command(epilog="Example:\n\nskoropis bench correction --pairs slips.tsv --language ru")
def correction(
    pairs: Annotated[
        Path | None, typer.Option("--pairs", help="Lines of: what was written TAB what was meant.")
    ] = None,
    text: Annotated[
        Path | None, typer.Option("--text", help="Text without typos: how much of it is touched?")
    ] = None,
    language: Language = None,
    lines: Lines = None,
    json: Json = False,
) -> None:
    """Precision and recall of corrections on slips, or the share of right words that are touched."""
    from ..metrics.correction import measure_correction, measure_touched

    if (pairs is None) == (text is None):
        raise InputError("give either --pairs or --text")
    with opened() as suite:

        def correct(line: str) -> str:
            return suite.correct(line, language=language).text

        suite.warm_up("corrector")  # loading is no part of the speed
        if pairs is not None:
            noisy = _pairs(textio.read_file(pairs), str(pairs), lines)
            with bar("correcting", len(noisy)) as advance:
                report = measure_correction(correct, _counted(noisy, advance))
            _report(report, tables.correction, json)
        elif text is not None:
            right = _lines(textio.read_file(text), lines)
            with bar("correcting", len(right)) as advance:
                touched = measure_touched(correct, _counted(right, advance))
            _report(touched, tables.touched, json)


@app.command(epilog="Example:\n\nskoropis bench dictation --audio recordings --json")
def dictation(
    audio: Annotated[
        list[Path],
        typer.Option(
            "--audio", help="Folder with recordings and transcripts.tsv (id TAB text); several are pooled."
        ),
    ],
    language: Language = None,
    json: Json = False,
) -> None:
    """Word error rate with and without rescoring, harm rate, real-time factor."""
    from ..metrics.dictation import evaluate, utterances

    total = sum(len(utterances(folder)) for folder in audio)
    with opened() as suite, bar("listening", total) as advance:

        def dictate(path: Path) -> Any:
            phrases = suite.dictate(path, language)
            advance(1)
            return phrases

        result = evaluate(audio, dictate)
    _report(result, tables.dictation, json)


def _report(result: Any, rows: Callable[[Any], list[tuple[str, str]]], json: bool) -> None:
    if json:
        console.emit(result)
    else:
        tables.show(rows(result))


def _lines(text: str, limit: int | None) -> list[str]:
    found = [line for line in text.splitlines() if line.strip()][:limit]
    if not found:
        raise InputError("there is no text to measure on: every line is empty")
    return found


def _pairs(text: str, name: str, limit: int | None) -> list[tuple[str, str]]:
    found = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        fields = line.rstrip("\r").split("\t")
        if len(fields) < 2:
            raise InputError(f"line {number} of {name} has no TAB; each line is: written TAB meant")
        found.append((fields[0], fields[1]))
    if not found:
        raise InputError(f"{name} holds no pairs; each line is: written TAB meant")
    return found[:limit]


def _counted(items: list[Any], advance: Callable[[float], None]) -> Iterator[Any]:
    for item in items:
        yield item
        advance(1)
