"""pyspellchecker (spelling in pure Python) as a corrector of every word it does not know.

pure_python.py LANGUAGE
"""

from __future__ import annotations

import sys

from loop import answer, word_by_word
from spellchecker import SpellChecker


class PySpellChecker:
    """Word by word."""

    def __init__(self, language: str) -> None:
        self._checker = SpellChecker(language=language)

    def correct(self, text: str) -> str:
        """The text with every unknown word replaced."""
        return word_by_word(lambda word: self._checker.correction(word.lower()) or word, text)


answer(PySpellChecker(sys.argv[1]))
