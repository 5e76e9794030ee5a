"""Subword pieces: how a neural model spells the tokens of a text."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..errors import ModelError
from .tokens import MARKS

_SPACE = "▁"


class Pieces:
    """Spells tokens in the pieces of a sentencepiece model whose word ends carry ``▁``.

    Every token has one spelling and no spelling is the beginning of another, so the chances of all tokens
    sum to at most 1.
    """

    def __init__(self, processor: Any) -> None:
        self._processor = processor
        self.size: int = processor.vocab_size()
        self.begin: int = processor.bos_id()
        self.end: int = processor.eos_id()
        self._marks = {mark: processor.piece_to_id(mark) for mark in MARKS}
        if processor.unk_id() in self._marks.values() or min(self.begin, self.end) < 0:
            raise ModelError("this vocabulary of pieces was not made for language models of this kind")
        self.ids = lru_cache(maxsize=16_000)(self._spell)
        self.digest = sha256(processor.serialized_model_proto()).hexdigest()
        """SHA-256 of the vocabulary: networks over the same pieces share it."""

    @classmethod
    def load(cls, path: Path) -> Pieces:
        """Read a ``.model`` file of sentencepiece. Raises ModelError when it is missing or damaged."""
        try:
            data = path.read_bytes()
        except OSError as error:
            raise ModelError(f"cannot load {path}: the file is missing or damaged") from error
        return cls.from_bytes(data, str(path))

    @classmethod
    def from_bytes(cls, data: bytes, name: str = "pieces") -> Pieces:
        """The vocabulary in the bytes of a ``.model`` file. Raises ModelError when they are damaged."""
        import sentencepiece

        try:
            return cls(sentencepiece.SentencePieceProcessor(model_proto=data))
        except (RuntimeError, OSError) as error:
            raise ModelError(f"cannot load {name}: the file is missing or damaged") from error

    def _spell(self, token: str) -> tuple[int, ...]:
        mark = self._marks.get(token)
        return (mark,) if mark is not None else tuple(self._processor.encode(token))

    def word(self, piece: int) -> str | None:
        """The word that a single piece spells; None for a part of a word, a mark, a byte."""
        if self._processor.is_control(piece) or self._processor.is_byte(piece):
            return None
        text: str = self._processor.id_to_piece(piece)
        return text[:-1] if text.endswith(_SPACE) and len(text) > 1 else None
