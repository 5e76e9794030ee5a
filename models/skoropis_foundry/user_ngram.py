"""A small n-gram model of a user's own text, in seconds and without a compiler."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from skoropis.errors import InputError
from skoropis.lm.ngram import NGram
from skoropis.lm.tokens import MARKS
from skoropis.protocols import Lexicon

from .components import number, numbering
from .corpus import END, corpus_of
from .evaluate import Fit, fit_lines
from .kneser_ney import count, smooth
from .package import FILES, write_model
from .prune import prune
from .recipe import RECIPES
from .user_words import choose_words, usual_spellings
from .vocabulary import Lists

ORDER = 4
_BYTES = (8.6, 8.4, 2.8)
"""About what one bigram, trigram and 4-gram takes in trie and index."""
_ROUNDS = 4
_MARGIN = 1.02


class HasLexicon(Protocol):
    """The general model of the language, of which only the words are asked."""

    @property
    def lexicon(self) -> Lexicon: ...


@dataclass(frozen=True, slots=True)
class UserNGram:
    """What was made of the text."""

    tokens: int
    """Words and marks of the training text."""
    words: int
    """Words that the model knows."""
    new_words: int
    """Those of them that the general model does not have."""
    ngrams: tuple[int, ...]
    """Of each order, after pruning."""
    megabytes: float
    """Of its files (10^6 bytes)."""
    dev: Fit | None
    """How it predicts the dev lines on its own; None when there are none."""


def make_user_ngram(
    train_lines: Sequence[str],
    dev_lines: Sequence[str],
    language: str,
    base: HasLexicon,
    folder: Path,
    *,
    budget_mb: float = 2.0,
    min_count: int = 2,
) -> UserNGram:
    """Write a model of ``train_lines`` into ``folder`` (made when missing), for ``NGram.load``.

    Its words are those of the text that the lexicon of ``base``, the general model of the language, has or
    that the text has ``min_count`` times (:mod:`skoropis_foundry.user_words`). All others are unknown to it.
    Modified Kneser-Ney smoothing, then pruning until the files take ``budget_mb`` (10^6 bytes) or less.

    Nothing is drawn at random: equal lines give equal files. Raises InputError when the language is not one
    that models are made for, the text has no word to learn, or the words alone break the budget.
    """
    if language not in RECIPES:
        raise InputError(f"no models are made for {language!r}; there are {', '.join(sorted(RECIPES))}")
    corpus = corpus_of(train_lines)
    (text,) = corpus.texts.values()
    seen = np.bincount(text, minlength=len(corpus.words))
    words = choose_words(corpus, seen, RECIPES[language].alphabet, base.lexicon, min_count)
    if not words:
        raise InputError(
            "the text holds no word that could be learned; give more text, or the language's own"
        )
    marks = sorted(MARKS.intersection(corpus.words))
    chances = dict(zip(corpus.words, seen / seen.sum(), strict=True))
    lists = Lists(words, np.log([chances[word] for word in words]), len(words), marks)
    spelled = usual_spellings(corpus, words, base.lexicon)
    folder.mkdir(parents=True, exist_ok=True)
    numbers = number(text, numbering(corpus.words, lists.model_words))
    counted = count(numbers, ORDER, len(lists.model_words))
    full = smooth(counted)
    shares = [(times / len(numbers)).astype(np.float32) for times in counted.counts]
    room = budget = budget_mb * 1e6
    for _ in range(_ROUNDS):
        model = prune(full, shares, room, _BYTES)
        write_model(model, lists, spelled, language, None, folder)
        size = sum((folder / name).stat().st_size for name in FILES)
        if size <= budget or not room:
            break
        room = max(room - (size - budget) * _MARGIN, 0.0)
    if size > budget:
        for name in FILES:
            (folder / name).unlink()
        raise InputError(
            f"{len(words):,} words alone take {size / 1e6:.1f} MB of a budget of {budget_mb:g} MB; allow more"
        )
    return UserNGram(
        tokens=int((text != END).sum()),
        words=len(words),
        new_words=sum(word not in base.lexicon for word in words),
        ngrams=tuple(model.grams.size(order) for order in range(1, ORDER + 1)),
        megabytes=size / 1e6,
        dev=fit_lines(NGram.load(folder), dev_lines) if dev_lines else None,
    )
