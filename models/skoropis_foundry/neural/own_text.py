"""A user's own text, to compress a network on: most of it to learn from, the rest to measure on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from skoropis.errors import InputError
from skoropis.lm.pieces import Pieces

from ..corpus import read_lines, sentences_of
from .held_out import HeldOut, held_out
from .windows import Text, Windows

_SUFFIXES = (".txt", ".md", ".txt.xz")
_EVERY = 10
"""Every tenth line that holds words is measured on and never learned from."""
_MEASURED = 1000
_LEAST = 2000


@dataclass(frozen=True, slots=True)
class OwnText:
    """Lines of text, those to learn from and those to measure on."""

    learned: tuple[str, ...]
    measured: tuple[str, ...]

    def counts(self) -> Counter[str]:
        """How often each token stands in the text to learn from."""
        return Counter(
            token for line in self.learned for sentence in sentences_of(line) for token in sentence
        )

    def windows(self, pieces: Pieces, seed: int = 0) -> Windows:
        """The text to learn from. Raises InputError when it is too short."""
        ids = [pieces.end]
        for line in self.learned:
            for sentence in sentences_of(line):
                for token in sentence:
                    ids += pieces.ids(token)
                ids.append(pieces.end)
        if len(ids) < _LEAST:
            raise InputError(f"this text is too short to train on: {len(ids)} pieces of at least {_LEAST}")
        return Windows([Text(np.array(ids, dtype=np.uint16))], pieces.end, seed)

    def held_out(self, pieces: Pieces) -> HeldOut:
        """The text to measure on."""
        return held_out(self.measured, pieces)


def read_text(places: Sequence[Path]) -> OwnText:
    """Read files, and all ``.txt``, ``.md`` and ``.txt.xz`` files of folders.

    Raises InputError when one cannot be read, or all of them hold hardly any words.
    """
    learned: list[str] = []
    measured: list[str] = []
    count = 0
    for path in (path for place in places for path in _files(place)):
        try:
            for line in read_lines(path):
                if any(len(sentence) > 1 for sentence in sentences_of(line)):
                    count += 1
                    aside = count % _EVERY == 0 and len(measured) < _MEASURED
                    (measured if aside else learned).append(line)
        except (OSError, ValueError, EOFError) as error:
            raise InputError(f"{path} cannot be read as UTF-8 text") from error
    if not measured:
        raise InputError(f"at least {_EVERY} lines of text are needed, each a sentence or more")
    return OwnText(tuple(learned), tuple(measured))


def _files(place: Path) -> Iterator[Path]:
    if place.is_dir():
        found = sorted(path for path in place.rglob("*") if path.name.endswith(_SUFFIXES) and path.is_file())
        if not found:
            raise InputError(f"{place} holds no {', '.join(_SUFFIXES)} files")
        yield from found
    elif place.is_file():
        yield place
    else:
        raise InputError(f"there is no text at {place}")
