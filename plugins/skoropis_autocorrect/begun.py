"""Finishing a word that was begun with a slip: ``recie`` -> ``receive``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from skoropis.api import (
    Context,
    Edit,
    LanguageModel,
    Models,
    Profile,
    Suggestion,
    language_of,
    match_case,
    normalize_word,
    split_prefix,
    unseen_logprob,
)

from .quiet import quiet_spans
from .typo import WIDTH, TypoModel, typo_model

SHORTEST = 3
"""Letters that must be typed: fewer may become anything."""
PLAUSIBLE = math.log(1e-5)
"""When words that begin as typed are together at least this likely (nats), there is no slip to look for."""
VARIANTS = 8
"""Beginnings that are looked at with the words around them, the likeliest without."""
LEAST = math.log(0.25)
"""Less likely words are not worth a place."""


@dataclass(frozen=True, slots=True)
class _Language:
    model: LanguageModel
    typo: TypoModel


class BegunWords:
    """Completes what was begun with one slip, where nothing begins as it is typed.

    The same noisy channel as the corrector's, over the beginnings of words. What it says of a word is the
    chance that it is meant, beside the words that do begin as typed and those that nobody knows, so that its
    offers and other predictors' can stand in one list.
    """

    def __init__(self, models: Models, profile: Profile) -> None:
        self._models = models
        self._profile = profile
        self._languages = {
            code: _Language(models.language_model(code).fast, typo)
            for code in models.languages
            if (typo := typo_model(code)) is not None
        }

    def predict(self, context: Context, limit: int) -> Sequence[Suggestion]:
        """Up to ``limit`` words, best first; log-probabilities in nats."""
        tokens, prefix = split_prefix(context.before)
        begun = normalize_word(prefix)
        language = self._languages.get(context.language or language_of(prefix, self._models.languages) or "")
        if language is None or not SHORTEST <= len(begun) < WIDTH or not language.typo.knows(begun):
            return ()
        if context.purpose != "text" or prefix[1:] != prefix[1:].lower() or context.after[:1].isalpha():
            return ()
        if self._profile.next(tokens, begun, 1) or _in_code(context.before):
            return ()
        found = _meant(language, tokens, begun)
        start = len(context.before) - len(prefix)
        surface = language.model.lexicon.surface
        out = []
        for word, logprob in found[:limit]:
            text = match_case(prefix, surface(word))
            out.append(Suggestion(Edit(start, len(context.before), text), text, "completion", logprob))
        return out


def _meant(language: _Language, tokens: Sequence[str], begun: str) -> list[tuple[str, float]]:
    """Words that may be meant, with log-probabilities (nats), best first; none where ``begun`` will do."""
    lm = language.model
    state = lm.read(tokens)
    literal = sum(math.exp(logprob) for _, logprob in lm.next(state, begun, 4))
    if literal >= math.exp(PLAUSIBLE):
        return []
    rest = literal + math.exp(unseen_logprob(len(begun)))
    meant: dict[str, float] = {}
    for variant, channel in _variants(language, begun):
        for word, logprob in lm.next(state, variant, 2):
            meant[word] = max(meant.get(word, -math.inf), channel + logprob)
    total = math.log(sum((math.exp(weight) for weight in meant.values()), rest))
    ranked = sorted(((word, weight - total) for word, weight in meant.items()), key=lambda item: -item[1])
    return [(word, min(logprob, 0.0)) for word, logprob in ranked if logprob >= LEAST]


def _variants(language: _Language, begun: str) -> list[tuple[str, float]]:
    """Beginnings that ``begun`` may stand for, each with the log-probability (nats) of the slip."""
    lexicon, typo = language.model.lexicon, language.typo
    logprobs = np.asarray(lexicon.logprobs)
    found, best = [], []
    for variant in _one_slip(begun, typo.alphabet):
        low, high = lexicon.range(variant)
        if low < high:
            found.append(variant)
            best.append(float(logprobs[low:high].max()))
    if not found:
        return []
    codes = np.zeros((len(found), WIDTH), dtype=np.uint8)
    for row, variant in enumerate(found):
        codes[row, : len(variant)] = typo.encode(variant)
    channel = typo.logprobs(begun, codes, np.array([len(variant) for variant in found]))
    order = np.argsort(-(channel + np.array(best)), kind="stable")[:VARIANTS]
    return [(found[k], float(channel[k])) for k in order.tolist()]


def _one_slip(begun: str, alphabet: str) -> Iterator[str]:
    """Beginnings one letter away, each once: the first letter stays, it is seldom wrong."""
    seen = {begun}
    for at in range(1, len(begun)):
        head, tail = begun[:at], begun[at:]
        changed = [head + tail[1:], head[:-1] + tail[0] + head[-1] + tail[1:]]
        changed += [head + letter + tail for letter in alphabet]
        changed += [head + letter + tail[1:] for letter in alphabet]
        for variant in changed:
            if variant not in seen:
                seen.add(variant)
                yield variant


def _in_code(before: str) -> bool:
    line = before[before.rfind("\n") + 1 :][-400:]
    return any(end >= len(line) for _, end in quiet_spans(line))
