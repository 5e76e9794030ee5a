"""Finding the words of a lexicon that a typed word may stand for.

Symmetric deletion (Garbe 2012): two words within an edit of one another share a string that is left when a
letter is dropped from either. The index holds polynomial hashes of those strings, not the strings.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from skoropis.api import Lexicon

from .typo import WIDTH, TypoModel

TARGETS = 200_000
"""So many of the likeliest words may be the answer at all."""
DEEP = 40_000
"""So many of them are also found over two letters that the typist left out or mistook."""
SHORT = 5
"""Shorter words are not searched two deletions deep: nearly everything would match."""
BLOCK = 32_768
"""Words taken at once while the index is built, so that building needs little more memory than the index."""
CROWD = 600
"""At most so many found words, the likeliest, go through the channel."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(int(_BASE), -1, 1 << 64))
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)

Hashes = NDArray[np.uint64]


def _powers() -> Hashes:
    powers = np.ones(WIDTH, dtype=np.uint64)
    for k in range(1, WIDTH):
        powers[k] = powers[k - 1] * _BASE
    return powers


with np.errstate(over="ignore"):
    _POWERS = _powers()


def _sums(codes: NDArray[np.uint8]) -> Hashes:
    """Hash of each prefix: (n, WIDTH + 1), the empty prefix first."""
    sums = np.zeros((len(codes), codes.shape[1] + 1), dtype=np.uint64)
    np.cumsum(codes * _POWERS[: codes.shape[1]], axis=1, out=sums[:, 1:])
    return sums


def _deletions(sums: Hashes, length: int, deep: bool) -> Iterator[Hashes]:
    """Hashes of words of one length as they are, with one letter dropped and, if ``deep``, with two."""
    total = sums[:, length]
    yield total
    once = _INVERSE
    twice = _INVERSE * _INVERSE
    for i in range(length):
        yield sums[:, i] + (total - sums[:, i + 1]) * once
    if deep:
        for i in range(length - 1):
            for j in range(i + 1, length):
                yield sums[:, i] + (sums[:, j] - sums[:, i + 1]) * once + (total - sums[:, j + 1]) * twice


class CandidateIndex:
    """Words of a lexicon by the strings that deletions leave of them."""

    def __init__(self, lexicon: Lexicon, typo: TypoModel) -> None:
        self._words = lexicon.words
        self._typo = typo
        logprobs = np.asarray(lexicon.logprobs, dtype=np.float32)
        lengths = np.fromiter(map(len, self._words), dtype=np.int32, count=len(self._words))
        usable = np.flatnonzero((lengths >= 1) & (lengths <= WIDTH))
        usable = usable[np.argsort(-logprobs[usable], kind="stable")].astype(np.uint32)
        self.numbers, self.codes = self._encode(usable, lengths)
        """Places in the lexicon of the words that take part, likeliest first, and their letters."""
        self.lengths = lengths[self.numbers].astype(np.int64)
        self.logprobs = logprobs[self.numbers]
        with np.errstate(over="ignore"):
            self._keys = self._build()

    def _encode(
        self, usable: NDArray[np.uint32], lengths: NDArray[np.int32]
    ) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
        """The first :data:`TARGETS` words of the alphabet: places, and letter numbers of shape (n, WIDTH)."""
        table = self._typo.letters()
        places, letters, count = [], [], 0
        for begin in range(0, len(usable), BLOCK):
            block = usable[begin : begin + BLOCK]
            text = "".join([self._words[place] for place in block.tolist()])
            points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
            long = lengths[block]
            codes = np.zeros((len(block), WIDTH), dtype=np.uint8)
            codes[np.arange(WIDTH) < long[:, None]] = table[np.minimum(points, len(table) - 1)]
            whole = (codes != 0).sum(axis=1) == long  # a strange letter leaves a gap
            places.append(block[whole])
            letters.append(codes[whole])
            count += len(places[-1])
            if count >= TARGETS:
                break
        if not places:
            return usable, np.zeros((0, WIDTH), dtype=np.uint8)
        return np.concatenate(places)[:TARGETS], np.concatenate(letters)[:TARGETS]

    def _build(self) -> Hashes:
        """Sorted keys: a string's hash in the upper half, the word's place in ``numbers`` in the lower."""
        lengths = np.arange(WIDTH + 1)
        places = np.arange(len(self.lengths), dtype=np.uint64)
        deep = (places < DEEP) & (self.lengths >= SHORT)
        each = self.lengths + 1 + np.where(deep, self.lengths * (self.lengths - 1) // 2, 0)
        keys = np.empty(int(each.sum()), dtype=np.uint64)
        filled = 0
        for length in lengths[1:].tolist():
            for is_deep in (True, False):
                chosen = places[(self.lengths == length) & (deep == is_deep)]
                if len(chosen) == 0:
                    continue
                for hashes in _deletions(_sums(self.codes[chosen]), length, is_deep):
                    keys[filled : filled + len(chosen)] = (hashes & ~_LOW) | chosen
                    filled += len(chosen)
        keys.sort()
        return keys

    @property
    def nbytes(self) -> int:
        """Memory that the index holds, in bytes."""
        arrays = (self._keys, self.codes, self.lengths, self.logprobs, self.numbers)
        return sum(array.nbytes for array in arrays)

    def lookup(self, typed: str, deep: bool = True) -> list[tuple[str, float, float]]:
        """Words that ``typed`` may stand for, itself left out: (word, channel, unigram log-probability).

        Sorted by the sum of the two, best first. Empty for a word outside the alphabet. Not ``deep``: words
        within one edit for certain, others by chance, for a fraction of the cost.
        """
        if not self._typo.knows(typed) or len(self._keys) == 0:
            return []
        found = self._find(typed, deep and len(typed) >= SHORT)
        if len(found) == 0:
            return []
        channel = self._typo.logprobs(typed, self.codes[found], self.lengths[found])
        kept = np.flatnonzero((channel < 0) & (channel > -self.bound(typed)))
        order = kept[np.argsort(-(channel[kept] + self.logprobs[found[kept]]), kind="stable")]
        words = self._words
        return [
            (words[int(self.numbers[found[k]])], float(channel[k]), float(self.logprobs[found[k]]))
            for k in order.tolist()
        ]

    @staticmethod
    def bound(typed: str) -> float:
        """The most that a typing error may cost in a word of this length (nats)."""
        return 7.5 if len(typed) <= 3 else 10.0 if len(typed) == 4 else 14.0 + 0.3 * len(typed)

    def _find(self, typed: str, deep: bool) -> NDArray[np.int64]:
        codes = np.zeros((1, WIDTH), dtype=np.uint8)
        codes[0, : len(typed)] = self._typo.encode(typed)
        with np.errstate(over="ignore"):
            hashes = np.concatenate(list(_deletions(_sums(codes), len(typed), deep)))
        upper = np.unique(hashes & ~_LOW)
        low = np.searchsorted(self._keys, upper)
        high = np.searchsorted(self._keys, upper | _LOW, side="right")
        full = np.flatnonzero(high > low)
        if len(full) == 0:
            return np.zeros(0, dtype=np.int64)
        runs = [self._keys[low[k] : high[k]] for k in full.tolist()]
        found = np.unique(np.concatenate(runs) & _LOW).astype(np.int64)
        near = np.flatnonzero(np.abs(self.lengths[found] - len(typed)) <= 2)
        # Places are in order of likelihood, so the first ones are the likeliest.
        result: NDArray[np.int64] = found[near[:CROWD]]
        return result
