"""Hunspell as a corrector that takes the first suggestion for every word it does not know.

    hunspell_words.py LIBRARY AFFIXES DICTIONARY

Not named after Hunspell alone: ibus-typing-booster looks for a module of that name.
"""

from __future__ import annotations

import ctypes
import sys

from loop import answer, word_by_word


class Hunspell:
    """Word by word; both dictionaries are in UTF-8."""

    def __init__(self, library: str, affixes: str, dictionary: str) -> None:
        self._library = ctypes.CDLL(library)
        self._library.Hunspell_create.restype = ctypes.c_void_p
        self._handle = ctypes.c_void_p(self._library.Hunspell_create(affixes.encode(), dictionary.encode()))

    def correct(self, text: str) -> str:
        """The text with every unknown word replaced."""
        return word_by_word(self._mend, text)

    def _mend(self, word: str) -> str:
        typed = word.replace("’", "'").encode()
        if self._library.Hunspell_spell(self._handle, typed):
            return word
        found = ctypes.POINTER(ctypes.c_char_p)()
        count = self._library.Hunspell_suggest(self._handle, ctypes.byref(found), typed)
        first = found[0].decode() if count else word
        self._library.Hunspell_free_list(self._handle, ctypes.byref(found), count)
        return first


answer(Hunspell(*sys.argv[1:]))
