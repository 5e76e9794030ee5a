"""``skoropis type``: a screen to type in, with suggestions, mends and what they save."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from skoropis.cli import console
from skoropis.cli.options import Domain, Language, Trust, opened
from skoropis.errors import ConfigError, InputError, SkoropisError
from skoropis.files import write_atomic

from .settings import POLICIES, Settings

if TYPE_CHECKING:
    from skoropis import Suite
    from skoropis.api import Context

    from .asker import OpenSession, TypingSession

EXAMPLES = """Examples:

skoropis type

skoropis type --file letter.txt --policy gentle

skoropis type --language ru --domain legal --light"""

app = typer.Typer(add_completion=False)


@app.command(epilog=EXAMPLES)
def type_(
    file: Annotated[
        Path | None, typer.Option("--file", "-f", metavar="FILE", help="Open this text file, and save to it.")
    ] = None,
    policy: Annotated[
        str,
        typer.Option("--policy", metavar="NAME", help="How readily to mend: off, gentle, normal, bold."),
    ] = "normal",
    off_record: Annotated[
        bool, typer.Option("--off-record", help="Begin off the record: nothing is learned.")
    ] = False,
    light: Annotated[
        bool | None, typer.Option("--light/--dark", help="Colours; found out where the terminal says it.")
    ] = None,
    language: Language = None,
    domain: Domain = None,
    trust: Trust = None,
) -> None:
    """Type with suggestions, a continuation behind the caret, and mends that one key takes back.

    Tab takes the next word, F1 to F3 a suggestion, the right arrow the whole continuation. Ctrl+Q or Ctrl+C
    leaves, and asks first when a text would be lost.
    """
    chosen = next((name for name in POLICIES if name == policy), None)
    if chosen is None:
        raise InputError(f"there is no policy {policy!r}; choose one of {', '.join(POLICIES)}")
    _check_terminal()
    from .app import Setup, TypeApp

    with opened(trust=trust) as suite:
        known = suite.models.languages
        if language is not None and language not in known:
            raise InputError(f"language {language!r} is not one of those opened: {', '.join(known)}")
        domains = ("auto", *sorted({card.domain for card in suite.models.cards()} - {"general"}))
        if domain is not None and domain not in domains:
            raise InputError(f"there is no domain {domain!r}; there are: {', '.join(domains)}")
        setup = Setup(
            open_session=sessions(suite),
            write=write_atomic,
            settings=Settings(language, domain, chosen, not off_record),
            languages=known,
            domains=domains,
            path=None if file is None else file.expanduser(),
            light=_is_light() if light is None else light,
        )
        screen = TypeApp(setup)
        try:
            screen.run()
        finally:
            _rescue(screen.unsaved)
        if screen.failure is not None:
            raise screen.failure


def sessions(suite: Suite) -> OpenSession:
    """How a suite's sessions are opened with what was chosen on the screen."""

    def open_session(settings: Settings, context: Context) -> TypingSession:
        return suite.session(context, policy=settings.policy, learn=settings.recorded)

    return open_session


def _check_terminal() -> None:
    """Raises ConfigError where there is no screen to draw on."""
    # Textual draws on stderr, so that has to be the screen too.
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise ConfigError("skoropis type needs a terminal; without one there is: skoropis correct")
    from rich.console import Console

    if Console().color_system is None:
        told = os.environ.get("TERM") or "not set"
        raise ConfigError(f"skoropis type needs a terminal with colours (TERM is {told})")


def _is_light() -> bool:
    """Whether the terminal says that its background is light, as some do in COLORFGBG."""
    return os.environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")


def _rescue(text: str) -> None:
    """Keep a text whose screen ended before anybody could say what shall become of it."""
    if not text:
        return
    from skoropis.paths import state_dir

    path = state_dir() / time.strftime("unsaved-%Y%m%d-%H%M%S.txt")
    try:
        write_atomic(path, text.encode())
    except SkoropisError as error:
        console.problem(f"the text could not be kept: {error}")
    else:
        console.note(f"the text was kept in {path}")
