"""Snippets as they are written in a file, and what becomes of their placeholders."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from skoropis.api import ConfigError

CARET = "\u2038"
"""Stands in a suggestion's text, not in its edit, where the caret goes."""
LARGEST = 1 << 20
LONGEST_TRIGGER = 40
LONGEST_TEXT = 3900
"""What the host takes, with some room for dates."""
_PLACEHOLDER = re.compile(r"\{(date|time|caret)(?::([^{}]*))?\}")
_PLACE = re.compile(r"\bat (?:line \d+(?:, column \d+)?|end of document)")


@dataclass(frozen=True, slots=True)
class Expanded:
    """A snippet with its placeholders filled in."""

    text: str
    shown: str
    """The text with :data:`CARET` where the caret goes, if not to the end."""


def parse(data: bytes, name: str) -> dict[str, str]:
    """Texts by trigger from a file's bytes.

    Raises ConfigError, which names the place and never quotes what is there.
    """
    if len(data) > LARGEST:
        raise ConfigError(f"{name} is larger than {LARGEST >> 20} MB; the snippets stay as they were")
    try:
        entries = tomllib.loads(data.decode())
    except UnicodeDecodeError as error:
        raise ConfigError(f"{name} is not UTF-8; the snippets stay as they were") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        place = _PLACE.search(str(error))
        where = f" {place.group()}" if place else ""
        raise ConfigError(
            f'{name} is no TOML{where}; write lines such as ";addr" = "12 High Street"; '
            "the snippets stay as they were"
        ) from error
    for number, (trigger, text) in enumerate(entries.items(), start=1):
        problem = _problem(trigger, text)
        if problem:
            raise ConfigError(f"{name}: entry {number} {problem}; the snippets stay as they were")
    return entries


def _problem(trigger: str, text: object) -> str:
    if not 2 <= len(trigger) <= LONGEST_TRIGGER or re.search(r"\s", trigger):
        return f"needs a trigger of 2 to {LONGEST_TRIGGER} characters without spaces"
    if not isinstance(text, str):
        return "is no text: put it in quotes"
    if len(text) > LONGEST_TEXT or any(ord(char) < 32 and char not in "\n\t" for char in text):
        return f"is longer than {LONGEST_TEXT} characters or has control characters in it"
    return ""


def expand(template: str, now: datetime) -> Expanded:
    """Fill in ``{date}``, ``{time}`` (or ``{date:%d.%m.%Y}``) and ``{caret}``; other braces stay.

    Only the first ``{caret}`` counts. A format that gives nothing that can be typed is left out.
    """
    caret = False

    def value(match: re.Match[str]) -> str:
        nonlocal caret
        kind, form = match.groups()
        if kind == "caret":
            first, caret = not caret, True
            return CARET if first else ""
        written = now.strftime(form or ("%Y-%m-%d" if kind == "date" else "%H:%M"))
        return "".join(char for char in written if char.isprintable())

    shown = _PLACEHOLDER.sub(value, template.replace(CARET, ""))
    return Expanded(shown.replace(CARET, ""), shown.removesuffix(CARET))


def merged(builtin: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """The user's snippets over the built-in ones, sorted by trigger; empty texts take a trigger away."""
    both = {**builtin, **own}
    return {trigger: both[trigger] for trigger in sorted(both) if both[trigger]}
