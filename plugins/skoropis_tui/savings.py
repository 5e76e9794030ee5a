"""How many keystrokes were saved so far."""

from __future__ import annotations

from collections import deque

WINDOW = 8
"""Keys that one bar of the sparkline stands for."""
BARS = 12
ENOUGH = 10
"""Characters before a share means anything."""
_BLOCKS = "▁▂▃▄▅▆▇█"


class Savings:
    """Counts keys, and the characters they brought.

    Every key that changes the text counts: letters, taken suggestions, Backspace, undo. What was pasted or
    loaded counts on neither side; what Skoropis mends unasked costs no key.
    """

    def __init__(self) -> None:
        self.keys = 0
        self.written = 0
        """Characters that the keys brought and that were not taken away again."""
        self._trend: deque[float] = deque(maxlen=BARS)
        self._window = [0, 0]

    def key(self, gained: int = 0) -> None:
        """One key was pressed; it brought ``gained`` characters, or took some away."""
        self.keys += 1
        self._window[0] += 1
        self.change(gained)
        if self._window[0] >= WINDOW:
            keys, written = self._window
            self._trend.append(max(0.0, 1 - keys / written) if written > 0 else 0.0)
            self._window = [0, 0]

    def change(self, gained: int) -> None:
        """The text became longer, or shorter, without a further key."""
        self.written = max(0, self.written + gained)
        self._window[1] += gained

    @property
    def share(self) -> float | None:
        """Share of the characters that did not have to be typed; negative when more keys were needed than
        there are characters. None before anything can be said.
        """
        return 1 - self.keys / self.written if self.written >= ENOUGH else None

    def sparkline(self) -> str:
        """What each :data:`WINDOW` keys saved, the latest last: a low bar for nothing, a full one for all."""
        top = len(_BLOCKS) - 1
        return "".join(_BLOCKS[round(share * top)] for share in self._trend)
