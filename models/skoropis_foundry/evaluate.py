"""How good a model is: keystroke savings, perplexity, bits per character, unknown words."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Protocol

from skoropis.lm.tokens import MARKS, lm_tokens, split_prefix
from skoropis.metrics.typing import Suggest, simulate
from skoropis.protocols import LanguageModel
from skoropis.text.words import normalize_word

from .card import Metric
from .corpus import read_lines

LINES = 150
"""Lines of each file that the user types, from its beginning."""


_DEPTH = 24
"""Candidates kept for a text that is typed again under another rule."""


class Measurable(LanguageModel, Protocol):
    """A language model that says what its n-grams know."""

    def knows(self, token: str) -> bool:
        """Whether ``token`` is in the vocabulary."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model predicts a text. ``perplexity``: of the words that its n-grams know, marks left out."""

    words: int
    unknown: float
    """Share of words that the n-grams do not know."""
    unlisted: float
    """Share of words that the lexicon does not hold either."""
    perplexity: float
    bits_per_character: float
    """Over all words and marks, unknown ones included, per character of the tokens and one space each."""


def suggester(model: Measurable, k: int = 3, depth: int | None = None) -> Suggest:
    """What the model alone offers: the likeliest words, save those refused and the begun word itself.

    With ``depth`` that many candidates are kept for every text, for users who type the same lines again.
    """

    def ranked(before: str, count: int) -> list[str]:
        tokens, prefix = split_prefix(before)
        begun = normalize_word(prefix)
        return [word for word, _ in model.next(model.read(tokens), begun, count) if word != begun]

    kept = lru_cache(maxsize=100_000)(ranked)

    def suggest(before: str, refused: frozenset[str]) -> Sequence[str]:
        needed = k + len(refused) + 1
        words = ranked(before, needed) if depth is None or needed > depth else kept(before, depth)
        return [word for word in words if word not in refused][:k]

    return suggest


def first_lines(path: Path, lines: int = LINES) -> list[str]:
    """The lines of a file that the simulated user types."""
    return list(islice(read_lines(path), lines))


def fit(model: Measurable, path: Path, lines: int | None = None) -> Fit:
    """Score all lines of a file, or the first of them."""
    return fit_lines(model, islice(read_lines(path), lines))


def fit_lines(model: Measurable, lines: Iterable[str]) -> Fit:
    """Score lines of text."""
    words = unknown = unlisted = characters = 0
    known_total = total = 0.0
    knows = model.knows
    for line in lines:
        state = model.start()
        for token in lm_tokens(line):
            logprob, state = model.score(state, token)
            total += logprob
            characters += len(token) + 1
            if token in MARKS:
                continue
            words += 1
            if knows(token):
                known_total += logprob
            else:
                unknown += 1
                unlisted += token not in model.lexicon
    known = max(words - unknown, 1)
    return Fit(
        words=words,
        unknown=unknown / max(words, 1),
        unlisted=unlisted / max(words, 1),
        perplexity=math.exp(-known_total / known),
        bits_per_character=-total / math.log(2) / max(characters, 1),
    )


def measure(model: Measurable, path: Path, domain: str, split: str, command: str) -> Iterator[Metric]:
    """The figures of one file that a card reports; ``command`` is what makes them."""
    lines, suggest = first_lines(path), suggester(model, 3, _DEPTH)
    no_repeat, repeat = simulate(lines, suggest), simulate(lines, suggest, repeat=True)
    single = simulate(lines, suggest, k=1, repeat=True)
    told = fit(model, path)
    for name, value, unit in (
        ("KS-3, passed-over words not repeated", 100 * no_repeat.savings.value, "%"),
        ("KS-3", 100 * repeat.savings.value, "%"),
        ("KS-1", 100 * single.savings.value, "%"),
        ("next word in 1", 100 * repeat.next_word_top1, "%"),
        ("next word in 3", 100 * repeat.next_word_topk, "%"),
        ("perplexity of known words", told.perplexity, "a word"),
        ("unknown to the n-grams", 100 * told.unknown, "%"),
        ("not in the lexicon", 100 * told.unlisted, "%"),
        ("bits per character", told.bits_per_character, "bit"),
    ):
        yield Metric(name, domain, split, round(value, 3), unit, command)
