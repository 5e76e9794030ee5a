"""The corrector: finds doubtful words, reads their sentence anew, says how sure it is of each mend."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skoropis.api import (
    Context,
    Edit,
    LanguageModel,
    Models,
    Profile,
    Suggestion,
    Token,
    language_of,
    lm_tokens,
    match_case,
    normalize_word,
    overlapping,
    script_of,
    tokenize,
)

from .calibration import Calibration, calibration
from .candidates import CandidateIndex
from .forms import forms
from .judge import LEFT, Judge, Place, Verdict
from .lattice import Scorer, decode
from .options import Option, Options
from .quiet import open_words
from .typo import TypoModel, typo_model

OFFERED = math.log(0.2)
"""Less likely mends are not worth offering."""
SENTENCE = 24
"""Most tokens of the sentence that are read before a doubtful place."""
RIGHT = 2
"""Tokens of context read behind a word."""
AFTER = 60
"""Characters behind the caret that are looked at."""
STRETCH = 40
"""Longest stretch read at once, in tokens, so that the cost grows with the text and no faster."""
_ENDS = frozenset(".!?")
_DASHES = frozenset("—-:")
_OPENING = frozenset('\n"“«„([')
"""Between two words: the second may have a capital without being a name."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What one language needs."""

    options: Options
    scorer: Scorer
    judge: Judge
    calibration: Calibration
    index: CandidateIndex

    @classmethod
    def of(cls, model: LanguageModel, typo: TypoModel) -> Engine:
        """Build the index over the model's lexicon."""
        # Thousands of readings are scored: by the fast part, and the few that are in doubt by the whole.
        fast = model.fast
        index = CandidateIndex(fast.lexicon, typo)
        options = Options(fast, index, typo, forms(model.language))
        scorer = Scorer(fast)
        judge = Judge(scorer, options, model)
        return cls(options, scorer, judge, calibration(model.language), index)


@dataclass(frozen=True, slots=True)
class Mend:
    """A mend of ``text[start:end]``."""

    start: int
    end: int
    text: str
    verdict: Verdict
    logprob: float
    """Log of the probability (nats) that this is what was meant."""


class Corrector:
    """Mends slips of the keyboard and of spelling, by a noisy channel in context."""

    def __init__(self, models: Models, profile: Profile) -> None:
        self._models = models
        self._profile = profile
        # Now: the host makes a plugin off the keystroke's path, and a call has no time for it.
        self._engines: dict[str, Engine] = {}
        for language in models.languages:
            typo = typo_model(language)
            if typo is not None:
                self._engines[language] = Engine.of(models.language_model(language), typo)

    def correct(self, context: Context) -> Sequence[Suggestion]:
        """One suggestion for each mend of ``context.before`` that is at all likely, in order."""
        if context.purpose != "text":
            return ()
        found = self.mends(context.before, context.language, context.domain, context.after)
        chosen: list[Suggestion] = []
        for mend in sorted(found, key=lambda mend: -mend.logprob):
            edit = Edit(mend.start, mend.end, mend.text)
            if mend.logprob >= OFFERED and not overlapping(edit, [other.edit for other in chosen]):
                chosen.append(Suggestion(edit, mend.text, "correction", mend.logprob))
        return sorted(chosen, key=lambda suggestion: suggestion.edit.start)

    def candidates(self, word: str, limit: int = 5) -> list[str]:
        """What a single word may be meant to be, without context, likeliest first."""
        engine = self.engine(language_of(word, self._models.languages) or "")
        if engine is None:
            return []
        typed = normalize_word(word)
        return engine.options.ranked(typed, limit)

    def engine(self, language: str) -> Engine | None:
        """The engine of a language; None for a language without a typo model."""
        return self._engines.get(language)

    def mends(
        self, text: str, language: str | None = None, domain: str | None = None, after: str = ""
    ) -> list[Mend]:
        """Every doubtful place with its best mend, likely or not; a pair of words may overlap with either.

        Words that only ``domain`` knows are left alone. ``after``: what stands behind the text.
        """
        whole = text + after[:AFTER]
        named = [(token, _name(token)) for token in tokenize(whole)]
        tokens = [token for token, name in named if name]
        names = [name for _, name in named if name]
        by_language: dict[str, set[int]] = {}
        for place in open_words(whole, tokens):
            if tokens[place].end > len(text):
                break
            script = script_of(tokens[place].text)
            own = language_of(tokens[place].text, self._models.languages)
            if script in ("latin", "cyrillic") and own and language in (None, own):
                by_language.setdefault(own, set()).add(place)
        found: list[Mend] = []
        for own, places in by_language.items():
            engine = self.engine(own)
            if engine is not None:
                places = {p for p in places if not self._profile.kept(tokens[p].text)}
                if domain is not None:
                    lexicon = self._models.language_model(own, domain).lexicon
                    known = engine.options.lexicon
                    places = {p for p in places if names[p] in known or names[p] not in lexicon}
                found += _Reading(engine, whole, tokens, names, places).mends()
        return found


class _Reading:
    """One text read in one language."""

    def __init__(
        self, engine: Engine, text: str, tokens: Sequence[Token], names: Sequence[str], places: set[int]
    ) -> None:
        self._engine = engine
        self._text = text
        self._tokens = tokens
        self._names = names
        self._places = places

    def mends(self) -> Iterator[Mend]:
        """Best mend of each doubtful place."""
        doubtful = [place for place in sorted(self._places) if self._singles(place)[1:] or self._pairs(place)]
        for start, end in _stretches(doubtful, len(self._tokens)):
            yield from self._read(start, end)

    def _singles(self, place: int) -> tuple[Option, ...]:
        if place in self._places:
            return self._engine.options.of(self._names[place])
        return (Option((self._names[place],), 0.0, "keep"),)

    def _pairs(self, place: int) -> tuple[Option, ...]:
        if place not in self._places or place + 1 not in self._places:
            return ()
        left, right = self._tokens[place], self._tokens[place + 1]
        if right.start - left.end != 1 or self._text[left.end] != " " or right.text[0].isupper():
            return ()
        return self._engine.options.of_pair(self._names[place], self._names[place + 1])

    def _read(self, start: int, end: int) -> Iterator[Mend]:
        scorer = self._engine.scorer
        begin = max(0, start - LEFT)
        state = scorer.model.read(self._names[begin:start])
        singles = [self._singles(place) for place in range(start, end)]
        pairs = [self._pairs(place) for place in range(start, end)]
        chosen = decode(scorer, state, singles, pairs, self._names[end : end + RIGHT])
        words: list[str] = list(self._names[max(0, start - SENTENCE) : start])
        behind = [word for option in chosen for word in option.words] + list(self._names[end : end + RIGHT])
        place = start
        for number, option in enumerate(chosen):
            behind = behind[len(option.words) :]
            if option.typed == 1 and self._singles(place)[1:]:
                yield from self._judge(place, 1, words, behind)
            following = chosen[number + 1] if number + 1 < len(chosen) else None
            if pairs[place - start]:
                if option.typed == 2:
                    yield from self._judge(place, 2, words, behind)
                elif following is not None and following.typed == 1:
                    yield from self._judge(place, 2, words, behind[len(following.words) :])
            words += option.words
            place += option.typed

    def _judge(self, place: int, typed: int, words: Sequence[str], behind: Sequence[str]) -> Iterator[Mend]:
        """The best mend of the next ``typed`` words, behind ``words`` and before ``behind``."""
        token = self._tokens[place].text
        verdict = self._engine.judge.judge(
            Place(
                tuple(self._names[place : place + typed]),
                _sentence(words[-SENTENCE:]),
                tuple(behind[:RIGHT]),
                title=token[0].isupper() and not (len(token) > 1 and token.isupper()),
                first=self._begins(place),
            )
        )
        if verdict is not None:
            yield self._mend(place, typed, verdict)

    def _begins(self, place: int) -> bool:
        """Whether a sentence begins here, or a quotation or line, so that a capital is no name."""
        while place and self._names[place - 1] in _DASHES:
            place -= 1
        if place == 0 or self._names[place - 1] in _ENDS:
            return True
        between = self._text[self._tokens[place - 1].end : self._tokens[place].start]
        return not _OPENING.isdisjoint(between)

    def _mend(self, place: int, typed: int, verdict: Verdict) -> Mend:
        first, last = self._tokens[place], self._tokens[place + typed - 1]
        text = match_case(first.text, self._engine.options.written(verdict.option.words))
        if "’" in self._text[first.start : last.end]:
            text = text.replace("'", "’")
        logprob = self._engine.calibration.logprob(verdict.doubt, verdict.features)
        return Mend(first.start, last.end, text, verdict, logprob)


def _name(token: Token) -> str:
    """The token as the model knows it; ``""`` for what models do not see."""
    if token.kind == "word":
        return normalize_word(token.text)
    return next(iter(lm_tokens(token.text)), "")


def _sentence(words: Sequence[str]) -> tuple[str, ...]:
    """The words behind the last full stop."""
    for place in range(len(words) - 1, -1, -1):
        if words[place] in _ENDS:
            return tuple(words[place + 1 :])
    return tuple(words)


def _stretches(doubtful: Sequence[int], count: int) -> Iterator[tuple[int, int]]:
    """Spans of places to read at once: doubtful ones that lie within reach of one another."""
    start = end = -1
    for place in doubtful:
        if start >= 0 and (place > end + RIGHT or place - start >= STRETCH):
            yield start, min(end, place)
            start = -1
        if start < 0:
            start = place
        # A pair takes the next word along.
        end = min(place + 2, count)
    if start >= 0:
        yield start, end
