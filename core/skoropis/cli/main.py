"""``skoropis``: puts the commands together, and turns whatever goes wrong into one line and an exit code."""

from __future__ import annotations

import logging
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from .. import __version__
from ..errors import ConfigError, InputError, SkoropisError
from . import bench, console, correct, demo, doctor, models, plugins, profile, suggest, transcribe
from .extensions import ExtensibleGroup

EXAMPLES = """Examples:

skoropis demo

skoropis correct "teh qick brwon fox"

skoropis transcribe talk.flac"""

OK, FAILED, USAGE, INTERRUPTED = 0, 1, 2, 130


_LOG = logging.getLogger("skoropis")


class _Debug:
    """Whether the user wants to see everything; set anew by each call of :func:`main`."""

    on = False


app = typer.Typer(
    cls=ExtensibleGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
    epilog=EXAMPLES,
)


def _print_version(wanted: bool) -> None:
    if wanted:
        console.write(f"skoropis {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks and the log; so does SKOROPIS_DEBUG=1.")
    ] = False,
) -> None:
    """Small language models on your own machine: finish words, mend typos, transcribe speech."""
    _Debug.on = _Debug.on or debug
    _LOG.setLevel(logging.INFO if _Debug.on else logging.CRITICAL)


app.command(epilog=demo.EXAMPLES)(demo.demo)
app.command(epilog=suggest.EXAMPLES)(suggest.suggest)
app.command(epilog=correct.EXAMPLES)(correct.correct)
app.command(epilog=transcribe.EXAMPLES)(transcribe.transcribe)
app.add_typer(plugins.app, name="plugins")
app.add_typer(models.app, name="models")
app.add_typer(profile.app, name="profile")
app.add_typer(bench.app, name="bench")
app.command(epilog=doctor.EXAMPLES)(doctor.doctor)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line. Returns the exit code: 0 done, 1 failed, 2 not understood, 130 interrupted."""
    _Debug.on = os.environ.get("SKOROPIS_DEBUG", "") not in ("", "0")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a character gets a stand-in
            stream.reconfigure(errors="backslashreplace")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    _LOG.addHandler(handler)
    try:
        code = app(args=None if argv is None else list(argv), prog_name="skoropis", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 - this is the one place where everything ends up
        return _explain(error)
    finally:
        _LOG.removeHandler(handler)
    return code if isinstance(code, int) else OK


def _explain(error: BaseException) -> int:
    """Say in one line what went wrong; the exit code that goes with it."""
    if isinstance(error, KeyboardInterrupt | EOFError) or type(error).__name__ == "Abort":
        return INTERRUPTED
    if isinstance(error, BrokenPipeError | SystemExit):
        # The reader has gone (``| head``). Python would complain once more when it flushes at exit.
        _discard_stdout()
        return FAILED
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):  # Typer's own: wrong usage
        return _usage(error)
    if _Debug.on:
        traceback.print_exception(error)
    if isinstance(error, SkoropisError):
        console.problem(str(error))
        return USAGE if isinstance(error, InputError | ConfigError) else FAILED
    # The message of an unexpected exception may quote the user's text, so only its type and place are shown.
    place = traceback.extract_tb(error.__traceback__)[-1] if error.__traceback__ else None
    where = f" in {os.path.basename(place.filename)}, line {place.lineno}" if place else ""  # noqa: PTH119
    console.problem(
        f"unexpected {type(error).__name__}{where}; this is a bug. "
        "Run the same with SKOROPIS_DEBUG=1 and report what it prints"
    )
    return FAILED


def _usage(error: BaseException) -> int:
    context = getattr(error, "ctx", None)
    message = error.format_message()  # type: ignore[attr-defined]
    if type(error).__name__ == "NoArgsIsHelpError":  # ``skoropis`` alone: the help is the answer
        console.write(message + "\n" if message.strip() else "")
        return USAGE
    path = context.command_path if context else "skoropis"
    console.problem(f"{message.rstrip('.')}. Try: {path} --help")
    return int(error.exit_code)  # type: ignore[attr-defined]


def _discard_stdout() -> None:
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        return


if __name__ == "__main__":
    sys.exit(main())
