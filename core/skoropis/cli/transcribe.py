"""``skoropis transcribe``: recordings to text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import InputError
from . import console
from .options import Json, Language, Trust, opened
from .progress import bar
from .recording import duration

if TYPE_CHECKING:
    from ..suite import Suite
    from ..types import Segment, Transcript

EXAMPLES = """Examples:

skoropis transcribe talk.flac

skoropis transcribe --language ru --times interview.mp3

skoropis transcribe --nbest 3 --json *.wav"""


def transcribe(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="WAV, FLAC, MP3, video: what PyAV reads.")
    ],
    language: Language = None,
    nbest: Annotated[int, typer.Option("--nbest", min=1, max=50, help="Readings shown of each phrase.")] = 1,
    times: Annotated[bool, typer.Option("--times", help="Show when each phrase begins and ends.")] = False,
    trust: Trust = None,
    json: Json = False,
) -> None:
    """Turn recordings into text, entirely on this machine.

    A file that cannot be read is named on stderr and the others are still done; the exit code is then 1.
    """
    failed = False
    with opened(trust=trust) as suite:
        for file in files:
            try:
                transcript = _one(suite, file, language)
            except InputError as error:
                console.problem(str(error))
                failed = True
                continue
            if json:
                console.emit({"file": str(file), **_document(transcript, nbest)})
                continue
            if len(files) > 1:
                console.write(f"==> {file} <==\n")
            _show(transcript, nbest, times)
    if failed:
        raise typer.Exit(1)


def _one(suite: Suite, file: Path, language: str | None) -> Transcript:
    """Transcribe with a bar that moves with the seconds done."""
    done = 0.0
    with bar(file.name, total=duration(file)) as advance:

        def progress(seconds: float) -> None:
            nonlocal done
            advance(seconds - done)
            done = seconds

        return suite.transcribe(file, language=language, progress=progress)


def _show(transcript: Transcript, nbest: int, times: bool) -> None:
    if not transcript.segments:
        console.note("no speech was found")
        return
    if nbest == 1 and not times:
        console.write(transcript.text + "\n")
        return
    for segment in transcript.segments:
        begin = f"[{_clock(segment.start)} - {_clock(segment.end)}] " if times else ""
        console.write(f"{begin}{segment.text}\n")
        for hypothesis in segment.hypotheses[:nbest] if nbest > 1 else ():
            language_model = "" if hypothesis.lm_logprob is None else f"{hypothesis.lm_logprob:9.2f}"
            console.write(f"    {hypothesis.acoustic_logprob:9.2f} {language_model:>9}  {hypothesis.text}\n")


def _document(transcript: Transcript, nbest: int) -> dict[str, object]:
    return {
        "language": transcript.language,
        "text": transcript.text,
        "segments": [_segment(segment, nbest) for segment in transcript.segments],
    }


def _segment(segment: Segment, nbest: int) -> dict[str, object]:
    return {
        "start": segment.start,
        "end": segment.end,
        "text": segment.text,
        "hypotheses": segment.hypotheses[:nbest],
    }


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{int(minutes):02d}:{rest:05.2f}"
