"""A simulated user who types a paragraph into a session, exactly as a front end would pass it on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ..text.words import normalize_word
from ..types import Accepted, Changed, EventIn, Suggested, Suggestion, Typed, Undone

if TYPE_CHECKING:
    from ..session import Session

TYPED, TAKEN, MENDED = "t", "a", "m"
_MARKS = {"accept": TAKEN, "correction": MENDED, "layout": MENDED}
_SLIP = re.compile(r"\{([^|{}]+)\|([^|{}]+)\}|\S+")
_TAIL = re.compile(r"[^\w]*$")


@dataclass(frozen=True, slots=True)
class Planned:
    """A word the user has in mind, what the fingers make of it, and the punctuation behind it."""

    typed: str
    wanted: str
    tail: str


@dataclass(frozen=True, slots=True)
class Mend:
    """One change that Skoropis made unasked; ``right``: it is what the user had in mind."""

    before: str
    after: str
    reason: str
    right: bool


@dataclass(slots=True)
class Report:
    """What happened while a paragraph was typed; ``marks`` says who wrote each character of ``text``."""

    wanted: str
    text: str = ""
    marks: str = ""
    keystrokes: int = 0
    taken: int = 0
    mends: list[Mend] = field(default_factory=list)
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def saved(self) -> float:
        """Share of the characters that did not have to be typed."""
        return 1 - self.keystrokes / len(self.wanted)

    def missed(self) -> list[tuple[str, str]]:
        """Words that stand there otherwise than the user had in mind: (stands, wanted)."""
        stands, wanted = self.text.split(), self.wanted.split()
        if len(stands) != len(wanted):
            return [(self.text, self.wanted)]
        return [(a, b) for a, b in zip(stands, wanted, strict=True) if normalize_word(a) != normalize_word(b)]


def plan(marked: str) -> list[Planned]:
    """Read a paragraph in which ``{typed|wanted}`` marks a slip of the fingers."""
    words = []
    for match in re.finditer(r"(?:\{[^{}]*\}|\S)+", marked):
        piece = match.group()
        slip = _SLIP.match(piece)
        if slip and slip.group(1):
            words.append(Planned(slip.group(1), slip.group(2), piece[slip.end() :]))
        else:
            tail = _TAIL.search(piece)
            cut = tail.start() if tail else len(piece)
            words.append(Planned(piece[:cut], piece[:cut], piece[cut:]))
    return words


class Typist:
    """Types into a session, takes a suggestion when it is the wanted word, takes a wrong mend back."""

    def __init__(
        self, session: Session, words: list[Planned], on_key: Callable[[Report], None] = lambda report: None
    ) -> None:
        self._session = session
        self._words = words
        self._on_key = on_key
        self._shown: tuple[Suggestion, ...] = ()
        self.report = Report(" ".join(word.wanted + word.tail for word in words))

    def run(self) -> Report:
        """Type everything."""
        for index, word in enumerate(self._words):
            last = index == len(self._words) - 1
            spaced = self._word(word, space=not last)
            for char in word.tail:
                self._key(Typed(char))
            if not spaced and not last:
                self._space(word)
        return self.report

    def _word(self, word: Planned, *, space: bool) -> bool:
        """Type one word; whether the space behind it was typed with it."""
        if word.typed == word.wanted:
            for char in word.wanted:
                offer = next((s for s in self._shown if s.text == word.wanted), None)
                if offer is not None and self._session.before:
                    with_space = space and not word.tail
                    self._key(Accepted(offer, space=with_space))
                    self.report.taken += 1
                    return with_space
                self._key(Typed(char))
        else:
            for char in word.typed:
                self._key(Typed(char))
        return False

    def _space(self, word: Planned) -> None:
        """Finish a word; what Skoropis mends now is looked at, and taken back when it is wrong."""
        known = len(self.report.mends)
        self._key(Typed(" "), wanted=word.wanted + word.tail)
        if any(not mend.right for mend in self.report.mends[known:]):
            self._key(Undone())

    def _key(self, body: EventIn, wanted: str = "") -> None:
        """One keystroke: pass it on, carry out what comes back."""
        report = self.report
        report.keystrokes += 1
        if isinstance(body, Typed):
            report.text += body.text
            report.marks += TYPED * len(body.text)
        begin = time.perf_counter()
        events = self._session.handle(body)
        report.latencies_ms.append((time.perf_counter() - begin) * 1000)
        for event in events:
            if isinstance(event.body, Changed):
                self._change(event.body, wanted)
            elif isinstance(event.body, Suggested):
                self._shown = event.body.suggestions
        self._on_key(report)

    def _change(self, change: Changed, wanted: str) -> None:
        report, edit = self.report, change.edit
        before = report.text[edit.start : edit.end]
        mark = _MARKS.get(change.reason, TYPED)
        report.text = edit.apply(report.text)
        report.marks = report.marks[: edit.start] + mark * len(edit.text) + report.marks[edit.end :]
        if mark == MENDED:
            right = normalize_word(report.text).rstrip().endswith(normalize_word(wanted))
            report.mends.append(Mend(before, edit.text, change.reason, right))
