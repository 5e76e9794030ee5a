"""One typing or dictation context: events in, events out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import count

from .speech.recognizer import Recognizer
from .text.words import normalize_word
from .types import (
    Accepted,
    Changed,
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
from .typing.policy import WHILE_TYPING, Policy

CORRECTION_WINDOW = 300
"""Most characters left of a finished word that a corrector sees."""
_SENTENCE_END = re.compile(r"[.!?\n]\s")
MAX_UNDO = 100
_SILENT = frozenset({"password", "terminal", "code", "url", "email", "number"})


@dataclass(frozen=True, slots=True)
class _Applied:
    """An edit that can be taken back: what stands there now, and what stood there."""

    start: int
    now: str
    was: str


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
    ) -> None:
        """``limit``: suggestions shown at once. ``repeat``: offer again within a word what was passed over.
        ``policy``: when a finished word is mended unasked; None never does.
        """
        self._typing = typing
        self._speech = speech
        self._context = context or Context("")
        self._limit = limit
        self._repeat = repeat
        self._policy = policy
        self._ids = count(1)
        self._shown: tuple[Suggestion, ...] = ()
        self._refused: set[str] = set()
        self._undo: list[_Applied] = []
        self._kept: set[str] = set()

    @property
    def before(self) -> str:
        """The text left of the caret."""
        return self._context.before

    @property
    def revision(self) -> int:
        """Counts the changes of the text."""
        return self._context.revision

    def handle(self, body: EventIn) -> tuple[Event, ...]:
        """Take in what happened; returns what to change and what to show, in that order."""
        cause = next(self._ids)
        match body:
            case Typed(text):
                out = self._typed(text)
            case Erased(amount):
                self._replace(Edit(max(0, len(self.before) - max(amount, 0)), len(self.before), ""))
                out = [*self._new_word()]
            case Moved(context):
                self._context = replace(context, revision=self.revision + 1)
                self._undo.clear()
                out = [*self._new_word()]
            case Accepted(suggestion, space):
                out = self._accepted(suggestion, space)
            case Undone():
                out = self._undone()
            case Heard(audio):
                out = self._heard(self._speech.transcribe(audio, self._context))
        return tuple(Event(next(self._ids), item, cause) for item in out)

    def _typed(self, text: str) -> list[EventOut]:
        out: list[EventOut] = []
        for char in text:
            finished = char.isspace() and bool(self.before) and not self.before[-1].isspace()
            self._insert(char)
            if char.isalpha() or char in "'’-":
                if not self._repeat:
                    self._refused.update(normalize_word(s.text) for s in self._shown)
            else:
                self._refused.clear()
            self._shown = ()
            if finished:
                out += self._mend()
        return out + self._suggest()

    def _accepted(self, suggestion: Suggestion, space: bool) -> list[EventOut]:
        if suggestion.revision != self.revision:
            return self._suggest()  # it was made for a text that is no more
        edit = suggestion.edit
        if space:
            edit = replace(edit, text=edit.text + " ")
        return [self._change(edit, "accept"), *self._new_word()]

    def _undone(self) -> list[EventOut]:
        while self._undo:
            last = self._undo.pop()
            end = last.start + len(last.now)
            if self.before[last.start : end] != last.now:
                continue  # the user has since changed what stood there
            self._kept.update(normalize_word(word) for word in last.was.split())
            edit = Edit(last.start, end, last.was)
            self._replace(edit)
            return [Changed(edit, "undo", self.revision), *self._new_word()]
        return self._suggest()

    def _heard(self, heard: Transcribed) -> list[EventOut]:
        text = heard.segment.text
        if not text:
            return [heard]
        gap = " " if self.before and not self.before[-1].isspace() else ""
        edit = Edit(len(self.before), len(self.before), gap + text)
        return [heard, self._change(edit, "dictation"), *self._new_word()]

    def _mend(self) -> list[EventOut]:
        """Correct the word before the space that was just typed, seeing what stands left of it."""
        if self._policy is None or self._context.purpose in _SILENT:
            return []
        end = len(self.before) - 1
        start = self._reach(end)
        window = self.before[start:end]
        last_word = start + max(window.rfind(" "), window.rfind("\n")) + 1
        after = self.before[end:] + self._context.after
        context = replace(self._context, before=window, after=after)
        out: list[EventOut] = []
        for found in reversed(self._typing.corrections(context, self._policy)):
            edit = Edit(found.edit.start + start, found.edit.end + start, found.edit.text)
            was = self.before[edit.start : edit.end]
            if edit.end > last_word and normalize_word(was) not in self._kept:
                out.append(self._change(edit, "layout" if found.kind == "layout" else "correction"))
        return out

    def _reach(self, end: int) -> int:
        """Where the text that a corrector sees begins: with a sentence if one does, else with a whole word.

        A corrector remembers what it made of a sentence that begins as it did before.
        """
        start = max(0, end - CORRECTION_WINDOW)
        if not start:
            return 0
        sentence = _SENTENCE_END.search(self.before, start, end - CORRECTION_WINDOW // 3)
        return sentence.end() if sentence else self.before.find(" ", start, end) + 1 or start

    def _change(self, edit: Edit, reason: str) -> Changed:
        self._undo.append(_Applied(edit.start, edit.text, self.before[edit.start : edit.end]))
        del self._undo[:-MAX_UNDO]
        self._replace(edit)
        return Changed(edit, reason, self.revision)  # type: ignore[arg-type]

    def _insert(self, text: str) -> None:
        self._replace(Edit(len(self.before), len(self.before), text))

    def _replace(self, edit: Edit) -> None:
        self._context = replace(self._context, before=edit.apply(self.before), revision=self.revision + 1)

    def _new_word(self) -> list[EventOut]:
        self._refused.clear()
        return self._suggest()

    def _suggest(self) -> list[EventOut]:
        if self._context.purpose in _SILENT or self._limit < 1:
            self._shown = ()
            return []
        self._shown = self._typing.suggest(self._context, self._limit, self._refused)
        return [Suggested(self._shown, self.revision)]
