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

    Candidates are those of every voice. A neural model must spell a word of several pieces step by step,
    but its first piece bounds its chance and costs nothing, so only words that may still be among the best
    are spelled.
    """
    if k < 1:
        return []
    plain = [voice for voice in voices if not isinstance(voice.model, Neural)]
    neural = [voice for voice in voices if isinstance(voice.model, Neural)]
    columns = [dict(voice.model.next(voice.state, prefix, k + _SPARE)) for voice in plain]  # type: ignore[arg-type]
    found = {word for column in columns for word in column}
    for voice in neural:
        found.update(_whole_words(voice, prefix))
    words = sorted(found)
    told: list[list[float]] = [[] for _ in words]
    for voice, column in zip(plain, columns, strict=True):
        missing = [word for word in words if word not in column]
        column.update(zip(missing, _told(voice, missing), strict=True))
        for row, word in zip(told, words, strict=True):
            row.append(voice.share + column[word])
    if not neural:
        ranked = zip(words, map(add_logs, told), strict=True)
        return sorted(ranked, key=_best_first)[:k]
    most = [add_logs([*row, *_bounds(neural, word)]) for row, word in zip(told, words, strict=True)]
    order = sorted(range(len(words)), key=lambda at: -most[at])
    best: list[tuple[str, float]] = []
    for begin in range(0, len(order), _TOGETHER):
        group = order[begin : begin + _TOGETHER]
        if len(best) == k and most[group[0]] < best[-1][1]:
            break
        spelled = [[v.share + p for p in _told(v, [words[at] for at in group])] for v in neural]
        for place, at in enumerate(group):
            best.append((words[at], add_logs([*told[at], *(column[place] for column in spelled)])))
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
