"""Writes docs/cli.md from the commands' own help: ``make docs``. A test checks that it is current."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from skoropis.cli.extensions import own_commands
from skoropis.cli.main import app

TARGET = Path(__file__).parents[1] / "docs" / "cli.md"
HEAD = """# Command line

Written by `make docs` from the commands' own help; change it there.

Results go to stdout, everything else to stderr. `--json` prints one JSON document a line. Exit codes: 0 done,
1 something failed, 2 the input or the command was not understood, 130 interrupted.

| variable | what it does |
|---|---|
| `SKOROPIS_DEBUG=1` | show tracebacks and the log |
| `SKOROPIS_MODELS` | more folders with models, separated like `PATH` |
| `SKOROPIS_MODEL_BUDGET_MB` | megabytes of memory for language models; those not used for longest give way |
| `SKOROPIS_WHISPER` | folder of a Whisper model in CTranslate2's format |
| `SKOROPIS_CACHE`, `SKOROPIS_STATE` | folder for what can be made again; for why a plugin was switched off |
| `SKOROPIS_CONFIG`, `SKOROPIS_DATA` | folder for what you decided; for your models and the profile |
| `SKOROPIS_PASSPHRASE` | passphrase of a profile that is locked with one |
"""


def render() -> str:
    """The whole page."""
    root = typer.main.get_command(app)
    # What other packages bring is documented by them.
    return "\n".join([HEAD, *_sections(root, "skoropis")])


def _sections(command: Any, path: str) -> Iterator[str]:
    yield _section(command, path)
    for name, child in own_commands(command).items():
        yield from _sections(child, f"{path} {name}")


def _section(command: Any, path: str) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and p.name not in _SKIPPED]
    usage = " ".join([path, *(["[OPTIONS]"] if options else []), *(_placeholder(a) for a in arguments)])
    if getattr(command, "commands", None):
        usage += " COMMAND ..."
    parts = [f"## `{path}`\n", _paragraphs(command.help), f"```\n{usage}\n```\n"]
    if arguments or options:
        rows = [f"| `{_placeholder(a)}` | {_cell(a.help)} |" for a in arguments]
        rows += [f"| {_names(option)} | {_cell(option.help)}{_default(option)} |" for option in options]
        parts.append("| | |\n|---|---|\n" + "\n".join(rows) + "\n")
    if command.epilog:
        lines = [line.strip() for line in command.epilog.split("\n\n")[1:]]
        parts.append("```\n" + "\n".join(lines) + "\n```\n")
    return "\n".join(parts)


_SKIPPED = {"help", "install_completion", "show_completion"}


def _paragraphs(text: str | None) -> str:
    return (text or "").strip() + "\n"


def _placeholder(argument: Any) -> str:
    name = argument.metavar or argument.name.upper()
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _names(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    return names + (f" `{option.metavar}`" if option.metavar else "")


def _default(option: Any) -> str:
    value = option.default
    return (
        ""
        if value is None or isinstance(value, bool) or callable(value) or value in ((), [])
        else f" Default: {value}."
    )


def _cell(text: str | None) -> str:
    return (text or "").replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(render(), encoding="utf-8")
