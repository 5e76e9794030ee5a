"""Offers a capital for the first word of a sentence."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from skoropis.api import Context, Edit, Models, Suggestion, language_of, normalize_word

from .habit import Habit
from .sentences import starts

OFFERED = 0.97
"""Less likely ones are not offered at all: nobody misses a capital as much as they mind a wrong one."""


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
        offers = []
        own: list[bool] = []
        for start in starts(text):
            token, capital = start.token, start.token.text[0].isupper()
            offered = not capital and self._usual(token.text, context)
            if offered:
                known = self._habit.evidence(own, text, token.start)
                chance = chances()[start.mark][known.capitals][known.small]
                offered = chance >= OFFERED
            if offered:
                written = token.text[0].upper() + token.text[1:]
                edit = Edit(token.start, token.end, written)
                offers.append(Suggestion(edit, written, "casing", math.log(chance)))
            refused = offered and self._habit.offer(text, start)
            finished = any(char.isspace() for char in text[token.end :])
            if finished and (refused or not offered):
                self._habit.see(text, start)
                own.append(capital)
        return offers

    def _usual(self, word: str, context: Context) -> bool:
        """Whether this is a word of the language that has no capital of its own within it."""
        language = context.language or language_of(word, self._models.languages)
        if language not in self._models.languages or word != word.lower():
            return False
        lexicon = self._models.language_model(language, context.domain).lexicon
        name = normalize_word(word)
        return name in lexicon and _plain(lexicon.surface(name))


def _plain(word: str) -> bool:
    """Whether all but the first letter are small."""
    return word[1:] == word[1:].lower()


@lru_cache(maxsize=1)
def chances() -> Mapping[str, Sequence[Sequence[float]]]:
    """Probability that a capital is wanted: by mark, then by the two parts of Evidence."""
    source = files(__package__).joinpath("data/chances.toml").read_text(encoding="utf-8")
    table: Mapping[str, Sequence[Sequence[float]]] = tomllib.loads(source)
    return table
