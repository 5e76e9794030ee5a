"""What is offered at the caret."""

from __future__ import annotations

from dataclasses import dataclass

from skoropis.api import Suggested, Suggestion


@dataclass(frozen=True, slots=True)
class Wish:
    """A suggestion that was taken while the answer to the last key was still on its way."""

    text: str
    words: int | None


class Offers:
    """The last suggestions and the continuation behind the caret; both stay until there are newer ones, so
    that nothing flickers, but only what was made for the text as it is can be taken.
    """

    def __init__(self) -> None:
        self._suggestions: tuple[Suggestion, ...] = ()
        self.ghost: Suggestion | None = None
        self._rest = ""
        self.fresh = False
        """Whether they were made for the text as it is."""
        self.hidden = False
        """The user wants to see none until the next word."""
        self.quiet = False
        """The caret was moved: nobody who reads through a text wants it continued."""
        self.wish: Wish | None = None

    @property
    def suggestions(self) -> tuple[Suggestion, ...]:
        """To be shown, best first."""
        return () if self.hidden else self._suggestions

    @property
    def rest(self) -> str:
        """What of the continuation is not written yet, to be shown behind the caret."""
        return "" if self.hidden or self.quiet else self._rest

    def typed(self, char: str) -> None:
        """A letter that the continuation begins with leaves it standing, any other ends it."""
        self.quiet = False
        if char.isspace():
            self.hidden = False
        self._rest = self._rest[1:] if self._rest.startswith(char) else ""

    def end_ghost(self) -> None:
        """The continuation no longer continues the text."""
        self._rest = ""

    def clear(self) -> None:
        """Offer nothing."""
        self._suggestions, self.ghost, self._rest = (), None, ""

    def show(self, suggested: Suggested, written: str) -> None:
        """Offer something new; ``written``: the text between the continuation's start and the caret."""
        self.fresh = True
        self._suggestions, self.ghost, self._rest = suggested.suggestions, suggested.ghost, ""
        if self.ghost is not None:
            whole = self.ghost.edit.text
            # One that would change what is written cannot be shown as standing behind it.
            if whole.casefold().startswith(written.casefold()):
                self._rest = whole[len(written) :]

    def fulfil(self, mends: tuple[Suggestion, ...]) -> tuple[Suggestion, int | None] | None:
        """The suggestion that was wished for, if it is offered still, and how many words of it."""
        wish, self.wish = self.wish, None
        if wish is None:
            return None
        offers = (*((self.ghost,) if self.ghost else ()), *self._suggestions, *mends)
        found = next((offer for offer in offers if offer.text == wish.text), None)
        return None if found is None else (found, wish.words)
