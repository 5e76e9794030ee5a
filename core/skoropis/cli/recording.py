"""How long a recording is, for progress bars and real-time factors."""

from __future__ import annotations

from pathlib import Path


def duration(path: Path) -> float | None:
    """Seconds that the file's header promises; None when it promises nothing or cannot be read.

    Whether the file can be used is not decided here: the transcription says what is wrong with it.
    """
    import av

    try:
        with av.open(str(path)) as container:
            return container.duration / av.time_base if container.duration else None
    except (av.FFmpegError, OSError, ValueError):
        return None
