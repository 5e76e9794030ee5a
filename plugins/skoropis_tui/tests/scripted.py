"""A session whose answers are known: it offers, continues, mends and doubts what it is told to."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from skoropis.api import (
    Accepted,
    Changed,
    Context,
    Edit,
    Erased,
    Event,
    Moved,
    Suggested,
    Suggestion,
    Typed,
    Undone,
)


class ScriptedSession:
    """Keeps text as the real one does. ``offers``: words for the three places, by what was begun.

    ``ghosts``: continuations by the end of the text that they follow. ``mends``: applied at the space.
    ``doubts``: only marked, with what they may mean.
    """

    def __init__(
        self,
        context: Context | None = None,
        *,
        offers: Sequence[str] = (),
        ghosts: Mapping[str, str] | None = None,
        mends: Mapping[str, str] | None = None,
        doubts: Mapping[str, str] | None = None,
        gate: threading.Event | None = None,
    ) -> None:
        self.context = context or Context("")
        self.before = self.context.before
        self.revision = 0
        self.heard: list[object] = []
        self.closed = False
        self._offers = offers
        self._ghosts = ghosts or {}
        self._mends = mends or {}
        self._doubts = doubts or {}
        self._gate = gate
        self._undo: list[tuple[int, str, str]] = []
        self._kept: set[str] = set()

    def handle(self, body: object) -> tuple[Event, ...]:
        if self._gate is not None:
            self._gate.wait(10)
        self.heard.append(body)
        out: list[Changed] = []
        match body:
            case Typed(text):
                for char in text:
                    finished = char.isspace() and bool(self.before) and not self.before[-1].isspace()
                    self._replace(Edit(len(self.before), len(self.before), char))
                    if finished:
                        out += self._mend()
            case Erased(count):
                self._replace(Edit(max(0, len(self.before) - count), len(self.before), ""))
            case Moved(context):
                self.context, self.before = context, context.before
                self.revision += 1
                self._undo.clear()
            case Accepted(suggestion, space, words):
                if suggestion.revision == self.revision:
                    edit = suggestion.edit
                    text = edit.text if words is None else _first(edit.text, words)
                    edit = Edit(edit.start, edit.end, text + (" " if space else ""))
                    out.append(self._change(edit, "accept"))
            case Undone():
                out += self._undone()
        return tuple(Event(0, item) for item in [*out, self._suggested()])

    def close(self) -> None:
        self.closed = True

    def _mend(self) -> list[Changed]:
        word = self.before[:-1].split()[-1]
        if word not in self._mends or word in self._kept:
            return []
        start = len(self.before) - 1 - len(word)
        return [self._change(Edit(start, start + len(word), self._mends[word]), "correction")]

    def _undone(self) -> list[Changed]:
        while self._undo:
            start, now, was = self._undo.pop()
            if self.before[start : start + len(now)] == now:
                self._kept.add(was)
                self._replace(Edit(start, start + len(now), was))
                return [Changed(Edit(start, start + len(now), was), "undo", self.revision)]
        return []

    def _change(self, edit: Edit, reason: str) -> Changed:
        self._undo.append((edit.start, edit.text, self.before[edit.start : edit.end]))
        self._replace(edit)
        return Changed(edit, reason, self.revision)  # type: ignore[arg-type]

    def _replace(self, edit: Edit) -> None:
        self.before = edit.apply(self.before)
        self.revision += 1

    def _suggested(self) -> Suggested:
        end = len(self.before)
        start = max(self.before.rfind(" "), self.before.rfind("\n")) + 1
        begun = self.before[start:]
        offers = tuple(
            self._offer(Edit(start, end, word), "completion")
            for word in self._offers
            if word.startswith(begun) and word != begun
        )[:3]
        return Suggested(offers, self.revision, self._ghost(), self._doubtful())

    def _ghost(self) -> Suggestion | None:
        for behind, whole in self._ghosts.items():
            for cut in range(len(whole), -1, -1):
                if self.before.endswith(behind + whole[:cut]):
                    at = len(self.before)
                    return self._offer(Edit(at, at, whole[cut:]), "continuation") if whole[cut:] else None
        return None

    def _doubtful(self) -> tuple[Suggestion, ...]:
        found = []
        for word, meant in self._doubts.items():
            at = self.before.find(word)
            if at >= 0 and self.before[at + len(word) : at + len(word) + 1].isspace():
                found.append(self._offer(Edit(at, at + len(word), meant), "correction"))
        return tuple(sorted(found, key=lambda offer: offer.edit.start))

    def _offer(self, edit: Edit, kind: str) -> Suggestion:
        return Suggestion(edit, edit.text, kind, -0.5, "fake", self.revision)  # type: ignore[arg-type]


def _first(text: str, words: int) -> str:
    """The first words of a continuation, with the spaces before and between them."""
    end = 0
    for _ in range(words):
        while end < len(text) and text[end] == " ":
            end += 1
        while end < len(text) and text[end] != " ":
            end += 1
    return text[:end]
