"""The typist of the soak: what it does next, and the text that it believes to stand there."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import skoropis
from skoropis.types import (
    Accepted,
    Changed,
    Context,
    Erased,
    Event,
    EventIn,
    Moved,
    Purpose,
    Suggested,
    Suggestion,
    Typed,
    Undone,
)

LONGEST = 4000
"""Characters in a field before the typist goes on to the next."""
LINES = 400
"""Lines taken from each file."""
_QWERTY = "qwertyuiop[]asdfghjkl;'zxcvbnm,."
_ЙЦУКЕН = "йцукенгшщзхъфывапролджэячсмитьбю"
_OTHER_LAYOUT = str.maketrans(_QWERTY + _ЙЦУКЕН, _ЙЦУКЕН + _QWERTY)
_PASTES = (
    "🙂👩‍👩‍👧‍👦🇬🇧", "e\u0301\u0301", "\u202eabc\u202c", "\x00\x07\x1b[0m", "\r\n\r\n", "\t\t", "שלום עולם",
    "https://example.org/a?b=c#d", "def f(x):\n    return x", "a" * 300, "ы" * 300, ":smile ;;", "İıſßёЁйЙ",
    "...!?!?", "10:30 ;today", "\u2028\u00a0\ufeff", "1234567890 0x1f", "«„“”»", "don’t can't", "т.е. и т.д.",
    "\ud800",
)  # fmt: skip


class Drift(Exception):
    """The session's text is no longer the typist's, or an answer does not fit it. Never quotes the text."""


def lines_of(suite: skoropis.Suite) -> dict[str, list[str]]:
    """Lines to type by language: of the shared development texts, else of words drawn from the models."""
    folder = Path(os.environ.get("SKOROPIS_SHARED", "shared"), "data", "text", "dev")
    found: dict[str, list[str]] = {}
    for language in suite.models.languages:
        lines: list[str] = []
        for path in sorted(folder.glob(f"{language}/*.txt")):
            lines += path.read_text(encoding="utf-8").splitlines()[:LINES]
        found[language] = [line for line in lines if line.strip()] or _drawn(suite, language)
    return found


def _drawn(suite: skoropis.Suite, language: str) -> list[str]:
    lexicon = suite.models.language_model(language).lexicon
    rng = random.Random(language)
    weights = [2.718281828 ** float(logprob) for logprob in lexicon.logprobs]
    words = rng.choices(lexicon.words, weights, k=10 * LINES)
    return [" ".join(words[10 * n : 10 * (n + 1)]).capitalize() + "." for n in range(LINES)]


class Typist:
    """Does one thing after the other and checks the session after each."""

    def __init__(
        self,
        suite: skoropis.Suite,
        lines: dict[str, list[str]],
        rng: random.Random,
        spent: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        """``spent``: told the processor seconds of all threads that each event took."""
        self.keystrokes = 0
        self.actions: Counter[str] = Counter()
        self._suite = suite
        self._lines = lines
        self._rng = rng
        self._spent = spent
        self._language = rng.choice(sorted(lines))
        self._line = ""
        self._before = ""
        self._after = ""
        self._offers: tuple[Suggestion, ...] = ()
        self._stale: tuple[Suggestion, ...] = ()
        self._last_id = 0
        self._session = suite.session()
        self._weights: dict[Callable[[], None], float] = {
            self._type: 1000.0, self._erase: 50.0, self._accept: 30.0, self._accept_stale: 2.0,
            self._undo: 12.0, self._paste: 6.0, self._move: 8.0, self._switch: 4.0, self._field: 2.0,
            self._renew: 0.3,
        }  # fmt: skip

    def act(self) -> None:
        """Do one thing. Raises Drift when an answer is wrong, and whatever the session raises."""
        if len(self._before) > LONGEST:
            self._field()
            return
        action = self._rng.choices(list(self._weights), list(self._weights.values()))[0]
        action()

    def _type(self) -> None:
        if not self._line:
            self._line = self._rng.choice(self._lines[self._language]) + self._rng.choice((" ", "\n"))
            if self._rng.random() < 0.05:
                self._line = self._line.lower().translate(_OTHER_LAYOUT)
            if self._rng.random() < 0.3:
                self._suite.learn(self._line)
        slip = self._rng.random()
        char, rest = self._line[0], self._line[1:]
        if slip < 0.01 and rest:  # two letters in the wrong order
            char, rest = rest[0], char + rest[1:]
        elif slip < 0.02:  # one left out
            char, rest = rest[:1] or char, rest[1:]
        elif slip < 0.03:  # one too many
            rest = char + rest
        elif slip < 0.04:
            char = self._rng.choice(_QWERTY if self._language == "en" else _ЙЦУКЕН)
        self._line = rest
        self._put(char, 1)

    def _put(self, text: str, keystrokes: int) -> None:
        # What the front end is told to change lies left of what is typed after it: typed first, changed then.
        self._before += text
        self._tell(Typed(text), keystrokes)

    def _erase(self) -> None:
        count = self._rng.choice((1, 1, 1, 2, 3, 8, 40))
        self._before = self._before[: max(0, len(self._before) - count)]
        self._tell(Erased(count), count)

    def _accept(self) -> None:
        if not self._offers:
            return
        words = self._rng.choice((None, None, None, 1, 2))
        self._tell(Accepted(self._rng.choice(self._offers), self._rng.random() < 0.8, words), 1)
        self._line = self._line[self._line.find(" ") + 1 :]

    def _accept_stale(self) -> None:
        if self._stale and self._stale[0].revision != self._session.revision:
            before = self._before
            self._tell(Accepted(self._rng.choice(self._stale)), 1)
            if before != self._before:
                raise Drift("a suggestion for a text that is no more was carried out")

    def _undo(self) -> None:
        self._tell(Undone(), 1)

    def _paste(self) -> None:
        text = self._rng.choice((*_PASTES, self._rng.choice(self._lines[self._language])))
        self._put(text, 1)

    def _move(self) -> None:
        whole = self._before + self._after
        place = self._rng.randint(0, len(whole))
        self._stand(Context(whole[:place], whole[place:]))

    def _switch(self) -> None:
        self._language = self._rng.choice(sorted(self._lines))
        fixed = self._rng.choice((None, None, self._language))
        self._stand(Context(self._before, self._after, language=fixed))
        self._line = ""

    def _field(self) -> None:
        purpose: Purpose = self._rng.choice(("text",) * 60 + get_args(Purpose))
        domain = self._rng.choice((None, None, None, "auto", "it", "medical", "nowhere"))
        self._stand(Context("", domain=domain, purpose=purpose, app=self._rng.choice((None, "editor"))))
        self._line = ""

    def _renew(self) -> None:
        context = Context(self._before[-200:], self._after)
        self._session = self._suite.session(context, repeat=self._rng.random() < 0.5)
        self.actions["renewed"] += 1
        self._before, self._offers, self._stale, self._last_id = context.before, (), (), 0

    def _stand(self, context: Context) -> None:
        self._before, self._after = context.before, context.after
        self._tell(Moved(context), 1)

    def _tell(self, body: EventIn, keystrokes: int) -> None:
        """Hand one event over, carry out what comes back, check everything."""
        name = type(body).__name__.lower()
        self.actions[name] += 1
        self.keystrokes += keystrokes
        begun = time.process_time()
        events = self._session.handle(body)
        self._spent(time.process_time() - begun)
        if self._offers:
            self._stale = self._offers
        self._offers = ()
        for event in events:
            self._take(event)
        if self._session.before != self._before:
            raise Drift(f"the texts differ after {name}")

    def _take(self, event: Event) -> None:
        if event.id <= self._last_id:
            raise Drift("event numbers went back")
        self._last_id = event.id
        if isinstance(event.body, Changed):
            edit = event.body.edit
            if not 0 <= edit.start <= edit.end <= len(self._before):
                raise Drift("a change outside the text")
            self._before = edit.apply(self._before)
            self.actions[f"changed: {event.body.reason}"] += 1
        elif isinstance(event.body, Suggested):
            shown = event.body
            ghost = () if shown.ghost is None else (shown.ghost,)
            self._offers = (*shown.suggestions, *ghost, *shown.mends)
            for offer in self._offers:
                if shown.revision != self._session.revision or offer.revision != shown.revision:
                    raise Drift("a suggestion for another text was shown")
                if not 0 <= offer.edit.start <= offer.edit.end <= len(self._before):
                    raise Drift("a suggestion outside the text")
