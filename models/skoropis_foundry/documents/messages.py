"""Chats and records in JSON and JSON Lines: Telegram, Slack, Discord, Messenger and whatever is like them.

A message is an object with its words under ``text``, ``message``, ``content`` or ``body``. The objects of one
list are one conversation.
"""

from __future__ import annotations

import contextlib
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .document import UnreadableError
from .encoding import decode

FIELDS = ("text", "message", "content", "body")
_LONG = 50
"""Words that records have on average when each is a document of its own and not a line of a talk."""
_DEEPEST = 40
# Pieces of a Telegram message that are no words.
_NO_WORDS = frozenset(
    {"link", "email", "phone", "mention", "mention_name", "code", "pre", "bot_command", "hashtag", "cashtag",
     "bank_card", "custom_emoji"}
)  # fmt: skip
_SLACK = re.compile(r"<[@#!][^<>]*>|<(?:https?|mailto|tel):[^<>|]*\|([^<>]*)>|<(?:https?|mailto|tel):[^<>]*>")


def read_json(path: Path) -> list[str]:
    """The conversations of a file, a message a line. Raises UnreadableError."""
    text = decode(path.read_bytes())
    try:
        data = json.loads(text)
    except ValueError:
        return read_json_lines(path)  # some programs write lines into a .json
    except RecursionError:
        raise UnreadableError("not readable: nested too deeply") from None
    return _found([*_conversations(data, 0)])


def read_json_lines(path: Path) -> list[str]:
    """The records of a file with an object a line; a broken last line is left out. Raises UnreadableError."""
    lines = [line for line in decode(path.read_bytes()).split("\n") if line.strip()]
    records = []
    for number, line in enumerate(lines, 1):
        try:
            records.append(json.loads(line))
        except (ValueError, RecursionError):
            if number < len(lines) or not records:
                raise UnreadableError(f"not readable: no JSON on line {number}") from None
    return _found([*_conversations(records, 0)])


def conversation(messages: list[str]) -> list[str]:
    """One document of short messages, or a document each when they are long."""
    messages = [message for message in messages if message.strip()]
    words = sum(len(message.split()) for message in messages)
    return messages if words >= _LONG * max(len(messages), 1) else ["\n".join(messages)]


def _found(documents: list[str]) -> list[str]:
    if not documents:
        raise UnreadableError(f"no messages in it: no {', '.join(FIELDS[:-1])} or {FIELDS[-1]}")
    return documents


def _conversations(data: Any, depth: int) -> Iterator[str]:
    """The messages of each list of messages below ``data``, and what lies deeper."""
    if depth > _DEEPEST:
        return
    if isinstance(data, list):
        objects = [item for item in data if isinstance(item, dict)]
        words = [_words(item) for item in objects]
        if any(found is not None for found in words):
            yield from conversation([found for found in words if found])
        else:
            for item in data:
                yield from _conversations(item, depth + 1)
    elif isinstance(data, dict):
        alone = _words(data)
        if alone:
            yield alone
        elif alone is None:
            for value in data.values():
                yield from _conversations(value, depth + 1)


def _words(message: dict[str, Any]) -> str | None:
    """What a message says; empty for a notice of the program, None when it is no message."""
    for field in FIELDS:
        value = message.get(field)
        if isinstance(value, dict):  # {"content": {"parts": ["..."]}}, {"text": {"body": "..."}}
            value = value.get("parts") or next((value[name] for name in FIELDS if name in value), None)
        if isinstance(value, str | list):
            pieces = [_piece(item) for item in value] if isinstance(value, list) else [value]
            if all(piece is not None for piece in pieces):
                notice = message.get("type") == "service" or "subtype" in message
                return "" if notice else _mended("".join(piece or "" for piece in pieces))
    nested = message.get("message")  # {"message": {"content": ...}} around each message
    return _words(nested) if isinstance(nested, dict) else None


def _piece(item: Any) -> str | None:
    if isinstance(item, str):
        return item
    if isinstance(item, dict) and isinstance(item.get("text"), str):
        return "" if item.get("type") in _NO_WORDS else item["text"]
    return None


def _mended(text: str) -> str:
    """A message without Slack's marks; bytes that Messenger wrote as if they were letters become letters."""
    if not text.isascii():
        with contextlib.suppress(UnicodeError):
            text = text.encode("latin-1").decode("utf-8")
    return html.unescape(_SLACK.sub(lambda match: match[1] or "", text)).strip()
