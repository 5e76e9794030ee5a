"""Mail: single messages (.eml) and mailboxes (.mbox)."""

from __future__ import annotations

import mailbox
import re
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from .document import MEGABYTE, UnreadableError
from .encoding import decode
from .web import html_text
from .wrapping import unwrapped

_LARGEST = 50 * MEGABYTE
"""Bytes that a message of a mailbox may have."""
# Behind these everything was written by somebody else, or before.
_FORWARDED = re.compile(
    r"-{2,}\s*(?:original message|forwarded message|исходное сообщение|пересылаемое сообщение"
    r"|пересланное сообщение)\s*-{2,}|_{20,}",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r">+From ")
"""How a mailbox writes a line that begins with From."""
_LONGEST_ATTRIBUTION = 400
_ATTRIBUTION = re.compile(
    r"(?:on\b.*\bwrote|.*\d{4}.*\b(?:wrote|писал|написал|пишет)(?:\(а\)|а)?|.*<[^<>\s]+@[^<>\s]+>.*)\s*:\s*$",
    re.IGNORECASE,
)


def read_eml(path: Path) -> list[str]:
    """The text of one message. Raises UnreadableError when the file has no headers of a mail."""
    message = message_from_bytes(path.read_bytes())
    if not message.keys():
        raise UnreadableError("not readable: no mail in it")
    return [text_of(message)]


def read_mbox(path: Path) -> Iterator[str]:
    """The text of every message, in order; empty for a message without text. Raises UnreadableError."""
    with path.open("rb") as file:
        if not file.read(5) == b"From ":
            raise UnreadableError("not readable: not a mailbox")
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.keys():  # noqa: SIM118 - a mailbox is no dict: iterating gives messages
            try:
                data = box.get_bytes(key)
                text = text_of(message_from_bytes(data)) if len(data) <= _LARGEST else ""
            except Exception:  # noqa: BLE001 - one damaged message is no reason to lose the others
                text = ""
            yield text
    finally:
        box.close()


def text_of(message: Message) -> str:
    """Paragraphs of what the sender wrote: no headers, attachments, quotations or signature."""
    plain: list[str] = []
    pages: list[str] = []
    for part in message.walk():
        if part.is_multipart() or part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html"):
            continue
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        try:
            text = decode(payload, part.get_content_charset())
        except UnreadableError:
            continue  # one bad part is no reason to lose the others
        (plain if kind == "text/plain" else pages).append(text)
    if any(text.strip() for text in plain):
        return "\n".join(line for text in plain for line in unwrapped(own_lines(text.splitlines())))
    lines = [line for text in pages for line in html_text(text, answers=False).split("\n")]
    return "\n".join(own_lines(lines))


def own_lines(lines: Sequence[str]) -> list[str]:
    """The lines that the sender wrote: without what is quoted, who is quoted, and the signature."""
    own: list[str] = []
    for line in lines:
        stripped = line.strip()
        # Mail programs write "-- " before a signature; some drop the space.
        if line.rstrip("\r\n") in ("-- ", "--") or _FORWARDED.match(stripped):
            break
        if _ESCAPED.match(line):
            line = line[1:]
        elif stripped.startswith(">"):
            _drop_attribution(own)
            continue
        own.append(line)
    return own


def _drop_attribution(lines: list[str]) -> None:
    """Remove "On Monday NAME wrote:", which may be wrapped over two lines, from the end."""
    while lines and not lines[-1].strip():
        lines.pop()
    if lines and lines[-1].strip().endswith(":") and sum(map(len, lines[-2:])) < _LONGEST_ATTRIBUTION:
        two = " ".join(line.strip() for line in lines[-2:])
        if _ATTRIBUTION.match(lines[-1].strip()):
            lines.pop()
        elif len(lines) > 1 and _ATTRIBUTION.match(two):
            del lines[-2:]
    lines.append("")
