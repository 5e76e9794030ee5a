"""Offers a capital for the first word of a sentence."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from skoropis.api import Context, Edit, Models, Suggestion, language_of, normalize_word

from .habit import Habit
from .sentences import Start, starts

OFFERED = 0.3
"""Less likely ones are not worth offering."""


class Corrector:
    """Implements :class:`skoropis.api.Corrector`."""

    def __init__(self, models: Models) -> None:
        self._models = models
        self._habit = Habit()
        for language in models.languages:
            models.language_model(language)

    def correct(self, context: Context) -> Sequence[Suggestion]:
        """One suggestion for each word that is likely to want a capital, in order."""
        if context.purpose != "text":
            return ()
        text = context.before
        found = list(starts(text))
        self._habit.see(text, found)
        offers = []
        for start in found:
            word = start.token.text
            if word[0].islower() and self._usual(word, context):
                chance = self._chance(text, found, start)
                if chance >= OFFERED:
                    capital = word[0].upper() + word[1:]
                    edit = Edit(start.token.start, start.token.end, capital)
                    offers.append(Suggestion(edit, capital, "casing", math.log(chance)))
        return offers

    def _chance(self, text: str, found: Sequence[Start], start: Start) -> float:
        known = self._habit.evidence(text, found, start.token.start)
        return chances()[start.mark][known.capitals][known.small]

    def _usual(self, word: str, context: Context) -> bool:
        """Whether this is a word of the language that has no capital of its own within it."""
        language = context.language or language_of(word, self._models.languages)
        if language not in self._models.languages or word != word.lower():
            return False
        lexicon = self._models.language_model(language, context.domain).lexicon
        name = normalize_word(word)
        return name in lexicon and lexicon.surface(name)[1:] == name[1:]


@lru_cache(maxsize=1)
def chances() -> Mapping[str, Sequence[Sequence[float]]]:
    """Probability that a capital is wanted: by mark, then by the two parts of Evidence."""
    source = files(__package__).joinpath("data/chances.toml").read_text(encoding="utf-8")
    table: Mapping[str, Sequence[Sequence[float]]] = tomllib.loads(source)
    return table
