"""Plain text, which may be a chat that WhatsApp exported."""

from __future__ import annotations

from pathlib import Path

from . import whatsapp
from .encoding import decode
from .wrapping import unwrapped


def read_text(path: Path) -> list[str]:
    """The text of a plain file: wrapped lines joined, quoted reply lines dropped. Raises UnreadableError."""
    lines = decode(path.read_bytes()).splitlines()
    if whatsapp.is_chat(lines):
        return ["\n".join(whatsapp.messages(lines))]
    return ["\n".join(unwrapped([line for line in lines if not line.lstrip().startswith(">")]))]
