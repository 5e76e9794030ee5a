"""KenLM's quantised trie without a compiler: what ``build_binary -v -q 8 -b 8 trie`` makes, in NumPy.

Layout (KenLM's binary format 5, little-endian): a header, the sorted hashes of the words, the tables of the
quantiser, the unigrams, then one bit-packed array an order. The n-grams are a trie from the last word to the
first: those that end alike lie together, each beside where the ones one word longer to the left begin.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skoropis.files import write_atomic

from .backoff import LN10, Backoff, Floats
from .grams import BEGIN, UNKNOWN, Rows

_MAGIC = b"mmap lm http://kheafield.com/code format version 5\n\0"
_QUANTISED_TRIE = 3
_SEARCH_VERSION, _QUANTISER_VERSION = 1, 2
_BITS = 8
_BINS = 1 << _BITS
_ENDS, _GOES_ON = 0, 1
"""Codes of a back-off weight of 0: no longer n-gram begins with this one, or some do."""
_BEGIN_LOGPROB = -99.0
_BLOCK = 1 << 16
_MASK64 = (1 << 64) - 1


@dataclass(frozen=True, slots=True)
class _Order:
    """The n-grams of one order as they will lie. All arrays have one entry an n-gram."""

    word: Rows
    """KenLM's id of the first word."""
    parent: Rows
    """Place, one order below, of the n-gram without its first word; ascending."""
    row: Rows
    """Its row in the model."""
    goes_on: NDArray[np.bool_]
    """Whether longer n-grams begin with it."""


def write_trie(model: Backoff, words: Sequence[str], path: Path) -> None:
    """Write the model with real words (``words[number]``); of order 2 at least. Raises SkoropisError when the
    disk does not allow it.
    """
    hashes = np.array([murmur_hash(word.encode()) for word in words], dtype=np.uint64)
    known = np.delete(np.arange(len(words)), UNKNOWN)
    by_hash = known[np.argsort(hashes[known])]
    ids = np.zeros(len(words), dtype=np.int64)
    ids[by_hash] = np.arange(1, len(words))
    orders = _sorted(model, ids)

    vocabulary = np.zeros(len(words) + 1, dtype="<u8")  # its length, the hashes, one place for <unk>
    vocabulary[0] = len(by_hash)
    vocabulary[1:-1] = hashes[by_hash]
    tables, arrays = [], []
    for order, (entry, longer) in enumerate(zip(orders, [*orders[1:], None], strict=True), start=1):
        logprobs = np.minimum(model.logprobs[order - 1][entry.row] / LN10, 0)
        backoffs = model.backoffs[order - 1][entry.row] / LN10 if longer else np.empty(0, np.float32)
        starts = _starts(entry, longer) if longer else None
        if order == 1:
            arrays.append(_unigrams(logprobs, backoffs, entry, starts))
            continue
        centres, codes = quantise(logprobs, _BINS)
        tables.append(centres)
        fields = [(entry.word, _width(len(words)))]
        if longer and starts is not None:
            zero = backoffs == 0
            reserved = np.where(entry.goes_on, _GOES_ON, _ENDS)
            centres, kept = quantise(backoffs[~zero], _BINS - 2)
            tables.append(np.concatenate([np.array([-0.0, 0.0], dtype=np.float32), centres]))
            reserved[~zero] = kept + 2
            fields += [(reserved, _BITS), (codes, _BITS), (starts, _width(len(longer.word)))]
        else:
            fields.append((codes, _BITS))
        arrays.append(_pack(fields, len(entry.word)))
    sizes = [len(entry.word) for entry in orders]
    quantiser = bytes([_QUANTISER_VERSION, _BITS, _BITS]).ljust(8, b"\0")
    parts = [_header(sizes), vocabulary.tobytes(), quantiser, *(t.astype("<f4").tobytes() for t in tables)]
    write_atomic(path, b"".join([*parts, *arrays]))


def murmur_hash(data: bytes) -> int:
    """MurmurHash64A (Austin Appleby, public domain) with seed 0: by it KenLM finds a word."""
    factor = 0xC6A4A7935BD1E995
    out = (len(data) * factor) & _MASK64
    whole = len(data) & ~7
    for (part,) in struct.iter_unpack("<Q", data[:whole]):
        part = (part * factor) & _MASK64
        part ^= part >> 47
        out = ((out ^ ((part * factor) & _MASK64)) * factor) & _MASK64
    if whole < len(data):
        out = ((out ^ int.from_bytes(data[whole:], "little")) * factor) & _MASK64
    out = ((out ^ (out >> 47)) * factor) & _MASK64
    return out ^ (out >> 47)


def quantise(values: Floats, bins: int) -> tuple[Floats, Rows]:
    """Centres of bins with equally many values each, shape (bins,), ascending, and the nearest's place for
    each value (Federico and Bertoldi 2006).
    """
    if not len(values):
        return np.zeros(bins, dtype=np.float32), np.zeros(0, dtype=np.int64)
    ascending = np.sort(values.astype(np.float64))
    edges = np.arange(bins + 1) * len(values) // bins
    sums = np.concatenate([np.zeros(1), np.cumsum(ascending)])
    size = np.diff(edges)
    # An empty bin, where there are fewer values than bins, takes the value that the next one begins with.
    first = ascending[np.minimum(edges[:-1], len(values) - 1)]
    centres = np.where(size > 0, np.diff(sums[edges]) / np.maximum(size, 1), first)
    centres = np.maximum.accumulate(centres)
    codes = np.searchsorted((centres[1:] + centres[:-1]) / 2, values)
    return centres.astype(np.float32), codes


def _sorted(model: Backoff, ids: Rows) -> list[_Order]:
    grams = model.grams
    orders: list[_Order] = []
    first, place = ids, ids
    for order in range(1, grams.order + 1):
        parent = np.zeros(len(ids), dtype=np.int64)
        if order > 1:
            level = grams.levels[order - 2]
            first, parent = first[level.history], place[level.suffix]
        row = np.lexsort((first, parent))
        place = np.empty(len(row), dtype=np.int64)
        place[row] = np.arange(len(row))
        longer = grams.levels[order - 1].history if order < grams.order else np.empty(0, dtype=np.int64)
        goes_on = np.bincount(longer, minlength=len(row)) > 0
        orders.append(_Order(first[row], parent[row], row, goes_on[row]))
    return orders


def _starts(entry: _Order, longer: _Order) -> Rows:
    """Where the n-grams one longer that end with each begin, and at last where they all end."""
    return np.searchsorted(longer.parent, np.arange(len(entry.word) + 1))


def _unigrams(logprobs: Floats, backoffs: Floats, entry: _Order, starts: Rows | None) -> bytes:
    """Sixteen bytes each: two floats, the place where its bigrams begin."""
    size = len(entry.word)
    out = np.zeros(size + 2, dtype=[("logprob", "<f4"), ("backoff", "<f4"), ("next", "<u8")])
    out["logprob"][:size] = np.where(entry.row == BEGIN, _BEGIN_LOGPROB, logprobs)
    out["backoff"][:size] = np.where((backoffs == 0) & ~entry.goes_on, -0.0, backoffs)
    out["next"][: size + 1] = starts
    return out.tobytes()


def _pack(fields: Sequence[tuple[Rows, int]], size: int) -> bytes:
    """Entries of ``fields`` (values, bits), the first field lowest, one entry behind the other bit by bit.

    An entry more stands at the end, for the last field's last value, then eight bytes for reading ahead.
    """
    bits = sum(width for _, width in fields)
    packed = np.zeros(size + 1, dtype="<u8")
    shift = 0
    for values, width in fields:
        packed[: len(values)] |= values.astype(np.uint64) << np.uint64(shift)
        shift += width
    blocks = []
    for begin in range(0, size + 1, _BLOCK):  # a multiple of eight entries ends with a whole byte
        block = packed[begin : begin + _BLOCK].view(np.uint8).reshape(-1, 8)
        single = np.unpackbits(block, axis=1, count=bits, bitorder="little")
        blocks.append(np.packbits(single.ravel(), bitorder="little").tobytes())
    return b"".join([*blocks, bytes(8)])


def _width(largest: int) -> int:
    """Bits of numbers up to ``largest``."""
    return largest.bit_length()


def _header(sizes: Sequence[int]) -> bytes:
    magic = _MAGIC + b"\0"
    magic = magic.ljust(-(-len(magic) // 8) * 8, b"\0")
    checks = struct.pack("<fffIIIQ", 0.0, 1.0, -0.5, 1, 0xFFFFFFFF, 0, 1)
    fixed = struct.pack("<B3xfiB3xI", len(sizes), 1.5, _QUANTISED_TRIE, 0, _SEARCH_VERSION)
    head = magic + checks + fixed + struct.pack(f"<{len(sizes)}Q", *sizes)
    return head.ljust(-(-len(head) // 8) * 8, b"\0")
