"""The subword vocabulary of a neural model, and whole corpora cut into its pieces."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from skoropis.lm.pieces import Pieces
from skoropis.lm.tokens import MARKS

_COVERAGE = 0.9999
_LONGEST = 12
"""Characters of the longest piece."""


def train_pieces(counts: Mapping[str, int], size: int) -> bytes:
    """A sentencepiece unigram model (Kudo 2018) of ``size`` pieces, as the bytes of its file.

    ``counts``: how often each word occurs. A piece at the end of a word carries the mark ``▁``, so a word's
    pieces say themselves where it ends. Marks (full stops, numbers) are pieces of their own. What no piece
    covers is spelled in bytes.
    """
    import sentencepiece

    rows = sorted(((word, n) for word, n in counts.items() if word not in MARKS), key=lambda r: (-r[1], r[0]))
    out = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        # What the rarer words could add is not worth the time.
        sentence_iterator=iter([f"{word}\t{n}" for word, n in rows[:250_000]]),
        input_format="tsv",
        model_writer=out,
        vocab_size=size,
        model_type="unigram",
        treat_whitespace_as_suffix=True,
        character_coverage=_COVERAGE,
        max_sentencepiece_length=_LONGEST,
        byte_fallback=True,
        normalization_rule_name="identity",
        control_symbols=sorted(MARKS),
        pad_id=-1,
        bos_id=1,
        eos_id=2,
        unk_id=0,
        hard_vocab_limit=False,  # a small text has fewer pieces to offer
        minloglevel=2,
        num_threads=2,
    )
    return out.getvalue()


class PieceTable:
    """The pieces of every word of a corpus, so that texts of word numbers become piece ids at once."""

    def __init__(self, pieces: Pieces, words: Sequence[str], end: int = 0) -> None:
        """``words[number]`` names a word; ``end`` is the number that ends a sentence."""
        rows = [pieces.ids(word) for word in words]
        rows[end] = (pieces.end,)
        self.lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self.lengths)])
        self._flat = np.array([piece for row in rows for piece in row], dtype=np.uint16)

    def encode(self, text: NDArray[np.int32]) -> NDArray[np.uint16]:
        """The pieces of a text of word numbers, one after another."""
        lengths = self.lengths[text]
        ends = np.cumsum(lengths)
        # Place of each piece within the flat table: where its word starts there, plus its place in the word.
        within = np.arange(int(ends[-1]) if len(ends) else 0) - np.repeat(ends - lengths, lengths)
        return self._flat[np.repeat(self._starts[text], lengths) + within]
