"""The corrector: turns phrases typed in the wrong layout into what was meant."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from skoropis.api import Context, Edit, Lexicon, Models, Profile, Suggestion, normalize_word

from .chunks import Chunk, chunks
from .evidence import Words
from .lattice import BEGIN, DEPTH, Place, posterior
from .layouts import Direction, directions
from .readings import Reading, as_typed, converted

OFFERED = math.log(0.2)
"""Less likely conversions are not worth offering."""
CONTEXT = 8.0
"""Most (nats) that neighbours are taken to add to a reading's chances."""


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

    def correct(self, context: Context) -> Sequence[Suggestion]:
        """One suggestion for each phrase of ``context.before`` that is likely in the wrong layout."""
        if context.purpose != "text":
            return ()
        ways = [way for way in self._directions if context.language in (None, way.target.language)]
        runs = list(chunks(context.before))
        own = self._own(context.domain, ways)
        places = [self._place(chunk, ways, own) for chunk in runs]
        if not any(place.others and place.literal and place.literal.language for place in places):
            return ()
        found = posterior(places, self._words)
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

    def _place(self, chunk: Chunk, ways: Sequence[Direction], own: Mapping[str, Lexicon]) -> Place:
        """How ``chunk`` may be read."""
        known = [way for way in self._directions if chunk.script in (way.source.script, "other")]
        if chunk.script is None or not known:
            return Place(None, begins=chunk.begins)
        source = known[0].source
        words = self._words[source.language]
        literal = as_typed(chunk.text, source, words)
        letters = "".join(char for char in chunk.text if char.isalpha())
        word = normalize_word(letters)
        if letters:
            learned = self._profile.count(letters) or self._profile.count(chunk.text)
            if learned or (word in own.get(source.language, ()) and word not in words.lexicon):
                return Place(literal, begins=chunk.begins)
        least = literal.logprob - BEGIN - DEPTH - CONTEXT
        others = tuple(
            reading
            for way in known
            if way in ways
            for reading in converted(chunk.text, way, self._words[way.target.language])
            if (reading.logprob > least or not letters)
            and normalize_word(reading.text) != normalize_word(chunk.text)
        )
        if chunk.follows:
            return Place(None, others, chunk.begins)
        if others and letters and word not in words.lexicon:  # now it is worth looking for a slip
            slip = words.slip(word) - literal.logprob
            if slip > 0:
                literal = replace(literal, cost=literal.cost + slip)
        return Place(literal, others, chunk.begins)


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
