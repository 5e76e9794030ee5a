"""SymSpell (symspellpy) as a corrector that takes the likeliest of the nearest words.

    symspell.py LANGUAGE

English: the dictionary of the package. Russian: none is in the package; the 100,000 most frequent words of
wordfreq, which our own lexicon is made of too.
"""

from __future__ import annotations

import sys
from pathlib import Path

import symspellpy
import wordfreq
from loop import answer, word_by_word

_DISTANCE = 2
_RUSSIAN_WORDS = 100_000


class SymSpell:
    """Word by word."""

    def __init__(self, language: str) -> None:
        self._index = symspellpy.SymSpell(max_dictionary_edit_distance=_DISTANCE)
        if language == "en":
            folder = Path(symspellpy.__file__).parent
            self._index.load_dictionary(folder / "frequency_dictionary_en_82_765.txt", 0, 1)
        else:
            for word in wordfreq.top_n_list(language, _RUSSIAN_WORDS):
                frequency = round(1e9 * wordfreq.word_frequency(word, language))
                self._index.create_dictionary_entry(word, max(1, frequency))

    def correct(self, text: str) -> str:
        """The text with every unknown word replaced."""
        return word_by_word(self._mend, text)

    def _mend(self, word: str) -> str:
        found = self._index.lookup(word.lower(), symspellpy.Verbosity.TOP, _DISTANCE)
        return found[0].term if found and found[0].distance else word


answer(SymSpell(sys.argv[1]))
