"""An n-gram language model on KenLM, with an index that makes candidates."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import ModelError
from .lexicon import Lexicon
from .store import load_index, load_lexicon
from .successors import Successors
from .tokens import SENTENCE_ENDS, ends_sentence

LN10 = math.log(10.0)
_START = "<s>"
_LETTER = math.log(1 / 30)
"""What each letter of a word costs that no list knows: names must not be infinitely unlikely."""
_SPARE = 24
"""Candidates taken beyond k from each order: a longer history may rank them otherwise."""


class NGramState(NamedTuple):
    """KenLM's state, the ids of the last words, oldest first, and the last token (None at the beginning)."""

    kenlm: Any
    ids: tuple[int, ...]
    last: str | None = None


class NGram:
    """Implements :class:`skoropis.protocols.LanguageModel`.

    Words beyond the n-gram vocabulary but in the lexicon share the probability of ``<unk>`` by their
    unigram frequency, so the vocabulary is open.
    """

    def __init__(
        self,
        language: str,
        model: Any,
        lexicon: Lexicon,
        successors: Successors,
        marks: Sequence[str],
        vocabulary: np.ndarray[Any, np.dtype[np.bool_]],
    ) -> None:
        """``marks``: tokens that are no words, with ids behind those of the lexicon. ``vocabulary``: which
        words of the lexicon the n-grams know, shape (len(lexicon),).
        """
        import kenlm

        self.language = language
        self.lexicon = lexicon
        self._model = model
        self._new_state = kenlm.State
        self._successors = successors
        self._marks = {mark: len(lexicon) + i for i, mark in enumerate(marks)}
        self._vocabulary = vocabulary
        tail = lexicon.logprobs[~vocabulary].astype(np.float64)
        self._tail_total = float(np.logaddexp.reduce(tail)) if tail.size else 0.0
        # Of the numbers alone: a method would tie the model to itself, and dropping it would free nothing.
        self._frequent = lru_cache(maxsize=2048)(partial(_most_frequent, lexicon.logprobs))
        state = kenlm.State()
        model.BeginSentenceWrite(state)
        self._start = NGramState(state, (self._marks[_START],))

    @classmethod
    def load(cls, folder: Path) -> NGram:
        """Load a model folder. Raises ModelError when a file is missing or damaged."""
        import kenlm

        config = kenlm.Config()
        config.show_progress = False
        try:
            model = kenlm.Model(str(folder / "ngram.klm"), config)
        except (OSError, RuntimeError) as error:
            raise ModelError(f"cannot load {folder / 'ngram.klm'}: the file is missing or damaged") from error
        lexicon, vocabulary = load_lexicon(folder / "lexicon.npz")
        successors, marks, language = load_index(folder / "index.npz")
        return cls(language, model, lexicon, successors, marks, vocabulary)

    @property
    def fast(self) -> NGram:
        """Itself: it scores in microseconds."""
        return self

    def start(self) -> NGramState:
        """The state at the beginning of a sentence."""
        return self._start

    def read(self, tokens: Iterable[str], state: NGramState | None = None) -> NGramState:
        """The state after ``tokens``, from ``state`` or the beginning of a sentence."""
        tokens = list(tokens)
        for at in range(len(tokens) - 1, -1, -1):  # what stands before a sentence end is without influence
            previous = tokens[at - 1] if at else state.last if state else None
            if tokens[at] in SENTENCE_ENDS and ends_sentence(previous, tokens[at]):
                tokens, state = tokens[at + 1 :], None
                break
        state = state or self._start
        if len(tokens) > self._model.order:  # nor does what stands further back than the longest n-gram
            tokens = tokens[-self._model.order :]
        for token in tokens:
            state = self._step(state, token)[1]
        return state

    def score(self, state: NGramState, token: str) -> tuple[float, NGramState]:
        """Log-probability (nats) of ``token`` after ``state``, and the state behind it."""
        logprob, after = self._step(state, token)
        return logprob, self._start if ends_sentence(state.last, token) else after

    def score_many(self, state: NGramState, tokens: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``tokens`` after ``state``."""
        out, score, after = [], self._model.BaseScore, self._new_state()
        for token in tokens:
            logprob = score(state.kenlm, token, after) * LN10
            if not self.knows(token):
                logprob += self._tail(token)
            out.append(logprob)
        return out

    def next(self, state: NGramState, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``, best first."""
        low, high = self.lexicon.range(prefix)
        if low == high or k < 1:
            return []
        wanted = k + _SPARE
        found = {int(i) for i in self._frequent(low, high, wanted)}
        history = state.ids
        while history:
            if min(history) >= 0:
                found.update(self._successors.best(history, low, high, wanted).tolist())
            history = history[1:]
        ids = sorted(found)
        candidates = [self.lexicon.words[i] for i in ids]
        ranked = sorted(
            zip(candidates, self._score_ids(state, ids, candidates), strict=True), key=lambda c: -c[1]
        )
        return ranked[:k]

    def _score_ids(self, state: NGramState, ids: Sequence[int], words: Sequence[str]) -> Iterator[float]:
        """Like :meth:`score_many` for words of the lexicon whose ids are known: nothing is looked up."""
        score, after = self._model.BaseScore, self._new_state()
        for number, word in zip(ids, words, strict=True):
            logprob = score(state.kenlm, word, after) * LN10
            if not self._vocabulary[number]:
                logprob += float(self.lexicon.logprobs[number]) - self._tail_total
            yield logprob

    def _step(self, state: NGramState, token: str) -> tuple[float, NGramState]:
        after = self._new_state()
        logprob = self._model.BaseScore(state.kenlm, token, after) * LN10
        known = self._id(token)
        if known < 0:
            logprob += self._tail(token)
        ids = (*state.ids, known)[-(self._successors.order - 1) :]
        return logprob, NGramState(after, ids, token)

    def _id(self, token: str) -> int:
        """Id of a token that the n-grams know; -1 otherwise."""
        mark = self._marks.get(token)
        if mark is not None:
            return mark
        at = self.lexicon.id(token)
        return at if at >= 0 and self._vocabulary[at] else -1

    def knows(self, token: str) -> bool:
        """Whether the n-grams hold ``token`` itself, so that it does not count as unknown."""
        return self._id(token) >= 0

    def history(self, state: NGramState) -> int:
        """How many of the last words it has seen together and followed by something: 0, 1 or 2."""
        ids = state.ids
        if not ids or ids[-1] < 0:
            return 0
        return 2 if len(ids) > 1 and ids[-2] >= 0 and self._successors.followed(ids[-2:]) else 1

    def _tail(self, token: str) -> float:
        """Log-probability (nats) of a word given that it is none of the vocabulary."""
        at = self.lexicon.id(token)
        if at >= 0:
            return float(self.lexicon.logprobs[at]) - self._tail_total
        return _LETTER * (len(token) + 1)


def _most_frequent(
    logprobs: np.ndarray[Any, np.dtype[np.float32]], low: int, high: int, k: int
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Ids of the ``k`` most frequent words in ``[low, high)``."""
    if high - low <= k:
        return np.arange(low, high)
    return low + np.argpartition(logprobs[low:high], high - low - k)[high - low - k :]
