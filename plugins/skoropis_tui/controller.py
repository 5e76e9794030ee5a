"""Between the text that is written and the session: keeps both in step, and knows what to show.

Knows nothing of terminals. The editor has every key first and says what became of the text; the session's
answer comes later, and meets a text that may have gone on since.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from skoropis.api import Accepted, Context, Edit, Erased, Moved, Suggested, Suggestion, Typed, Undone

from .exchange import Answer, Applied, Ask, Deed, Opened
from .marks import Mark, Marks
from .offers import Offers, Wish
from .pace import Pace
from .savings import Savings
from .settings import Settings
from .window import window

HIGHLIGHT = 8.0
"""Seconds that a mended word stands out and can be taken back with one key."""
_CLOSING = frozenset(",.!?:;…)]}»”’")
_UNASKED = frozenset({"correction", "layout"})


class Controller:
    """A text, its caret and what the session says about it.

    ``ask`` passes on what was done; :meth:`received` takes the answer and returns what the editor has to
    change. Not to be used from several threads.
    """

    def __init__(
        self,
        ask: Callable[[Ask], None],
        settings: Settings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._clock = clock
        self.settings = settings
        self.savings = Savings()
        self.offers = Offers()
        self.text = ""
        self.caret = 0
        self.ready = False
        """Whether the session has answered yet."""
        self.error = ""
        self.marks = Marks()
        self._pace = Pace()
        self._base = 0
        """Where in the text the session's text begins."""
        self._applied: list[Applied] = []
        """What the session can take back, in its order; offsets are those of the text when it was made."""
        self._untouched = False
        """Whether nothing was done since the last of them."""
        self._taken_back: set[int] = set()
        """Asks to take something back that the editor has itself taken back already."""

    def open(self, text: str, caret: int) -> None:
        """Begin with a text that was not typed here."""
        self.text, self.caret = text, caret
        self.marks.clear()
        self._restart()

    def switch(self, settings: Settings) -> None:
        """Go on with other settings."""
        self.settings = settings
        self.marks.clear("doubtful")
        self._restart()

    @property
    def ghost(self) -> str:
        """What to show dimmed behind the caret; nothing where text follows on the same line."""
        return self.offers.rest if self.text[self.caret : self.caret + 1] in ("", "\n") else ""

    def edited(self, edit: Edit, caret: int, *, key: bool = True) -> None:
        """The user changed the text, and the caret is now at ``caret``.

        ``key``: it was one key, not a part of something that is counted elsewhere.
        """
        old = self.caret
        self.text, self.caret = edit.apply(self.text), caret
        self.marks.shift(edit)
        self._untouched = False
        self.offers.wish = None
        typed = edit.start == edit.end == old and caret == old + len(edit.text) and len(edit.text) == 1
        if typed:
            self.offers.typed(edit.text)
            self._say(Typed(edit.text), old)
        elif not edit.text and edit.end == old and caret == edit.start >= self._base:
            self.offers.end_ghost()
            self.offers.quiet = False
            self._say(Erased(edit.end - edit.start), caret)
        else:
            self._sync()
        if key and (typed or not edit.text):
            self.savings.key(1 if typed else edit.start - edit.end)

    def moved(self, caret: int) -> None:
        """The user put the caret elsewhere."""
        if caret != self.caret:
            self.caret = caret
            self._sync()

    def replaced(self, text: str, caret: int) -> None:
        """The editor took a step of its own history back, or made it again."""
        self.savings.key(len(text) - len(self.text))
        top = self._applied[-1] if self._untouched and self._applied else None
        back = None if top is None else top.back
        if back is not None and text == back.apply(self.text):
            self.marks.shift(back)
            self.text, self.caret = text, caret
            self._applied.pop()
            self._untouched = False
            self.offers.end_ghost()
            self._taken_back.add(self._say(Undone(), back.start))
        else:
            self.marks.clear()
            self.text, self.caret = text, caret
            self._sync()

    def take(self, place: int) -> bool:
        """Take a suggestion by its place; whether there is one."""
        offers = self.offers.suggestions
        return place < len(offers) and self._take(offers[place])

    def take_ghost(self, words: int | None = None) -> bool:
        """Take the continuation behind the caret, or its first ``words``; whether there is one."""
        ghost = self.offers.ghost
        return bool(self.ghost) and ghost is not None and self._take(ghost, words)

    def take_next(self) -> bool:
        """Take the next word of the continuation, else the first suggestion; whether there is either."""
        return self.take_ghost(1) or self.take(0)

    def take_mend(self) -> bool:
        """Take the mend of the doubtful word nearest the caret; whether there is one."""
        mark = self.marks.doubtful(self.caret)
        return mark is not None and mark.suggestion is not None and self._take(mark.suggestion, mend=True)

    def hide(self) -> bool:
        """Show no suggestions until the next word; whether there were any."""
        shown = bool(self.offers.suggestions or self.ghost)
        self.offers.hidden = True
        return shown

    def follows_taken(self, char: str) -> bool:
        """Whether ``char`` belongs where the space stands that was put behind a taken suggestion."""
        top = self._applied[-1] if self._untouched and self._applied else None
        spaced = top is not None and top.reason == "accept" and top.edit.text.endswith(" ")
        return spaced and self.text[self.caret - 1 : self.caret] == " " and (char in _CLOSING or char == " ")

    def just_mended(self) -> bool:
        """Whether the last thing that happened was a mend: the editor's undo, or Backspace, is for it."""
        return self._untouched and bool(self._applied) and self._applied[-1].reason in _UNASKED

    @property
    def mend_is_next(self) -> bool:
        """Whether undo is for the mend that stands out, and not for a word that was taken just now."""
        return self.marks.mended is not None and (self.just_mended() or not self._untouched)

    def undo_earlier(self) -> Edit | None:
        """Take back a mend that still stands out although the user has gone on: an edit for the editor, and
        then the session is told the text; one that leaves all as it is when the session will do it itself.
        """
        mark = self.marks.mended
        if mark is None or self._untouched:
            return None
        self.savings.key()
        top = self._applied[-1] if self._applied else None
        known = top is not None and (mark.was, mark.now) == (top.was, top.edit.text)
        if known and not self.error:
            self._say(Undone(), self.caret)
            return Edit(self.caret, self.caret, "")
        edit = Edit(mark.start, mark.end, mark.was)
        by = len(mark.was) - len(mark.now)
        self.text = edit.apply(self.text)
        self.caret += by if self.caret >= mark.end else 0
        self.marks.shift(edit)
        self.savings.change(by)
        self._sync()
        return edit

    def fade(self) -> bool:
        """Let marks whose time is over go; whether there were any."""
        return self.marks.fade(self._clock())

    def received(self, answer: Answer) -> tuple[Edit, ...]:
        """Take the session's answer; the edits that the editor has to carry out, in order.

        A change is made only if the user has done nothing since that it could clash with; else it is
        dropped and the session is told the text as it is.
        """
        edits: list[Edit] = []
        for applied in answer.changes:
            if self._pace.void(applied.number):
                continue
            if applied.number in self._taken_back and applied.reason == "undo":
                self._taken_back.discard(applied.number)
                continue
            edit = self._carry_out(applied)
            if edit is None:
                self._sync()
                return tuple(edits)
            edits.append(edit)
        self._pace.answered(answer.number)
        if answer.error:
            self.error = answer.error
            self.offers.clear()
            self.marks.clear("doubtful")
        elif any(number <= answer.number for number in self._taken_back):
            self._sync()  # the session knew of nothing to take back
        else:
            self.ready = True
            if answer.number == self._pace.number:
                self._show(answer.suggested or Suggested((), 0))
        return tuple(edits)

    def _take(self, suggestion: Suggestion, words: int | None = None, *, mend: bool = False) -> bool:
        if self.error:
            return False
        if not self.offers.fresh:  # made for an older text: taken when it turns out to hold for this one
            self.offers.wish = Wish(suggestion.text, words)
            return True
        follows = self.text[self.caret : self.caret + 1]
        space = not mend and follows not in _CLOSING and (follows == "\n" or not follows.isspace())
        self.savings.key()
        self._say(Accepted(suggestion, space, words), self.caret)
        return True

    def _carry_out(self, applied: Applied) -> Edit | None:
        start, end = applied.edit.start + self._base, applied.edit.end + self._base
        edit = Edit(start, end, applied.edit.text)
        if self._pace.clashes(applied.number, end) or self.caret < end or self.text[start:end] != applied.was:
            return None
        by = len(edit.text) - (end - start)
        self.text = edit.apply(self.text)
        self.caret += by
        self._pace.shift(applied.number, by)
        self.marks.shift(edit)
        self.savings.change(by)
        self._untouched = applied.reason != "undo" and not self._pace.behind(applied.number)
        if applied.reason == "undo":
            del self._applied[-1:]
            return edit
        self._applied.append(replace(applied, edit=edit))
        if applied.reason == "accept":
            self.offers.quiet = False
            self.offers.end_ghost()
        elif edit.text.strip():
            until = self._clock() + HIGHLIGHT
            self.marks.add(Mark("mended", start, start + len(edit.text), applied.was, edit.text, until))
        return edit

    def _show(self, suggested: Suggested) -> None:
        ghost = suggested.ghost
        self.offers.show(suggested, self.text[ghost.edit.start + self._base : self.caret] if ghost else "")
        self.marks.clear("doubtful")
        for mend in suggested.mends:
            start, end = mend.edit.start + self._base, mend.edit.end + self._base
            was = self.text[start:end]
            self.marks.add(Mark("doubtful", start, end, was, mend.edit.text, suggestion=mend))
        wished = self.offers.fulfil(suggested.mends)
        if wished is not None:
            self._take(*wished, mend=wished[0] in suggested.mends)

    def _context(self) -> Context:
        self._base, context = window(self.text, self.caret, self.settings)
        return context

    def _restart(self) -> None:
        self.ready, self.error = False, ""
        self.offers.clear()
        self._begin_anew(Opened(self.settings, self._context()))

    def _sync(self) -> None:
        """Tell the session the text around the caret: more happened than it could follow."""
        self.offers.quiet = True
        self.offers.end_ghost()
        self._begin_anew(Moved(self._context()))

    def _begin_anew(self, body: Moved | Opened) -> None:
        self._applied.clear()
        self._untouched = False
        self._taken_back.clear()
        self.offers.wish = None
        self._say(body, 0)
        self._pace.anew()

    def _say(self, body: Deed | Opened, low: int) -> int:
        number = self._pace.next(low)
        self.offers.fresh = False
        self._ask(Ask(number, body))
        return number
