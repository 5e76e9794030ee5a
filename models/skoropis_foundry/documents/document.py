"""What a folder is read into: documents, and what was passed over with the reason."""

from __future__ import annotations

from dataclasses import dataclass

MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Document:
    """One text of the user: a file, a message of a mailbox, a conversation of a chat export."""

    id: str
    """Path relative to the folder, with ``#n`` for the n-th message or conversation of a file."""
    text: str
    """Paragraphs, each on a line of its own."""

    @property
    def lines(self) -> list[str]:
        """The lines of the text; none for an empty text."""
        return self.text.split("\n") if self.text else []


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or document that was passed over. The reason is one line and quotes nothing of the text."""

    path: str
    reason: str


class UnreadableError(Exception):
    """Raised by a reader: the file gives no text. The message is the reason of a :class:`Skipped`."""
