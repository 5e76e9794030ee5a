"""The front end that dictates a file."""

from __future__ import annotations

from pathlib import Path

from skoropis.api import Heard, SessionLike

from .decoding import decode
from .phrases import phrases


class FileFrontend:
    """Plays a recording to a session, phrase by phrase."""

    def run(self, session: SessionLike, source: str) -> None:
        """Send every phrase of the recording ``source`` (a path) to ``session``.

        Any format that FFmpeg reads; silence sends nothing. Raises AudioError when the file is missing,
        cut off, empty or no recording.
        """
        for chunk in phrases(decode(Path(source).expanduser())):
            session.handle(Heard(chunk))
