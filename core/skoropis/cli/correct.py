"""``skoropis correct``: mend typos in a text or a file."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..errors import InputError
from . import console, textio
from .options import Domain, Json, Language, Trust, opened

if TYPE_CHECKING:
    from ..suite import Suite
    from ..types import Correction

EXAMPLES = """Examples:

skoropis correct "teh qick brwon fox"

skoropis correct --file letter.txt --in-place

skoropis correct --json < notes.txt"""

AROUND = 24
"""Characters shown on either side of an edit."""
LONG = 20_000
"""From this many characters on a progress bar is worth its line."""


@dataclass(frozen=True, slots=True)
class Mend:
    """One edit as ``--json`` prints it; offsets in characters of the whole input."""

    start: int
    end: int
    before: str
    after: str
    kind: str
    source: str
    logprob: float


def correct(
    text: Annotated[str | None, typer.Argument(help="The text; - or nothing reads stdin.")] = None,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="Read this file instead.")] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", "-i", help="Write the result back to the file.")
    ] = False,
    diff: Annotated[
        bool | None,
        typer.Option("--diff/--no-diff", help="Show each edit on stderr; on by default on a terminal."),
    ] = None,
    language: Language = None,
    domain: Domain = None,
    trust: Trust = None,
    json: Json = False,
) -> None:
    """Mend the typos in a text; everything else stays as it is, byte for byte."""
    if in_place and file is None:
        raise InputError("--in-place needs --file")
    if file is not None and text is not None:
        raise InputError("give a text or --file, not both")
    source = _read(text, file)
    with opened(trust=trust, domain=domain) as suite:
        result = correct_text(suite, source, language)
    if diff if diff is not None else sys.stderr.isatty() and not json:
        show_edits(source, result)
    if in_place and file is not None and result.edits:
        from ..files import write_atomic

        write_atomic(file, result.text.encode("utf-8"))
    if json:
        console.emit(as_document(source, result))
    elif in_place:
        console.note(f"{file}: {len(result.edits)} {'edit' if len(result.edits) == 1 else 'edits'}")
    else:
        console.write(result.text + ("\n" if text not in (None, "-") else ""))


def correct_text(suite: Suite, text: str, language: str | None = None) -> Correction:
    """Correct a text of any length, with a progress bar on a terminal when it is long."""
    if len(text) < LONG:
        return suite.correct(text, language=language)
    from .progress import bar

    done = 0
    with bar("correcting", len(text)) as advance:

        def progress(position: int, total: int) -> None:
            nonlocal done
            advance(position - done)
            done = position

        return suite.correct(text, language=language, progress=progress)


def as_document(source: str, result: Correction) -> dict[str, Any]:
    """What ``--json`` prints."""
    mends = [
        Mend(e.start, e.end, source[e.start : e.end], e.text, s.kind, s.source, s.logprob)
        for e, s in zip(result.edits, result.suggestions, strict=True)
    ]
    return {"text": result.text, "language": result.language, "edits": mends}


def show_edits(source: str, result: Correction) -> None:
    """Each edit with what stands around it, the old in red, the new in green."""
    from rich.text import Text

    screen = console.stderr()
    for edit in result.edits:
        left = source[max(0, edit.start - AROUND) : edit.start].splitlines()
        right = source[edit.end : edit.end + AROUND].splitlines()
        line = Text("  … " + (left[-1] if left else ""), style="dim", end="\n")
        old, new = source[edit.start : edit.end], edit.text
        # Without colour the two words would run together.
        line.append(f"[-{old}-]" if screen.no_color else old, style="not dim red strike")
        line.append(f"{{+{new}+}}" if screen.no_color else " " + new, style="not dim bold green")
        line.append(right[0] if right else "")
        screen.print(line, soft_wrap=True)


def _read(text: str | None, file: Path | None) -> str:
    if file is not None:
        return textio.read_file(file)
    if text is not None and text != "-":
        return textio.argument(text)
    if text is None and sys.stdin.isatty():
        raise InputError("nothing to correct; give a text, --file FILE, or pipe text in")
    return textio.read_stdin()
