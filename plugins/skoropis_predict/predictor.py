"""Word completion and next-word prediction with the language model and what the user was seen to write."""

from __future__ import annotations

import math
from collections.abc import Sequence

from skoropis.api import (
    Context,
    Edit,
    LanguageModel,
    Models,
    Profile,
    Suggestion,
    language_of,
    normalize_word,
    split_prefix,
)

from .languages import language_shares, merged

PROFILE_SHARE = 0.25
"""Weight of the learned words in the linear interpolation with the language model."""

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
        """Up to ``limit`` words that may stand at the caret, best first; log-probabilities in nats."""
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
        return [
            Suggestion(
                Edit(start, len(before), text),
                text,
                "completion" if prefix else "next_word",
                logprob,
            )
            for text, logprob in ((_written(word, prefix, capital), logprob) for word, logprob in ranked)
            if text != prefix
        ][:limit]

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
        return self._blend(self._models.language_model(language, context.domain), tokens, begun, k)

    def _blend(self, lm: LanguageModel, tokens: list[str], begun: str, k: int) -> list[tuple[str, float]]:
        """Words in their usual spelling with log-probabilities, best first."""
        state = lm.read(tokens)
        general = lm.next(state, begun, k + 1)  # one more: the finished word itself is no completion
        learned = self._profile.next(tokens, begun, k + 1)
        surface = lm.lexicon.surface
        if not learned:
            return [(surface(word), logprob) for word, logprob in general if word != begun][:k]
        written = {normalize_word(word): word for word, _ in learned}
        chances = {normalize_word(word): PROFILE_SHARE * math.exp(logprob) for word, logprob in learned}
        known = dict(general)
        missing = [word for word in chances if word not in known]
        known.update(zip(missing, lm.score_many(state, missing), strict=True))
        for word, logprob in known.items():
            chances[word] = chances.get(word, 0.0) + (1 - PROFILE_SHARE) * math.exp(logprob)
        chances.pop(begun, None)
        best = sorted(chances.items(), key=lambda item: (-item[1], item[0]))[:k]
        return [(written.get(word) or surface(word), math.log(chance)) for word, chance in best if chance > 0]


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
