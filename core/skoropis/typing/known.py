"""Whether a word is one, so that it takes more to replace it."""

from __future__ import annotations

from ..protocols import Models, Profile
from ..text.scripts import language_of
from ..text.words import normalize_word, tokenize

FREQUENT = -12.5
"""A word of the lexicon that is likelier (nats) is no slip: rarer ones may be slips that many make."""


class KnownWords:
    """The user's own words, and those that are no rarity in their language."""

    def __init__(self, models: Models, profile: Profile) -> None:
        self._models = models
        self._profile = profile

    def __call__(self, text: str) -> bool:
        """Whether ``text`` has words and all of them are known."""
        words = [token.text for token in tokenize(text) if token.kind == "word"]
        return bool(words) and all(self._known(word) for word in words)

    def _known(self, word: str) -> bool:
        if self._profile.kept(word):
            return True
        language = language_of(word, self._models.languages)
        if language is None:
            return False
        return self._models.language_model(language).lexicon.logprob(normalize_word(word)) > FREQUENT
