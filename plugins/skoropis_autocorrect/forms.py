"""Words that a dictionary vouches for, whatever their frequency.

A frequency lexicon holds slips that many people make and lacks most rare forms; a dictionary is the other
way round. English: SCOWL's lists, in ``data/en.forms.lzma``. Russian: the OpenCorpora dictionary as packed in
``pymorphy3-dicts-ru``, 10 MB of memory.
"""

from __future__ import annotations

import lzma
import zlib
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol

import numpy as np


class Forms(Protocol):
    """The forms of a dictionary, lower-cased and normalized."""

    def __contains__(self, word: object) -> bool: ...


class NoForms:
    """The dictionary of a language that has none."""

    def __contains__(self, word: object) -> bool:
        return False


class ListedForms:
    """A packed list of words, kept as sorted 32-bit checksums: a wrong yes for one word in 20,000."""

    def __init__(self, packed: bytes) -> None:
        words = lzma.decompress(packed).split(b"\n")
        self._sums = np.unique(np.fromiter(map(zlib.crc32, words), dtype=np.uint32, count=len(words)))

    def __contains__(self, word: object) -> bool:
        if not isinstance(word, str):
            return False
        checksum = np.uint32(zlib.crc32(word.encode("utf-8", "surrogatepass")))
        at = int(np.searchsorted(self._sums, checksum))
        return at < len(self._sums) and bool(self._sums[at] == checksum)


class MorphologicalForms:
    """The word forms of an OpenCorpora dictionary (a DAWG), where ``е`` may stand for ``ё``."""

    def __init__(self, path: Path) -> None:
        import dawg_python

        self._words: Any = dawg_python.RecordDAWG(">HH")
        self._words.load(str(path))
        self._variants = self._words.compile_replaces({"е": "ё"})

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and bool(self._words.similar_keys(word, self._variants))


@lru_cache(maxsize=8)
def forms(language: str) -> Forms:
    """The dictionary of a language; an empty one where there is none."""
    packed = files(__package__).joinpath(f"data/{language}.forms.lzma")
    if packed.is_file():
        return ListedForms(packed.read_bytes())
    if language == "ru":
        import pymorphy3_dicts_ru

        return MorphologicalForms(Path(pymorphy3_dicts_ru.get_path()) / "words.dawg")
    return NoForms()
