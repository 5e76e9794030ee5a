"""One typing or dictation context: events in, events out."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import count

from .profile.learning import Learner, Learning
from .speech.recognizer import Recognizer
from .text.edits import shifted
from .text.words import normalize_word
from .types import (
    Accepted,
    Changed,
    ChangeReason,
    Context,
    Edit,
    Erased,
    Event,
    EventIn,
    EventOut,
    Heard,
    Moved,
    Suggested,
    Suggestion,
    Transcribed,
    Typed,
    Undone,
)
from .typing.assistant import TypingAssistant
from .typing.doubts import Doubts
from .typing.ghost import Ghost, next_words
from .typing.policy import WHILE_TYPING, Policy
from .typing.window import last_words, reach

MAX_UNDO = 100
_SILENT = frozenset({"password", "terminal", "code", "url", "email", "number"})
_MENDS: dict[str, ChangeReason] = {"correction": "correction", "casing": "correction", "layout": "layout"}
"""Kinds of suggestions that mend what stands there, and the reason that is given for the change."""


@dataclass(frozen=True, slots=True)
class _Applied:
    """An edit that can be taken back: what stands there now, and what stood there."""

    start: int
    now: str
    was: str
    mend: bool
    """Whether it was a correction, and not text that came in."""


class Session:
    """Keeps the text left of the caret, asks the plugins, and says what to show and what to change.

    A front end feeds it what the user does and carries out every ``Changed``; text changes in no other way.
    A session belongs to one thread; several sessions may share a suite.
    """

    def __init__(
        self,
        typing: TypingAssistant,
        speech: Recognizer,
        context: Context | None = None,
        *,
        limit: int = 3,
        repeat: bool = False,
        policy: Policy | None = WHILE_TYPING,
        learner: Learner | None = None,
    ) -> None:
        """``limit``: suggestions shown at once. ``repeat``: offer again within a word what was passed over.
        ``policy``: what is mended and shown unasked; None leaves the text alone. ``learner``: is told what
        the user writes; nothing of fields that are no text.
        """
        self._typing = typing
        self._speech = speech
        self._context = context or Context("")
        self._limit = limit
        self._repeat = repeat
        self.policy = policy
        self._ids = count(1)
        self._shown: tuple[Suggestion, ...] = ()
        self._refused: set[str] = set()
        self._undo: list[_Applied] = []
        self._kept: set[str] = set()
        self._doubts = Doubts()
        self._ghost = Ghost()
        self._origin = len(self.before)
        """What stands left of it was there before; finished words of it are no business of ours."""
        self._learning = None if learner is None else Learning(learner)
        if self._learning is not None:
            self._learning.moved_to(self.before)

    @property
    def before(self) -> str:
        """The text left of the caret."""
        return self._context.before

    @property
    def revision(self) -> int:
        """Counts the changes of the text."""
        return self._context.revision

    @property
    def _silent(self) -> bool:
        return self._context.purpose in _SILENT

    def handle(self, body: EventIn) -> tuple[Event, ...]:
        """Take in what happened; returns what to change and what to show, in that order."""
        cause = next(self._ids)
        match body:
            case Typed(text):
                out = self._typed(text)
            case Erased(amount):
                self._replace(Edit(max(0, len(self.before) - max(amount, 0)), len(self.before), ""))
                self._ghost.drop()
                out = [*self._new_word()]
            case Moved(context):
                out = self._moved(context)
            case Accepted():
                out = self._accepted(body)
            case Undone():
                out = self._undone()
            case Heard(audio):
                out = self._heard(self._speech.transcribe(audio, self._context))
        return tuple(Event(next(self._ids), item, cause) for item in out)

    def close(self) -> None:
        """The text is left: what was not learned of it yet is learned now."""
        if self._learning is not None and not self._silent:
            self._learning.finish(self.before)

    def _typed(self, text: str) -> list[EventOut]:
        out: list[EventOut] = []
        for char in text:
            finished = char.isspace() and bool(self.before) and not self.before[-1].isspace()
            self._insert(char)
            if char.isalpha() or char in "'’-":
                if not self._repeat:
                    words = (s for s in self._shown if s.kind not in ("emoji", "snippet"))
                    self._refused.update(normalize_word(s.text) for s in words)
            else:
                self._refused.clear()
            self._shown = ()
            if finished:
                out += self._mend(len(self.before) - 1)
            if self._learning is not None and not self._silent:
                self._learning.typed(self.before)
        return out + self._suggest()

    def _moved(self, context: Context) -> list[EventOut]:
        self.close()
        self._context = replace(context, revision=self.revision + 1)
        self._origin = len(self.before)
        self._undo.clear()
        self._doubts.clear()
        self._ghost.drop()
        if self._learning is not None:
            self._learning.moved_to(self.before)
        return self._new_word()

    def _accepted(self, body: Accepted) -> list[EventOut]:
        suggestion, edit = body.suggestion, body.suggestion.edit
        if suggestion.revision != self.revision:
            return self._suggest()  # it was made for a text that is no more
        if suggestion.kind in _MENDS:
            return [self._change(edit, _MENDS[suggestion.kind]), *self._new_word()]
        if body.words is not None:
            written = edit.end - edit.start if edit.text.startswith(self.before[edit.start :]) else 0
            edit = replace(edit, text=next_words(edit.text, written, body.words))
        space = body.space and suggestion.kind != "snippet"
        if space:
            edit = replace(edit, text=edit.text + " ")
        if self._learning is not None and not self._silent:
            self._learning.accepted(edit.text.strip())
        out: list[EventOut] = [self._change(edit, "accept")]
        if space:
            out += self._mend(edit.start + len(edit.text) - 1, taken=edit.start)
        return [*out, *self._new_word()]

    def _undone(self) -> list[EventOut]:
        while self._undo:
            last = self._undo.pop()
            end = last.start + len(last.now)
            if self.before[last.start : end] != last.now:
                continue  # the user has since changed what stood there
            self._kept.update(normalize_word(word) for word in last.was.split())
            if last.mend and self._learning is not None and not self._silent:
                self._learning.undone(last.was, last.now)
            edit = Edit(last.start, end, last.was)
            self._replace(edit)
            self._ghost.drop()
            return [Changed(edit, "undo", self.revision), *self._new_word()]
        return self._suggest()

    def _heard(self, heard: Transcribed) -> list[EventOut]:
        text = heard.segment.text
        if not text:
            return [heard]
        gap = " " if self.before and not self.before[-1].isspace() else ""
        edit = Edit(len(self.before), len(self.before), gap + text)
        out: list[EventOut] = [heard, self._change(edit, "dictation")]
        if self._learning is not None:
            self._learning.moved_to(self.before)  # nobody has checked it yet
        return [*out, *self._new_word()]

    def _mend(self, end: int, taken: int | None = None) -> list[EventOut]:
        """Correct the word that ends at ``end``, seeing what stands left of it, and the one before, now that
        it is known what follows. ``taken``: from here on stands what the user took from a list.
        """
        if self.policy is None or self._silent:
            return []
        start = reach(self.before, end)
        window = self.before[start:end]
        context = replace(self._context, before=window, after=self.before[end:] + self._context.after)
        found = self._typing.decide(context, self.policy)
        last, previous = (start + last_words(window, words) for words in (1, 2))
        done = {applied.now for applied in self._undo if applied.mend}

        def allowed(edit: Edit) -> bool:
            was = self.before[edit.start : edit.end]
            kept = normalize_word(was) in self._kept or was in done
            return not kept and (taken is None or edit.end <= taken)

        suggest = [shifted(suggestion, start) for suggestion in found.suggest]
        self._doubts.renew([s for s in suggest if allowed(s.edit)], self.before, start)
        out: list[EventOut] = []
        for suggestion in reversed(found.apply):
            edit = shifted(suggestion, start).edit
            new = edit.end > last or (edit.end > previous and edit.start >= self._origin)
            if new and allowed(edit):
                out.append(self._change(edit, _MENDS.get(suggestion.kind, "correction")))
        return out

    def _change(self, edit: Edit, reason: ChangeReason) -> Changed:
        was = self.before[edit.start : edit.end]
        self._undo.append(_Applied(edit.start, edit.text, was, reason in _MENDS.values()))
        del self._undo[:-MAX_UNDO]
        self._replace(edit)
        return Changed(edit, reason, self.revision)

    def _insert(self, text: str) -> None:
        self._replace(Edit(len(self.before), len(self.before), text))

    def _replace(self, edit: Edit) -> None:
        self._context = replace(self._context, before=edit.apply(self.before), revision=self.revision + 1)
        self._origin = min(self._origin, len(self.before))
        self._doubts.moved(edit)
        if self._learning is not None:
            self._learning.changed(edit, self.before)

    def _new_word(self) -> list[EventOut]:
        self._refused.clear()
        return self._suggest()

    def _suggest(self) -> list[EventOut]:
        if self._silent or self._limit < 1:
            self._shown = ()
            return []
        offers = self._typing.offers(self._context, self._limit, self._refused)
        self._shown = offers.listed
        least = math.inf if self.policy is None else math.log(self.policy.ghost)
        likely = next((phrase for phrase in offers.phrases if phrase.logprob >= least), None)
        ghost = self._ghost.show(likely, self.before, self.revision)
        mends = self._doubts.shown(self.before, self.revision)
        return [Suggested(self._shown, self.revision, ghost, mends)]
