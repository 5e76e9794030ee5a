"""Word completion and next-word prediction with the language model and what the user was seen to write."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from skoropis.api import (
    Context,
    Edit,
    LanguageModel,
    Models,
    Profile,
    Sightings,
    Suggestion,
    SuggestionKind,
    language_of,
    normalize_word,
    split_prefix,
)

from .chances import given_prefix
from .continuation import continuations

SHORTEST = 2
"""Letters that the first word of a phrase must add: for less no eye leaves its place."""

# What the user wrote weighs the general model's chances anew, log-linearly (Klakow 1998): by how much
# oftener than expected the user writes the word (marginal adaptation, Kneser, Peters and Klakow 1997), and by
# how often it followed the last one, two and three tokens. The numbers were found by maximum likelihood on
# development text: 2,000 words of each of sixteen texts learned, the lines behind them typed.
OWN_WORDS = 0.28
"""Weight of the logarithm of how much oftener than expected a word was met."""
DOUBT = 0.2
"""Sightings that every word is given, so that one is not too much and none is not nothing."""
OWN_SEQUENCES = (0.54, 0.29, 0.48)
"""Weights of what was met behind the last one, two and three tokens."""
SEQUENCE_DOUBT = 3
"""Tokens that any history is thought to have been followed by besides."""
SEQUENCE_SHARE = 0.1
"""Of the chance: what the sequences of the user could be in an even mixture with the general model."""
NEW_WORDS = 0.2
"""Chance of a word that the model does not know, as a part of its frequency in what the user wrote."""
WIDER = 8
"""Words of the general model that are weighed beyond those asked for."""

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
        lm = self._language_model(context, prefix)
        if lm is None:
            return ()
        begun = normalize_word(prefix)
        start = len(before) - len(prefix)
        capital = not prefix and _sentence_start(tokens)
        ranked = self._blend(lm, tokens, begun, limit + 1 + SPARE)
        if prefix:
            alone = lm.score_many(lm.read(tokens), [begun])[0] if begun in lm.lexicon else -math.inf
            ranked = given_prefix(ranked, alone, len(begun))
        if prefix and _tells(prefix, tokens):
            ranked = _by_case(ranked, prefix[0].isupper())
        edit = Edit(start, len(before), "")
        words = [(_written(word, prefix, capital), logprob) for word, logprob in ranked]
        kind: SuggestionKind = "completion" if prefix else "next_word"
        listed = [_suggestion(edit, text, kind, logprob) for text, logprob in words if text != prefix]
        phrases: list[Suggestion] = []
        if words and len(words[0][0]) - len(prefix) >= SHORTEST:
            found = continuations(lm, tokens, words[0], normalize_word(words[0][0]))
            phrases = [_suggestion(edit, text, "continuation", logprob) for text, logprob in found]
        return [*listed[:limit], *phrases]

    def _language_model(self, context: Context, prefix: str) -> LanguageModel | None:
        languages = self._models.languages
        language = context.language or language_of(prefix or context.before, languages)
        if language not in languages:
            return None
        return self._models.language_model(language, context.domain)

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
        weighed = _weighed(known, met, [lm.lexicon.logprob(word) for word in known])
        best = sorted(weighed.items(), key=lambda item: (-item[1], item[0]))[:k]
        return [(written.get(word) or surface(word), logprob) for word, logprob in best]


def _weighed(
    known: Mapping[str, float], met: Sequence[Sightings], frequencies: Sequence[float]
) -> dict[str, float]:
    """Log-probabilities of ``known`` by what the user wrote; together they have the chance they had.

    ``frequencies``: of each word on the whole, ``-inf`` for one that the model does not know (all in nats).
    """
    out: dict[str, float] = {}
    mass = changed = 0.0
    for (word, logprob), seen, frequency in zip(known.items(), met, frequencies, strict=True):
        if frequency == -math.inf and seen.met:
            logprob = max(logprob, math.log(NEW_WORDS * seen.met / seen.total))
        expected = seen.total * math.exp(frequency)
        gain = OWN_WORDS * math.log((seen.met + DOUBT) / (expected + DOUBT))
        chance = max(math.exp(logprob), 1e-6)
        for weight, (times, total) in zip(OWN_SEQUENCES, seen.behind, strict=False):
            if times:
                gain += weight * math.log1p(SEQUENCE_SHARE * times / (total + SEQUENCE_DOUBT) / chance)
        out[word] = logprob + gain
        mass += math.exp(logprob)
        changed += math.exp(logprob + gain)
    shift = math.log(min(mass, 1.0) / changed) if changed > 0 else 0.0
    return {word: logprob + shift for word, logprob in out.items()}


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
