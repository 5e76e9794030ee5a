"""``skoropis demo``: types, corrects and transcribes in English and Russian, without screen or microphone."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import SkoropisError
from . import console
from .options import Json, opened
from .recording import duration
from .typist import MENDED, TAKEN, Report, Typist, plan

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from ..suite import Suite

EXAMPLES = """Examples:

skoropis demo

skoropis demo --fast --no-speech"""

DATA = Path(__file__).parent / "data"
LANGUAGES = {"en": "English", "ru": "Russian"}
PAUSE = 0.012
"""Seconds between two keystrokes on a terminal, so that the eye can follow."""
_STYLES = {TAKEN: "cyan", MENDED: "bold green"}


def demo(
    speech: Annotated[
        bool, typer.Option("--speech/--no-speech", help="Transcribe the two recordings.")
    ] = True,
    fast: Annotated[bool, typer.Option("--fast", help="Type as fast as the machine can.")] = False,
    json: Json = False,
) -> None:
    """Type a paragraph and transcribe a recording in each language; about a minute."""
    screen = console.stderr() if json else console.stdout()
    results: dict[str, object] = {}
    with opened() as suite:
        results["first_suggestion_seconds"] = warm(suite, screen)
        for code, name in LANGUAGES.items():
            screen.print(f"\n[bold]Typing {name}[/bold]")
            report = _type(suite, screen, code, 0.0 if fast or not screen.is_terminal else PAUSE)
            _explain(screen, report)
            results[f"typing_{code}"] = _figures(report)
        if speech:
            results["speech"] = _speech(suite, screen)
    if json:
        console.emit(results)
    elif screen.is_terminal:
        screen.print(f"\nNow you: [bold]{sys.argv[0]} type[/bold] opens a screen to type in yourself.")


def warm(suite: Suite, screen: Console) -> float:
    """Have models and plugins loaded, as they are long before a person has typed the first words."""
    begin = time.perf_counter()
    suite.suggest("I'll see you tom")
    first = time.perf_counter() - begin
    suite.warm_up()
    screen.print(
        f"First suggestion after {first:.1f} s, everything loaded after {time.perf_counter() - begin:.1f} s."
    )
    return first


def _type(suite: Suite, screen: Console, code: str, pause: float) -> Report:
    from rich.live import Live

    words = plan((DATA / f"demo_{code}.txt").read_text(encoding="utf-8"))
    session = suite.session()
    with Live(console=screen, auto_refresh=False, transient=True) as live:

        def on_key(report: Report) -> None:
            if pause:
                live.update(_coloured(report), refresh=True)
                time.sleep(pause)

        report = Typist(session, words, on_key).run()
    screen.print(_coloured(report))
    return report


def _coloured(report: Report) -> Text:
    """The text so far: what was taken in one key, and what was mended, stand out."""
    from rich.text import Text

    text = Text()
    for char, mark in zip(report.text, report.marks, strict=True):
        text.append(char, style=_STYLES.get(mark, ""))
    return text


def _explain(screen: Console, report: Report) -> None:
    if screen.is_terminal:
        screen.print("[dim]white: typed,[/] [cyan]cyan: taken with one key,[/] [bold green]green: mended[/]")
    figures = _figures(report)
    screen.print(
        f"  keystrokes  {report.keystrokes} for {len(report.wanted)} characters: "
        f"{report.saved:.0%} saved, {report.taken} suggestions taken"
    )
    screen.print(
        f"  a keystroke {figures['p50_ms']:.1f} ms (median), {figures['p99_ms']:.1f} ms (99th percentile)"
    )
    for mend in report.mends:
        verdict = "" if mend.right else "  (wrong: the typist took it back)"
        screen.print(f"  mended      {mend.before} -> {mend.after}{verdict}", markup=False)
    for stands, wanted in report.missed():
        screen.print(f"  not mended  {stands} (wanted: {wanted})", markup=False)


def _figures(report: Report) -> dict[str, object]:
    import numpy as np

    p50, p99 = np.percentile(report.latencies_ms, [50, 99])
    return {
        "characters": len(report.wanted),
        "keystrokes": report.keystrokes,
        "saved": report.saved,
        "taken": report.taken,
        "mends": report.mends,
        "missed": report.missed(),
        "p50_ms": float(p50),
        "p99_ms": float(p99),
    }


def _speech(suite: Suite, screen: Console) -> list[dict[str, object]]:
    results: list[dict[str, object]] = []
    warm = False
    for code, name in LANGUAGES.items():
        path = DATA / f"demo_{code}.flac"
        screen.print(f"\n[bold]Listening to {name}[/bold]")
        try:
            if not warm:
                _load(suite, screen, path)
                warm = True
            begin = time.perf_counter()
            phrases = suite.dictate(path)
            seconds = time.perf_counter() - begin
        except SkoropisError as error:
            screen.print(f"  left out: {error}", markup=False)
            break
        length = duration(path) or 0.0
        factor = seconds / length if length else float("nan")
        first = " ".join(phrase.unrescored for phrase in phrases)
        rescored = " ".join(phrase.segment.text for phrase in phrases)
        screen.print(f"  Whisper     {first}", markup=False)
        screen.print(f"  rescored    {'(the same)' if rescored == first else rescored}", markup=False)
        screen.print(
            f"  time        {seconds:.1f} s for {length:.1f} s of sound: real-time factor {factor:.2f}"
        )
        results.append(
            {
                "file": path.name,
                "language": next((phrase.language for phrase in phrases), None),
                "first": first,
                "rescored": rescored,
                "seconds": seconds,
                "real_time_factor": factor,
            }
        )
    return results


def _load(suite: Suite, screen: Console, path: Path) -> None:
    """Have the speech model loaded, so that the times below are those of listening."""
    begin = time.perf_counter()
    with screen.status("loading the speech model"):
        suite.dictate(path)
    screen.print(f"  (first use: the speech model was loaded, {time.perf_counter() - begin:.1f} s in all)")
