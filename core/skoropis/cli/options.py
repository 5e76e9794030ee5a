"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from . import console

if TYPE_CHECKING:
    from ..suite import Suite

Language = Annotated[
    str | None,
    typer.Option(
        "--language", "-l", metavar="CODE", help="en or ru; found word by word when it is not given."
    ),
]
Domain = Annotated[
    str | None,
    typer.Option(
        "--domain", "-d", metavar="NAME", help="Prefer the words of a domain; auto finds it from the text."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one document a line.")]
Trust = Annotated[
    list[str] | None,
    typer.Option("--trust", metavar="ID", help="Let this plugin run, this time only; may be given again."),
]


@contextmanager
def opened(
    *, trust: list[str] | None = None, deadline_ms: float = 50, domain: str | None = None
) -> Iterator[Suite]:
    """An open suite; what it has to tell the user goes to stderr in the end."""
    import skoropis

    with skoropis.open(domain=domain, trust=tuple(trust or ()), deadline_ms=deadline_ms) as suite:
        try:
            yield suite
        finally:
            for notice in suite.notices():
                console.note(f"{notice.source}: {notice.message}")
