"""The corrector: turns phrases typed in the wrong layout into what was meant."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from skoropis.api import Context, Edit, Lexicon, Models, Profile, Suggestion, normalize_word

from .chunks import Chunk, chunks
from .evidence import Words
from .lattice import BEGIN, DEPTH, Place, posterior
from .layouts import Direction, Layout, directions
from .readings import Reading, as_typed, converted, marks_converted, name_of

OFFERED = math.log(0.2)
"""Less likely conversions are not worth offering."""
CONTEXT = 8.0
"""Most (nats) that neighbours are taken to add to a reading's chances."""
FAMILIAR = -11.0
"""Log-probability (nats) of a word that no lexicon has but the text or the user's profile."""
ALONE = 2
"""A word of so many letters with no other beside it proves nothing."""
REMEMBERED = 2048
"""So many words' readings are kept."""
MARKS = ".,!?:;\"'()[]«»…"


@dataclass(frozen=True, slots=True)
class _Wrong:
    chunk: Chunk
    reading: Reading
    chance: float


class LayoutCorrector:
    """Finds words typed with another layout switched on, by table, lexicon and context."""

    def __init__(self, models: Models, profile: Profile) -> None:
        self._models = models
        self._profile = profile
        self._directions = directions(models.languages)
        languages = [direction.source.language for direction in self._directions]
        self._words = {
            language: Words(models.language_model(language).fast) for language in dict.fromkeys(languages)
        }
        self._as_typed = lru_cache(maxsize=REMEMBERED)(self._literal)
        self._as_slip = lru_cache(maxsize=REMEMBERED)(self._slipped)
        self._converted = lru_cache(maxsize=REMEMBERED)(self._others)
        self._marks = lru_cache(maxsize=REMEMBERED)(marks_converted)

    def correct(self, context: Context) -> Sequence[Suggestion]:
        """One suggestion for each phrase of ``context.before`` that is likely in the wrong layout."""
        if context.purpose != "text":
            return ()
        ways = [way for way in self._directions if context.language in (None, way.target.language)]
        runs = list(chunks(context.before))
        own = self._own(context.domain, ways)
        seen = frozenset(normalize_word(chunk.text.strip(MARKS)) for chunk in runs)
        places = [self._place(chunk, ways, own, seen) for chunk in runs]
        if not any(place.others for place in places):
            return ()
        found = posterior(places, self._words)
        if sum(chunk.script != "other" for chunk in runs) == 1:  # a short word with nothing beside it
            found = [
                (None, -math.inf)
                if reading is not None and 0 < len(reading.word) <= ALONE
                else (reading, chance)
                for reading, chance in found
            ]
        wrong = [
            _Wrong(chunk, reading, chance) if reading is not None and chance >= OFFERED else None
            for chunk, (reading, chance) in zip(runs, found, strict=True)
        ]
        return [_suggestion(context.before, phrase) for phrase in _phrases(context.before, wrong)]

    def _own(self, domain: str | None, ways: Sequence[Direction]) -> Mapping[str, Lexicon]:
        """The user's domain's words: what only they have is meant, however odd it looks."""
        if domain is None:
            return {}
        return {
            way.source.language: self._models.language_model(way.source.language, domain).lexicon
            for way in ways
        }

    def _place(
        self, chunk: Chunk, ways: Sequence[Direction], own: Mapping[str, Lexicon], seen: frozenset[str]
    ) -> Place:
        """How ``chunk`` may be read. ``seen``: the words of the text."""
        known = [way for way in self._directions if chunk.script in (way.source.script, "other")]
        if chunk.script is None or not known:
            return Place(None, begins=chunk.begins)
        source = known[0].source
        literal = self._as_typed(chunk.text, source)
        if chunk.script == "other":
            same = [reading for way in known if way in ways for reading in self._converted(chunk.text, way)]
            return Place(literal, (), tuple(same), chunk.begins)
        if self._is_meant(chunk, source.language, own):
            return Place(literal, begins=chunk.begins)
        least = literal.logprob - BEGIN - DEPTH - CONTEXT
        others: list[Reading] = []
        following: list[Reading] = []
        for way in known:
            if way in ways:
                others += [
                    found
                    for reading in self._converted(chunk.text, way)
                    if (found := self._familiar(chunk, reading, way, seen)).logprob > least
                ]
                marks = self._marks(chunk.text, way)
                following += [marks] if marks is not None else []
        if chunk.follows:
            return Place(name_of(chunk.text), (), tuple(others), chunk.begins)
        if others:  # now it is worth looking for a slip
            literal = self._as_slip(chunk.text, source)
        return Place(literal, tuple(others), tuple(following), chunk.begins)

    def _is_meant(self, chunk: Chunk, language: str, own: Mapping[str, Lexicon]) -> bool:
        """Whether the user or the domain has this very word."""
        letters = "".join(char for char in chunk.text if char.isalpha())
        if self._profile.kept(letters) or self._profile.kept(chunk.text):
            return True
        word = normalize_word(letters)
        return word in own.get(language, ()) and word not in self._words[language].lexicon

    def _familiar(self, chunk: Chunk, reading: Reading, way: Direction, seen: frozenset[str]) -> Reading:
        """``reading``, likelier if it is a word of the user's or of the text, though no lexicon has it."""
        words = self._words[way.target.language]
        if not reading.word or reading.word in words.lexicon:
            return reading
        if not self._profile.count(reading.word):
            # Seen, but maybe as often in the wrong layout: the letters must speak for it too.
            typed = normalize_word(chunk.text.strip(MARKS))
            here = self._words[way.source.language].by_letters(typed) / max(len(typed), 1)
            if reading.word not in seen or words.by_letters(reading.word) / len(reading.word) < here:
                return reading
        gained = max(0.0, FAMILIAR - reading.logprob)
        return replace(reading, cost=reading.cost + gained, logprob=reading.logprob + gained)

    # What does not depend on the rest of the text is worked out once: while somebody types, the same words
    # are asked about again and again.

    def _literal(self, chunk: str, source: Layout) -> Reading:
        return as_typed(chunk, source, self._words[source.language])

    def _slipped(self, chunk: str, source: Layout) -> Reading:
        """``chunk`` as typed, likelier if it may be a known word with a slip of the finger."""
        literal, words = self._as_typed(chunk, source), self._words[source.language]
        word = normalize_word("".join(char for char in chunk if char.isalpha()))
        if not word or word in words.lexicon:
            return literal
        return replace(literal, cost=literal.cost + max(0.0, words.slip(word) - literal.logprob))

    def _others(self, chunk: str, way: Direction) -> list[Reading]:
        found = converted(chunk, way, self._words[way.target.language])
        return [reading for reading in found if normalize_word(reading.text) != normalize_word(chunk)]


def _phrases(text: str, wrong: Sequence[_Wrong | None]) -> Iterator[list[_Wrong]]:
    """Neighbours that are one edit. Phrases end with their line, and where the sureness changes: each is
    applied as a whole.
    """
    phrase: list[_Wrong] = []
    for word in [*wrong, None]:
        if phrase and (
            word is None
            or "\n" in text[phrase[-1].chunk.end : word.chunk.start]
            or (word.chance > math.log(0.5)) != (phrase[-1].chance > math.log(0.5))
        ):
            yield phrase
            phrase = []
        if word is not None:
            phrase.append(word)


def _suggestion(text: str, phrase: Sequence[_Wrong]) -> Suggestion:
    start = phrase[0].chunk.start + phrase[0].reading.start
    pieces: list[str] = []
    position = start
    for word in phrase:
        begin = word.chunk.start + word.reading.start
        pieces += (text[position:begin], word.reading.text)
        position = word.chunk.start + word.reading.end
    meant = "".join(pieces)
    logprob = min(word.chance for word in phrase)
    return Suggestion(Edit(start, position, meant), meant, "layout", min(logprob, 0.0))
