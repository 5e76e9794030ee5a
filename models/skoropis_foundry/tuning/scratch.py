"""What a model needs that stands on no other: its own pieces, and a size that its text can fill."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import numpy as np

from skoropis.errors import InputError
from skoropis.lm.lexicon import Lexicon
from skoropis.lm.tokens import MARKS, lm_tokens

from ..pieces import train_pieces

_MOST = 8_000
_WORDS_A_PIECE = 3
"""Different words of the text for each piece of the vocabulary."""
_SMALL = 1_000_000
"""Words from which on a text fills more than the smallest network."""


class NoBase:
    """Stands for a general model that knows no word."""

    lexicon = Lexicon([], np.empty(0, dtype=np.float32), {})


def own_pieces(lines: Iterable[str]) -> bytes:
    """A vocabulary of pieces for a text, as the bytes of its file. Raises InputError for too poor a text."""
    counts = Counter(token for line in lines for token in lm_tokens(line) if token not in MARKS)
    size = min(_MOST, max(len(counts) // _WORDS_A_PIECE, 400))
    while size >= 300:  # bytes, marks and letters alone are nearly that many
        try:
            return train_pieces(counts, size)
        except RuntimeError:  # so many pieces cannot be made of it
            size = size * 3 // 4
    raise InputError("the text has too few different words to stand alone; add more, or train on a base")


def fitting_size(words: int) -> str:
    """The size of network for a text of so many words."""
    return "tiny" if words < _SMALL else "small"
