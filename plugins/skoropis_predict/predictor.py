"""Word completion and next-word prediction with the language model and what the user was seen to write."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from skoropis.api import (
    Context,
    Edit,
    LanguageModel,
    Models,
    Profile,
    Suggestion,
    SuggestionKind,
    language_of,
    normalize_word,
    split_prefix,
)

from .chances import given_prefix
from .continuation import continuations
from .languages import language_shares, merged
from .personal import WIDER, weighed

SHORTEST = 2
"""Letters that the first word of a phrase must add: for less no eye leaves its place."""

SPARE = 5
"""Words ranked beyond those asked for: the case of what was typed may bring them up."""
OTHER_CASE = -2.0
"""What it costs a name that its first letter was typed small, and another word that it was typed as a
capital inside a sentence (nats; chosen on development text)."""


class Predictor:
    """Implements :class:`skoropis.api.Predictor`."""

    def __init__(self, models: Models, profile: Profile) -> None:
        self._models = models
        self._profile = profile
        for language in models.languages:  # loaded now, so that the first keystroke does not pay for it
            models.language_model(language)

    def predict(self, context: Context, limit: int) -> Sequence[Suggestion]:
        """Up to ``limit`` words that may stand at the caret, best first, then the phrases that may, shortest
        first; log-probabilities in nats.
        """
        before = context.before
        tokens, prefix = split_prefix(before)
        if context.purpose != "text" or limit < 1 or (not prefix and before[-1:].isalnum()):
            return ()  # a secret, a command, or the middle of a number, an address, an identifier
        if context.after[:1].isalpha():
            return ()  # the caret stands inside a word: completing it would double its end
        shares = self._languages(context, tokens, prefix)
        if not shares:
            return ()
        begun = normalize_word(prefix)
        start = len(before) - len(prefix)
        capital = not prefix and _sentence_start(tokens)
        k = limit + 1 + SPARE
        ranked = merged([(share, self._ranked(context, lang, tokens, begun, k)) for lang, share in shares], k)
        if prefix and _tells(prefix, tokens):
            ranked = _by_case(ranked, prefix[0].isupper())
        edit = Edit(start, len(before), "")
        words = [(_written(word, prefix, capital), logprob) for word, logprob in ranked]
        kind: SuggestionKind = "completion" if prefix else "next_word"
        listed = [_suggestion(edit, text, kind, logprob) for text, logprob in words if text != prefix]
        phrases: list[Suggestion] = []
        if words and len(words[0][0]) - len(prefix) >= SHORTEST:
            language = language_of(words[0][0], [code for code, _ in shares]) or shares[0][0]
            lm = self._models.language_model(language, context.domain)
            found = continuations(lm, tokens, words[0], normalize_word(words[0][0]))
            phrases = [_suggestion(edit, text, "continuation", logprob) for text, logprob in found]
        return [*listed[:limit], *phrases]

    def _languages(self, context: Context, tokens: list[str], prefix: str) -> list[tuple[str, float]]:
        """Languages to ask, with their shares: that of the begun word, else those the next may be of."""
        known = self._models.languages
        if context.language is None and not prefix and (shares := language_shares(tokens, known)):
            return shares
        language = context.language or language_of(prefix or context.before, known)
        return [(language, 1.0)] if language in known else []

    def _ranked(
        self, context: Context, language: str, tokens: list[str], begun: str, k: int
    ) -> list[tuple[str, float]]:
        # Words of other languages are read as unknown ones: leaving them out was worse on mixed text.
        lm = self._models.language_model(language, context.domain)
        ranked = self._blend(lm, tokens, begun, k)
        if not begun:
            return ranked
        alone = lm.score_many(lm.read(tokens), [begun])[0] if begun in lm.lexicon else -math.inf
        return given_prefix(ranked, alone, len(begun))

    def _blend(self, lm: LanguageModel, tokens: list[str], begun: str, k: int) -> list[tuple[str, float]]:
        """Words in their usual spelling with log-probabilities, best first."""
        state = lm.read(tokens)
        surface = lm.lexicon.surface
        learned = self._profile.next(tokens, begun, k)
        if not learned and not self._profile.sightings((), [""])[0].total:
            general = lm.next(state, begun, k + 1)  # one more: the finished word itself is no completion
            return [(surface(word), logprob) for word, logprob in general if word != begun][:k]
        known = dict(lm.next(state, begun, k + 1 + WIDER))
        written: dict[str, str] = {}
        for text, _ in learned:
            word = normalize_word(text)
            if word in known or word in lm.lexicon or self._profile.kept(word):
                written[word] = text
        missing = [word for word in written if word not in known]
        known.update(zip(missing, lm.score_many(state, missing), strict=True))
        known.pop(begun, None)
        met = self._profile.sightings(tokens, list(known))
        anew = weighed(known, met, [lm.lexicon.logprob(word) for word in known])
        best = sorted(anew.items(), key=lambda item: (-item[1], item[0]))[:k]
        return [(written.get(word) or surface(word), logprob) for word, logprob in best]


def _suggestion(edit: Edit, text: str, kind: SuggestionKind, logprob: float) -> Suggestion:
    return Suggestion(replace(edit, text=text), text, kind, min(logprob, 0.0))


def _tells(prefix: str, tokens: list[str]) -> bool:
    """Whether the case of a begun word says if it is a name: not in capitals, not where a sentence begins."""
    shouted = len(prefix) > 1 and prefix.isupper()
    return not shouted and not (prefix[0].isupper() and _sentence_start(tokens))


def _by_case(ranked: list[tuple[str, float]], capital: bool) -> list[tuple[str, float]]:
    """Words ranked anew, given whether the first letter was typed as a capital where only names have one."""
    weighed = [
        (word, logprob if word[:1].isupper() == capital else logprob + OTHER_CASE) for word, logprob in ranked
    ]
    return sorted(weighed, key=lambda item: -item[1])


def _sentence_start(tokens: list[str]) -> bool:
    return not tokens or tokens[-1] in {".", "!", "?"}


def _written(word: str, prefix: str, capital: bool) -> str:
    """``word`` as it would stand behind what the user already typed of it."""
    if capital:
        return word[:1].upper() + word[1:]
    if not prefix:
        return word
    if len(prefix) > 1 and prefix.isupper():
        return prefix + word[len(prefix) :].upper()
    if prefix[0].isupper():
        return (
            prefix[0] + word[1:]
            if word[: len(prefix)].lower() == prefix.lower()
            else prefix + word[len(prefix) :]
        )
    if "ё" in prefix and "ё" not in word[: len(prefix)]:
        return prefix + word[len(prefix) :]
    return word
