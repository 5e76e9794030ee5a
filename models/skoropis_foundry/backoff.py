"""Back-off models over a set of n-grams: log-probabilities, back-off weights, reading and writing ARPA."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .grams import BEGIN, END, Grams, Rows

LN10 = float(np.log(10.0))
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Backoff:
    """A back-off model on a set of n-grams. ``logprobs[n - 1]`` and ``backoffs[n - 1]`` belong to order n,
    one entry a row of the set, in nats; the longest order has no back-off weights.
    """

    grams: Grams
    logprobs: list[Floats]
    backoffs: list[Floats]

    def score(self, rows: Sequence[Rows]) -> NDArray[np.float64]:
        """Log-probability of every token of a text that :meth:`Grams.follow` has followed (nats)."""
        total = self.logprobs[0][rows[0]].astype(np.float64)
        for order in range(2, self.grams.order + 1):
            row = rows[order - 1]
            history = np.concatenate([np.array([-1]), rows[order - 2][:-1]])
            weight = np.where(history >= 0, self.backoffs[order - 2][history], 0.0)
            total = np.where(row >= 0, self.logprobs[order - 1][row], weight + total)
        return total


@dataclass(frozen=True, slots=True)
class Arpa:
    """The numbers of an ARPA file whose words are numbers. Log-probabilities in nats."""

    words: list[NDArray[np.int64]]
    """Shape (n-grams, order), for order 1, 2, ..."""
    logprobs: list[Floats]
    backoffs: list[Floats]
    unseen: float
    """Log-probability of each word of the vocabulary that the text did not hold."""


def read_arpa(path: Path) -> Arpa:
    """Read an ARPA file that ``lmplz`` made of a text of word numbers, with ``<s>``, ``</s>``, ``<unk>``."""
    data = path.read_bytes()
    counts = [int(n) for n in re.findall(rb"^ngram \d+=(\d+)$", data[:1000], re.MULTILINE)]
    words, logprobs, backoffs = [], [], []
    unseen = 0.0
    for order, count in enumerate(counts, start=1):
        begin = data.index(b"\\%d-grams:\n" % order) + len(b"\\%d-grams:\n" % order)
        body = data[begin : data.index(b"\n\\", begin)]
        body = body.replace(b"<s>", b"%d" % BEGIN).replace(b"</s>", b"%d" % END).replace(b"<unk>", b"-1")
        columns = order + (2 if order < len(counts) else 1)
        table = np.fromstring(body.decode("ascii"), sep=" ").reshape(count, columns)
        if order == 1:
            unknown = table[:, 1] == -1
            unseen = float(table[unknown, 0][0]) * LN10
            table = table[~unknown]
        words.append(table[:, 1 : order + 1].astype(np.int64))
        logprobs.append((table[:, 0] * LN10).astype(np.float32))
        backoffs.append(
            (table[:, -1] * LN10).astype(np.float32) if order < len(counts) else np.empty(0, np.float32)
        )
    return Arpa(words, logprobs, backoffs, unseen)


def weigh(grams: Grams, logprobs: list[Floats]) -> Backoff:
    """The back-off model with these log-probabilities: the weights follow from them.

    What the listed followers of a history leave over goes to the others, in proportion to their chances
    behind the shorter history.
    """
    backoffs = []
    for order in range(2, grams.order + 1):
        seen, lower = masses(grams, logprobs, order)
        left, rest = np.maximum(1 - seen, 1e-7), np.maximum(1 - lower, 1e-7)
        backoffs.append(np.log(left / rest).astype(np.float32))
    return Backoff(grams, logprobs, backoffs)


def masses(
    grams: Grams, logprobs: list[Floats], order: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each row of ``order - 1`` the mass of its listed followers, there and one history shorter."""
    level = grams.levels[order - 2]
    rows = grams.size(order - 1)
    seen = np.bincount(level.history, np.exp(logprobs[order - 1].astype(np.float64)), rows)
    lower = np.bincount(level.history, np.exp(logprobs[order - 2].astype(np.float64))[level.suffix], rows)
    return seen, lower


def write_arpa(model: Backoff, words: Sequence[str], path: Path) -> None:
    """Write the model with real words (``words[number]``), for ``build_binary``."""
    with path.open("w", encoding="utf-8") as file:
        file.write("\\data\\\n")
        for order in range(1, model.grams.order + 1):
            file.write(f"ngram {order}={model.grams.size(order)}\n")
        for order in range(1, model.grams.order + 1):
            file.write(f"\n\\{order}-grams:\n")
            file.writelines(_lines(model, words, order))
        file.write("\n\\end\\\n")


def _lines(model: Backoff, words: Sequence[str], order: int) -> Iterator[str]:
    spelled = model.grams.spell(order).tolist()
    logprobs = (model.logprobs[order - 1] / LN10).tolist()
    if order == 1:
        logprobs[BEGIN] = -99.0
    if order == model.grams.order:
        for numbers, logprob in zip(spelled, logprobs, strict=True):
            yield f"{min(logprob, 0):.5f}\t{' '.join([words[n] for n in numbers])}\n"
        return
    backoffs = (model.backoffs[order - 1] / LN10).tolist()
    for numbers, logprob, backoff in zip(spelled, logprobs, backoffs, strict=True):
        yield f"{min(logprob, 0):.5f}\t{' '.join([words[n] for n in numbers])}\t{backoff:.5f}\n"
