"""Completes a word that is being typed in the wrong layout, before it is finished: ``ghbd`` -> ``привет``."""

from __future__ import annotations

import math
from collections.abc import Sequence

from skoropis.api import (
    Context,
    Edit,
    Models,
    Profile,
    Suggestion,
    language_of,
    lm_tokens,
    match_case,
    normalize_word,
)

from .chunks import chunks
from .evidence import Words
from .lattice import BEGIN, SWITCH, add, add_all
from .layouts import Direction, directions

SHORTEST = 3
"""Letters that a word must have before it tells its layout."""
OFFERED = math.log(0.5)
"""Words are offered where the other layout is likelier than the one that is on."""
WINDOW = 200
"""Characters left of the word that are looked at."""
LOOKED_AT = 24
"""Words that share what a begun word's completions are worth."""


class LayoutCompleter:
    """Implements :class:`skoropis.api.Predictor`; quiet unless a begun word reads far better elsewhere."""

    def __init__(self, models: Models, profile: Profile) -> None:
        self._profile = profile
        self._languages = models.languages
        self._directions = directions(models.languages)
        self._models = {
            language: models.language_model(language).fast
            for language in dict.fromkeys(way.source.language for way in self._directions)
        }
        self._words = {language: Words(model) for language, model in self._models.items()}

    def predict(self, context: Context, limit: int) -> Sequence[Suggestion]:
        """Up to ``limit`` words of the other layout that begin with the keys typed, best first.

        Log-probability (nats): that the layout is wrong, times that the word is this one if it is.
        """
        text = context.before[-WINDOW:]
        if context.purpose != "text" or limit < 1 or not text or text[-1].isspace():
            return ()
        if context.after[:1].isalpha():
            return ()
        begun = text.split()[-1] if text.split() else ""
        if len(begun) < SHORTEST or len(begun) == len(text) == WINDOW:
            return ()
        found: list[Suggestion] = []
        for way in self._directions:
            if context.language in (None, way.target.language):
                found += self._completions(context, text, begun, way, limit)
        return sorted(found, key=lambda suggestion: -suggestion.logprob)[:limit]

    def _completions(
        self, context: Context, text: str, begun: str, way: Direction, limit: int
    ) -> list[Suggestion]:
        prefix = way.convert(begun)
        if not prefix.isalpha() or not way.covers(begun) or self._profile.count(begun):
            return []
        before = text[: len(text) - len(begun)]
        odds = self._odds(before, begun, prefix, way)
        if odds < OFFERED:
            return []
        *_, chunk = chunks(text.rsplit("\n", 1)[-1])
        if chunk.script != way.source.script or chunk.follows:
            return []
        model, words = self._models[way.target.language], self._words[way.target.language]
        ranked = model.next(model.read(lm_tokens(before)), normalize_word(prefix), max(limit, LOOKED_AT))
        total = add_all([logprob for _, logprob in ranked])
        chance = _probability(self._odds(before, begun, prefix, way, known=total))
        if chance < OFFERED:
            return []
        start = len(context.before) - len(begun)
        offers = []
        for word, logprob in ranked[:limit]:
            written = match_case(prefix, words.lexicon.surface(word))
            edit = Edit(start, len(context.before), written)
            offers.append(Suggestion(edit, written, "layout", min(0.0, chance + logprob - total)))
        return offers

    def _odds(self, before: str, begun: str, prefix: str, way: Direction, known: float = -math.inf) -> float:
        """Log-odds (nats) that ``begun`` is typed in the wrong layout. ``known``: what the target's model
        gives the words that begin so, if it was asked.
        """
        source, target = self._words[way.source.language], self._words[way.target.language]
        literal = add(source.mass(begun), source.unknown(normalize_word(begun)))
        meant = max(target.mass(prefix), known) + BEGIN
        language = language_of(before, self._languages) if any(map(str.isalpha, before)) else None
        if language is not None:
            meant += SWITCH if language != way.target.language else 0.0
            literal += SWITCH if language != way.source.language else 0.0
        return meant - literal


def _probability(odds: float) -> float:
    """Log-probability (nats) for log-odds."""
    return -add(0.0, -odds)
