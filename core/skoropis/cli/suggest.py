"""``skoropis suggest``: what may come next."""

from __future__ import annotations

from typing import Annotated

import typer

from . import console, textio
from .options import Domain, Json, Language, Trust, opened

EXAMPLES = """Examples:

skoropis suggest "I'll see you tom"

skoropis suggest --limit 5 "Доброе у"

skoropis suggest --domain medical "the patient was dia"

echo "thank you very " | skoropis suggest --json"""


def suggest(
    text: Annotated[
        str | None, typer.Argument(help="Text left of the caret; read from stdin without it.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help="How many at most.")] = 3,
    language: Language = None,
    domain: Domain = None,
    trust: Trust = None,
    json: Json = False,
) -> None:
    """Complete the word at the end of TEXT, or propose the next one."""
    # The newline that ends what a shell pipes in is not part of what the user typed.
    before = (
        textio.argument(text)
        if text is not None
        else textio.read_stdin().removesuffix("\n").removesuffix("\r")
    )
    with opened(trust=trust, domain=domain) as suite:
        suite.warm_up("predictor")  # one question only: plugins of others would not be ready for it
        suggestions = suite.suggest(before, limit=limit, language=language)
    if json:
        console.emit(suggestions)
        return
    for suggestion in suggestions:
        console.write(suggestion.text + "\n")
