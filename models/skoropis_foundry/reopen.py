"""An n-gram model read back from its installed folder, so that it can be pruned further.

KenLM's trie cannot be listed, only asked. But the successor index lists all bigrams and trigrams, the set is
closed, and so a 4-gram is a trigram followed by something that follows its last two words: all of these are
asked for. What cannot come back is what was lost: log-probabilities were rounded to 8 bits, and how often a
history really occurs is not in the folder. :func:`frequencies` estimates that from the model itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skoropis.errors import ModelError
from skoropis.lm.lexicon import Lexicon
from skoropis.lm.store import load_index, load_lexicon
from skoropis.lm.successors import Level as Indexed

from .backoff import LN10, Backoff, Floats, weigh
from .grams import BEGIN, END, SPECIAL, Grams, Level, Rows, find, pair, union
from .vocabulary import Lists

_NEVER = -30.0
_ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Reopened:
    """An installed model as ``package.write_model`` takes it."""

    model: Backoff
    lists: Lists
    spelled: dict[str, str]
    language: str


def reopen(folder: Path) -> Reopened:
    """Read an n-gram model back. Takes a minute or two; raises ModelError when a file is damaged."""
    import kenlm

    lexicon, known = load_lexicon(folder / "lexicon.npz")
    successors, marks, language = load_index(folder / "index.npz")
    config = kenlm.Config()
    config.show_progress = False
    try:
        asked = kenlm.Model(str(folder / "ngram.klm"), config)
    except (OSError, RuntimeError) as error:
        raise ModelError(f"cannot load {folder / 'ngram.klm'}: the file is missing or damaged") from error
    levels = successors._levels
    if tuple(marks[: len(SPECIAL)]) != SPECIAL or not 0 <= asked.order - len(levels) - 1 <= 1:
        raise ModelError(f"{folder} was made in another way and cannot be read back")
    lists, order = _lists(lexicon, known, marks)
    numbers = np.full(len(lexicon) + len(marks), -1)
    numbers[len(lexicon) :] = np.arange(len(marks))
    numbers[order] = len(marks) + np.arange(len(order))
    grams = union(len(lists.model_words), [_listed(levels, numbers)])
    model = _Asked(asked, lists.model_words).backoff(grams)
    spelled = {lexicon.words[i]: surface for i, surface in lexicon._surfaces.items()}
    return Reopened(model, lists, spelled, language)


def frequencies(model: Backoff) -> list[Floats]:
    """About how often each history occurs, as ``prune`` takes it: (rows,) for each order below the longest.

    The words' own frequencies are those that the bigrams, followed for long, come to; longer histories follow
    from the model's chances. Kneser-Ney's unigrams themselves would not do (Chelba et al. 2010).
    """
    grams = model.grams
    level = grams.levels[0]
    unigram = np.exp(model.logprobs[0].astype(np.float64))
    listed = np.exp(model.logprobs[1].astype(np.float64))
    weight = np.exp(model.backoffs[0].astype(np.float64))
    passed_on = weight[level.history] * unigram[level.word]
    share = unigram / unigram.sum()
    for _ in range(_ROUNDS):
        share[BEGIN], begun = share[END], share.copy()
        begun[BEGIN], begun[END] = share[END], 0.0  # nothing follows an end but a beginning
        at = begun[level.history]
        share = np.bincount(level.word, at * (listed - passed_on), grams.vocabulary)
        share = np.maximum(share + (begun @ weight) * unigram, 0.0)
        share[BEGIN] = 0.0
        share /= share.sum()
    share[BEGIN] = share[END]
    out = [share.astype(np.float32)]
    for order in range(2, grams.order):
        chance = np.exp(model.logprobs[order - 1].astype(np.float64))
        out.append((out[-1][grams.levels[order - 2].history] * chance).astype(np.float32))
    return out


def _lists(lexicon: Lexicon, known: NDArray[np.bool_], marks: list[str]) -> tuple[Lists, Rows]:
    """The words, likeliest first and known ones before others, and the lexicon ids of the known ones."""
    likeliest = np.argsort(-lexicon.logprobs, kind="stable")
    order = np.concatenate([likeliest[known[likeliest]], likeliest[~known[likeliest]]])
    words = [lexicon.words[i] for i in order]
    count = int(known.sum())
    logprobs = lexicon.logprobs[order].astype(np.float64)
    return Lists(words, logprobs, count, marks[len(SPECIAL) :]), order[:count]


def _listed(levels: tuple[Indexed, ...], numbers: Rows) -> list[Rows]:
    """The n-grams of the index as word numbers, bigrams first."""
    out: list[Rows] = []
    above = numbers[:, None]
    for level in levels:
        rows = np.repeat(np.arange(len(level.starts) - 1), np.diff(level.starts))
        above = np.concatenate([above[rows], numbers[level.words][:, None]], axis=1)
        out.append(above)
    return out


class _Asked:
    """Asks KenLM for the log-probability of every n-gram of a set, and for the n-grams one word longer."""

    def __init__(self, model: Any, words: list[str]) -> None:
        import kenlm

        self._model, self._words, self._state = model, words, kenlm.State
        self._nothing = kenlm.State()
        model.NullContextWrite(self._nothing)

    def backoff(self, grams: Grams) -> Backoff:
        """The model over ``grams`` and, where it is longer than they are, over its longest n-grams too."""
        logprobs = [np.full(grams.size(n), _NEVER, dtype=np.float32) for n in range(1, grams.order + 1)]
        ask, spare = self._model.BaseScore, self._state()
        for number, word in enumerate(self._words):
            if number != BEGIN:
                logprobs[0][number] = ask(self._nothing, word, spare) * LN10
        longest = self._model.order > grams.order
        keys: list[int] = []
        told: list[float] = []
        self._descend(grams, logprobs, keys if longest else None, told)
        if longest:
            found = np.array(keys, dtype=np.int64)
            below = grams.levels[-1]
            suffix = find(below.keys, pair(below.suffix[found >> 32], found & 0xFFFFFFFF))
            grams = Grams(grams.vocabulary, (*grams.levels, Level(found, suffix)))
            logprobs.append(np.array(told, dtype=np.float32))
        return weigh(grams, logprobs)

    def _descend(
        self, grams: Grams, logprobs: list[Floats], keys: list[int] | None, told: list[float]
    ) -> None:
        """Fill ``logprobs``, and ``keys`` and ``told`` with the n-grams one word longer."""
        starts = [
            np.searchsorted(level.keys >> 32, np.arange(grams.size(n) + 1)).tolist()
            for n, level in enumerate(grams.levels, start=1)
        ]
        words = [level.word.tolist() for level in grams.levels]
        suffix = grams.levels[-1].suffix.tolist()
        names, ask, order = self._words, self._model.BaseScore, grams.order

        def visit(row: int, n: int, state: Any) -> None:
            for child in range(starts[n - 1][row], starts[n - 1][row + 1]):
                number = words[n - 1][child]
                after = self._state()
                logprobs[n][child] = ask(state, names[number], after) * LN10
                if number == END:
                    continue
                if n + 1 < order:
                    visit(child, n + 1, after)
                elif keys is not None and after != self._after(grams, child):
                    begin, end = starts[-1][suffix[child]], starts[-1][suffix[child] + 1]
                    self._longer(child, after, words[-1][begin:end], (keys, told), order + 1)

        for number in range(grams.vocabulary):
            if number != END:
                visit(number, 1, self._read([number]))

    def _longer(
        self, row: int, state: Any, candidates: list[int], out: tuple[list[int], list[float]], order: int
    ) -> None:
        ask, spare, names = self._model.BaseFullScore, self._state(), self._words
        for number in candidates:
            score = ask(state, names[number], spare)
            if score.ngram_length == order:
                out[0].append(row << 32 | number)
                out[1].append(score.log_prob * LN10)

    def _after(self, grams: Grams, row: int) -> Any:
        """The state behind an n-gram without its first word. Where it is the same as with it, nothing longer
        is known: KenLM keeps no more words than can matter.
        """
        spelled: list[int] = []
        at, n = int(grams.levels[-1].suffix[row]), grams.order - 1
        while n > 1:
            level = grams.levels[n - 2]
            spelled.append(int(level.keys[at] & 0xFFFFFFFF))
            at, n = int(level.keys[at] >> 32), n - 1
        return self._read([at, *reversed(spelled)])

    def _read(self, numbers: list[int]) -> Any:
        state = self._state()
        if numbers[0] == BEGIN:
            self._model.BeginSentenceWrite(state)
            numbers = numbers[1:]
        else:
            self._model.NullContextWrite(state)
        for number in numbers:
            after = self._state()
            self._model.BaseScore(state, self._words[number], after)
            state = after
        return state
