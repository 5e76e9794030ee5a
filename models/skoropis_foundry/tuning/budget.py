"""The time that a training may take."""

from __future__ import annotations

import re
import time

from skoropis.errors import InputError

_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smh])")
_WHOLE = re.compile(r"(?:\d+(?:\.\d+)?\s*[smh]\s*)+")
_SECONDS = {"s": 1.0, "m": 60.0, "h": 3600.0}
_LONGEST = 7 * 24 * 3600.0


def parse_budget(text: str) -> float:
    """Seconds of ``90s``, ``30m``, ``1h`` or ``1h30m``. Raises InputError for anything else."""
    wanted = text.strip().lower()
    if _WHOLE.fullmatch(wanted):
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(wanted))
        if 0 < seconds <= _LONGEST:
            return seconds
    raise InputError("--budget is a time such as 90s, 30m or 1h30m, at most a week")


def spoken(seconds: float) -> str:
    """``45 s``, ``9:05 min`` or ``1:30 h``."""
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}:{rest:02} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02} h"


class Budget:
    """A clock that runs from its making."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begun = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds that are over."""
        return time.monotonic() - self._begun

    @property
    def left(self) -> float:
        """Seconds that remain; below 0 when it is overdrawn."""
        return self.seconds - self.spent
