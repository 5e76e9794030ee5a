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
    script_of,
    tokenize,
)

from .calibration import Calibration, calibration
from .candidates import CandidateIndex
from .forms import forms
from .judge import Verdict, judge
from .lattice import Scorer, decode
from .options import Option, Options
from .quiet import open_words
from .typo import TypoModel, typo_model

OFFERED = math.log(0.2)
"""Less likely mends are not worth offering."""
LEFT = 5
"""Tokens of context read before a stretch."""
RIGHT = 2
"""Tokens of context read behind a word."""
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
    calibration: Calibration
    index: CandidateIndex

    @classmethod
    def of(cls, model: LanguageModel, typo: TypoModel) -> Engine:
        """Build the index over the model's lexicon."""
        index = CandidateIndex(model.lexicon, typo)
        options = Options(model, index, typo, forms(model.language))
        return cls(options, Scorer(model), calibration(model.language), index)


@dataclass(frozen=True, slots=True)
class Mend:
    """A mend of ``text[start:end]``."""

    start: int
    end: int
    text: str
    verdict: Verdict


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
                # Thousands of readings are scored, and the calibration was fitted on n-grams.
                self._engines[language] = Engine.of(models.language_model(language).fast, typo)

    def correct(self, context: Context) -> Sequence[Suggestion]:
        """One suggestion for each mend of ``context.before`` that is at all likely, in order."""
        if context.purpose != "text":
            return ()
        result = []
        for mend, engine in self.mends(context.before, context.language, context.domain):
            logprob = engine.calibration.logprob(mend.verdict.doubt, mend.verdict.features)
            if logprob >= OFFERED:
                edit = Edit(mend.start, mend.end, mend.text)
                result.append(Suggestion(edit, mend.text, "correction", logprob))
        return result

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
        self, text: str, language: str | None = None, domain: str | None = None
    ) -> Iterator[tuple[Mend, Engine]]:
        """Every doubtful place with its best mend, in order, not overlapping; likely or not.

        Words that only ``domain`` knows are left alone.
        """
        named = [(token, _name(token)) for token in tokenize(text)]
        tokens = [token for token, name in named if name]
        names = [name for _, name in named if name]
        by_language: dict[str, set[int]] = {}
        for place in open_words(text, tokens):
            script = script_of(tokens[place].text)
            own = language_of(tokens[place].text, self._models.languages)
            if script in ("latin", "cyrillic") and own and language in (None, own):
                by_language.setdefault(own, set()).add(place)
        found: list[tuple[Mend, Engine]] = []
        for own, places in by_language.items():
            engine = self.engine(own)
            if engine is not None:
                places = {p for p in places if self._profile.count(tokens[p].text) == 0}
                if domain is not None:
                    lexicon = self._models.language_model(own, domain).lexicon
                    known = engine.options.lexicon
                    places = {p for p in places if names[p] in known or names[p] not in lexicon}
                reading = _Reading(engine, text, tokens, names, places)
                found += ((mend, engine) for mend in reading.mends())
        position = 0
        for mend, engine in sorted(found, key=lambda item: item[0].start):
            if mend.start >= position:
                position = mend.end
                yield mend, engine


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
        words: list[str] = list(self._names[begin:start])
        behind = [word for option in chosen for word in option.words] + list(self._names[end : end + RIGHT])
        place = start
        for option in chosen:
            behind = behind[len(option.words) :]
            rivals = self._rivals(place, option)
            if rivals:
                here = scorer.model.read(words[-LEFT:])
                verdict = judge(
                    scorer,
                    self._engine.options,
                    here,
                    self._names[place : place + option.typed],
                    rivals,
                    behind[:RIGHT],
                    title=self._tokens[place].text[0].isupper(),
                    first=self._begins(place),
                )
                if verdict is not None:
                    yield self._mend(place, option.typed, verdict)
            words += option.words
            place += option.typed

    def _rivals(self, place: int, chosen: Option) -> list[Option]:
        if chosen.typed == 2:
            return list(self._pairs(place))
        return [option for option in self._singles(place) if option.kind != "keep"]

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
        return Mend(first.start, last.end, text, verdict)


def _name(token: Token) -> str:
    """The token as the model knows it; ``""`` for what models do not see."""
    if token.kind == "word":
        return normalize_word(token.text)
    return next(iter(lm_tokens(token.text)), "")


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
