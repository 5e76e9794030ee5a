"""The corrector: turns phrases typed in the wrong layout into what was meant."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from skoropis.api import Context, Edit, Lexicon, Models, Profile, Suggestion, normalize_word

from .chunks import Chunk, chunks
from .evidence import Words
from .layouts import Direction, directions
from .phrases import posterior
from .readings import Reading, as_typed, converted

OFFERED = math.log(0.2)
"""Less likely conversions are not worth offering."""
PER_LETTER = 3.3
"""Most evidence (nats) that one letter can give: a short word alone never decides."""
CAPITALS = -4.0
"""Log-odds (nats) against a word in capitals: abbreviations look like anything."""
SHORT = 3
RARE = -8.5
ODD_AND_SHORT = -3.0
"""Log-odds (nats) against a conversion to a word of at most ``SHORT`` letters less likely than ``RARE``."""
SLIP = -4.0
"""Log-odds (nats) against a word that is one slip away from a common one of its own language."""
UNLISTED = -5.0
"""Log-odds (nats) against a conversion to a word that the lexicon lacks."""


@dataclass(frozen=True, slots=True)
class _Doubt:
    chunk: Chunk
    reading: Reading
    odds: float


class LayoutCorrector:
    """Finds words typed with another layout switched on, by table, lexicon and phrase."""

    def __init__(self, models: Models, profile: Profile) -> None:
        self._models = models
        self._profile = profile
        self._directions = directions(models.languages)
        self._words = {
            direction.source.language: Words(models.language_model(direction.source.language).fast)
            for direction in self._directions
        }

    def correct(self, context: Context) -> Sequence[Suggestion]:
        """One suggestion for each phrase of ``context.before`` that is likely in the wrong layout."""
        if context.purpose != "text":
            return ()
        result: list[Suggestion] = []
        for direction in self._directions:
            if context.language in (None, direction.target.language):
                result += self._phrases(context.before, direction, context.domain)
        return sorted(result, key=lambda suggestion: suggestion.edit.start)

    def _phrases(self, text: str, direction: Direction, domain: str | None) -> Iterator[Suggestion]:
        places = list(chunks(text))
        # A word that only the user's domain has is meant, however odd it looks.
        own = (
            None if domain is None else self._models.language_model(direction.source.language, domain).lexicon
        )
        doubts = [self._doubt(chunk, direction, own) for chunk in places]
        if not any(doubts):
            return
        chances = posterior([doubt.odds if doubt else None for doubt in doubts])
        phrase: list[tuple[_Doubt, float]] = []
        for doubt, chance in zip([*doubts, None], [*chances, -math.inf], strict=True):
            wrong = doubt is not None and chance >= OFFERED
            # Phrases end at line ends, and where the sureness changes: each is applied as a whole.
            if phrase and (
                not wrong
                or "\n" in text[phrase[-1][0].chunk.end : doubt.chunk.start]  # type: ignore[union-attr]
                or (chance > math.log(0.5)) != (phrase[-1][1] > math.log(0.5))
            ):
                yield self._suggestion(text, phrase)
                phrase = []
            if wrong and doubt is not None:
                phrase.append((doubt, chance))
        if phrase:
            yield self._suggestion(text, phrase)

    @staticmethod
    def _suggestion(text: str, phrase: Sequence[tuple[_Doubt, float]]) -> Suggestion:
        start = phrase[0][0].chunk.start + phrase[0][0].reading.start
        pieces: list[str] = []
        position = start
        for doubt, _ in phrase:
            begin = doubt.chunk.start + doubt.reading.start
            pieces += (text[position:begin], doubt.reading.text)
            position = doubt.chunk.start + doubt.reading.end
        meant = "".join(pieces)
        logprob = min(chance for _, chance in phrase)
        return Suggestion(Edit(start, position, meant), meant, "layout", min(logprob, 0.0))

    def _doubt(self, chunk: Chunk, direction: Direction, own: Lexicon | None) -> _Doubt | None:
        """The chunk's reading in the other layout, and the log-odds (nats) that it is the one meant."""
        if chunk.script != direction.source.script:
            return None
        letters = "".join(char for char in chunk.text if char.isalpha())
        if self._profile.count(letters) or self._profile.count(chunk.text):
            return None
        target, source = self._words[direction.target.language], self._words[direction.source.language]
        if own is not None and normalize_word(letters) in own and not source.knows(letters):
            return None
        reading = converted(chunk.text, direction, target)
        if reading is None or normalize_word(reading.text) == normalize_word(chunk.text):
            return None
        typed = as_typed(chunk.text, source)
        limit = PER_LETTER * len(reading.word)
        odds = max(-limit - 4.0, min(limit, reading.logprob - typed))
        if not target.knows(reading.word):
            odds += UNLISTED
        elif len(reading.word) <= SHORT and target.logprob(reading.word) < RARE:
            odds += ODD_AND_SHORT
        if len(letters) > 1 and letters.isupper():
            odds += CAPITALS
        if odds > 0 and source.near_miss(letters):
            odds += SLIP
        return _Doubt(chunk, reading, odds)
