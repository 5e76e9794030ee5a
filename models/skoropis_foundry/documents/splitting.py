"""Text to train on, text to tune on, text to measure on: apart from each other."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .document import Document
from .lines import key

_FEW = 10
"""Documents below which a single one is too large a share."""
_BLOCK = 200
"""Lines of a block."""
_BLOCKS = 40
"""Blocks that a small text is cut into."""


@dataclass(frozen=True, slots=True)
class Split:
    """Documents for training, tuning and measuring; no line of one is in another."""

    train: list[Document]
    dev: list[Document]
    test: list[Document]
    by_block: bool
    """Whether parts of documents were held out, because there are few documents or one is most of the text.
    Figures are then kinder than for documents of which nothing was seen."""


def split(
    documents: Sequence[Document], seed: str = "", dev_share: float = 0.1, test_share: float = 0.1
) -> Split:
    """Hold out whole documents in the order of the SHA-1 of ``seed`` and their id, for test and then for dev.

    The shares are of lines. With fewer than ten documents, or one that is larger than both held-out parts,
    the documents are first cut into blocks of some 200 lines in a row (fewer in a small text), called
    ``id@n``. Lines count as the same when they differ in case, punctuation and digits only; what is in
    ``test`` is dropped from ``dev``, and what is in either from ``train``. From 30 lines on, three of them
    different, no part is empty whose share is not 0. Raises ValueError for shares that leave nothing to train
    on.
    """
    if min(dev_share, test_share) < 0 or dev_share + test_share >= 1:
        raise ValueError("the shares must leave something to train on")
    shares = (test_share, dev_share)
    documents = [document for document in documents if document.text]
    lengths = [len(document.lines) for document in documents]
    lines = sum(lengths)
    by_block = len(documents) < _FEW or max(lengths) > sum(shares) * lines
    if not by_block:
        train, dev, test = _held_out(documents, seed, shares)
        if _full(train, dev, test, shares):
            return Split(train, dev, test, by_block=False)
    blocks = _blocks(documents, max(1, min(_BLOCK, lines // _BLOCKS)))
    train, dev, test = _held_out(blocks, seed, shares)
    if not _full(train, dev, test, shares):  # nearly all lines are the same: take every line by itself
        train, dev, test = _held_out(_single_lines(documents), seed, shares)
    return Split(train, dev, test, by_block=True)


def _held_out(
    documents: Sequence[Document], seed: str, shares: tuple[float, float]
) -> tuple[list[Document], list[Document], list[Document]]:
    """Train, dev and test, each in the order of ``documents``; ``shares`` are those of test and dev."""
    lines = sum(len(document.lines) for document in documents)
    order = sorted(
        range(len(documents)), key=lambda number: _digest(seed, documents[number].id), reverse=True
    )
    held: set[str] = set()
    parts: list[dict[int, Document]] = []
    for others, share in zip((2, 1), shares, strict=True):
        part: dict[int, Document] = {}
        taken = 0
        while share and len(order) > others:
            number = order.pop()
            # As near to the share as whole documents come, but never nothing.
            if part and taken + len(documents[number].lines) / 2 > share * lines:
                order.append(number)
                break
            if left := _without(documents[number], held):
                part[number] = left
                taken += len(left.lines)
        held |= {key(line) for document in part.values() for line in document.lines}
        parts.append(part)
    parts.append({number: left for number in order if (left := _without(documents[number], held))})
    test, dev, train = ([part[number] for number in sorted(part)] for part in parts)
    return train, dev, test


def _full(
    train: list[Document], dev: list[Document], test: list[Document], shares: tuple[float, float]
) -> bool:
    """Whether every part that is wanted has something in it."""
    return bool(train) and all(part or not share for part, share in zip((test, dev), shares, strict=True))


def _digest(seed: str, name: str) -> bytes:
    # Not for secrecy: an order that looks random and is the same everywhere.
    return hashlib.sha1((seed + name).encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()


def _without(document: Document, keys: set[str]) -> Document | None:
    """The document without lines that count as one of ``keys``; None when nothing is left."""
    left = [line for line in document.lines if key(line) not in keys] if keys else document.lines
    return Document(document.id, "\n".join(left)) if left else None


def _blocks(documents: Iterable[Document], size: int) -> list[Document]:
    """Blocks of about ``size`` lines in a row; a document that is hardly longer stays whole."""
    out: list[Document] = []
    for document in documents:
        lines = document.lines
        count = max(1, round(len(lines) / size))
        edges = [len(lines) * number // count for number in range(count + 1)]
        names = [f"{document.id}@{number}" for number in range(1, count + 1)] if count > 1 else [document.id]
        out += [
            Document(name, "\n".join(lines[start:end]))
            for name, (start, end) in zip(names, pairwise(edges), strict=True)
        ]
    return out


def _single_lines(documents: Iterable[Document]) -> list[Document]:
    """Every line as a document, once."""
    unique: dict[str, Document] = {}
    for document in documents:
        for number, line in enumerate(document.lines, 1):
            unique.setdefault(key(line), Document(f"{document.id}@{number}", line))
    return list(unique.values())
