"""Several models asked as one: a weighted sum of what each of them says of a word."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from .neural import Neural, NeuralState
from .ngram import NGram, NGramState

_SPARE = 16
"""Words of each n-gram model beyond those asked for that another voice may bring up."""
_NEURAL_WORDS = 16
"""Words that each neural model brings in, of those that are one piece."""
_TOGETHER = 16
"""Words of several pieces that are spelled at once."""


class Voice(NamedTuple):
    """A model, where it stands in the text, and the natural log of its share in the sum."""

    share: float
    model: NGram | Neural
    state: NGramState | NeuralState


def score_words(voices: Sequence[Voice], tokens: Sequence[str]) -> list[float]:
    """Log-probability (nats) of each of ``tokens`` in the sum of ``voices``, whose shares sum to 1."""
    if len(voices) == 1:
        return _told(voices[0], tokens)
    columns = [[voice.share + logprob for logprob in _told(voice, tokens)] for voice in voices]
    return [add_logs(row) for row in zip(*columns, strict=True)]


def next_words(voices: Sequence[Voice], prefix: str, k: int) -> list[tuple[str, float]]:
    """The ``k`` likeliest words that begin with ``prefix``, with log-probabilities (nats), best first.

    Candidates are what the n-gram models together find likeliest and the whole words of the others. A neural
    model must spell a word of several pieces step by step, but its first piece bounds its chance and costs
    nothing, so where several of them are asked only words that may still be among the best are spelled.
    """
    if k < 1:
        return []
    plain = [voice for voice in voices if not isinstance(voice.model, Neural)]
    neural = [voice for voice in voices if isinstance(voice.model, Neural)]
    columns = [dict(voice.model.next(voice.state, prefix, k + _SPARE)) for voice in plain]  # type: ignore[arg-type]
    whole = {word for voice in neural for word in _whole_words(voice, prefix)}
    words = sorted(whole.union(*columns))
    for voice, column in zip(plain, columns, strict=True):
        missing = [word for word in words if word not in column]
        column.update(zip(missing, _told(voice, missing), strict=True))
    shares = [voice.share for voice in plain]
    told = {
        word: [share + column[word] for share, column in zip(shares, columns, strict=True)] for word in words
    }
    likely = {word: add_logs(row) for word, row in told.items()}
    if not neural:
        return sorted(likely.items(), key=_best_first)[:k]
    order = sorted(likely, key=lambda word: -likely[word])
    asked = list(whole.union(order[: k + _SPARE]))
    if len(neural) == 1:  # all are spelled side by side: rounds would cost more than they save
        share = neural[0].share
        spelled = zip(asked, _told(neural[0], asked), strict=True)
        return sorted(
            ((word, add_logs((likely[word], share + logprob))) for word, logprob in spelled), key=_best_first
        )[:k]
    most = {word: add_logs([*told[word], *_bounds(neural, word)]) for word in asked}
    order = sorted(most, key=lambda word: (-most[word], word))
    best: list[tuple[str, float]] = []
    for begin in range(0, len(order), _TOGETHER):
        group = order[begin : begin + _TOGETHER]
        if len(best) == k and most[group[0]] < best[-1][1]:
            break
        for word, *each in zip(group, *(_told(voice, group) for voice in neural), strict=True):
            logs = [voice.share + logprob for voice, logprob in zip(neural, each, strict=True)]
            best.append((word, add_logs([*told[word], *logs])))
        best = sorted(best, key=_best_first)[:k]
    return best


def add_logs(logs: Sequence[float]) -> float:
    """Log of the sum of what ``logs`` are the logs of."""
    top = max(logs)
    return top + math.log(sum([math.exp(log - top) for log in logs]))


def _told(voice: Voice, tokens: Sequence[str]) -> list[float]:
    return voice.model.score_many(voice.state, tokens)  # type: ignore[arg-type]


def _bounds(neural: Sequence[Voice], word: str) -> list[float]:
    """What each voice gives ``word`` at most: the chance of its first piece."""
    return [
        voice.share + float(voice.model.chances(voice.state)[voice.model.pieces.ids(word)[0]])  # type: ignore
        for voice in neural
    ]


def _whole_words(voice: Voice, prefix: str) -> list[str]:
    model, state = voice.model, voice.state
    assert isinstance(model, Neural)
    assert isinstance(state, NeuralState)
    low, high = model.lexicon.range(prefix)
    words = model.lexicon.words
    return [words[at] for at in model.whole_words(state, low, high, _NEURAL_WORDS)] if low < high else []


def _best_first(found: tuple[str, float]) -> tuple[float, str]:
    return -found[1], found[0]
