"""How far the session is behind the user, and whether what it changed can still be carried out."""

from __future__ import annotations


class Pace:
    """Numbers what is asked, and remembers where in the text each ask that is unanswered took place."""

    def __init__(self) -> None:
        self.number = 0
        """Of the last ask."""
        self._anew = 0
        self._lows: dict[int, int] = {}

    def next(self, low: int) -> int:
        """Number a new ask; ``low``: the leftmost place of the text that it touched."""
        self.number += 1
        self._lows[self.number] = low
        return self.number

    def anew(self) -> None:
        """The last ask told the session the whole text: what it answers to earlier ones is void."""
        self._anew = self.number
        self._lows.clear()

    def void(self, number: int) -> bool:
        """Whether a change that answers this ask was made in a text that the session no longer has."""
        return number < self._anew

    def behind(self, number: int) -> bool:
        """Whether the user has done more since, that is still unanswered."""
        return any(later > number for later in self._lows)

    def clashes(self, number: int, end: int) -> bool:
        """Whether what was done since touched the text left of ``end``."""
        return any(low < end for later, low in self._lows.items() if later > number)

    def shift(self, number: int, by: int) -> None:
        """The text left of everything later than this ask became longer by so many characters."""
        self._lows = {n: low + by if n > number else low for n, low in self._lows.items()}

    def answered(self, number: int) -> None:
        """Everything up to this ask is answered."""
        self._lows = {n: low for n, low in self._lows.items() if n > number}
