"""Presage's suggestions, through its C interface.

presage.py LIBRARY CONFIGURATION LANGUAGE
"""

from __future__ import annotations

import ctypes
import sys

from latin import to_cyrillic, to_latin
from loop import answer

_Stream = ctypes.CFUNCTYPE(ctypes.c_char_p, ctypes.c_void_p)


class Presage:
    """It keeps by itself what it showed within a word and does not show it again."""

    def __init__(self, library: str, configuration: str, language: str) -> None:
        self._library = ctypes.CDLL(library)
        self._russian = language == "ru"
        self._past = b""
        # Presage calls back for the text: the functions must live as long as it does.
        self._streams = (_Stream(lambda _: self._past), _Stream(lambda _: b""))
        self._presage = ctypes.c_void_p()
        failed = self._library.presage_new_with_config(
            self._streams[0],
            None,
            self._streams[1],
            None,
            configuration.encode(),
            ctypes.byref(self._presage),
        )
        if failed:
            sys.exit(f"presage does not start with {configuration}: error {failed}")

    def suggest(self, before: str, refused: list[str]) -> list[str]:
        """Three words at most, best first."""
        self._past = (to_latin(before) if self._russian else before).encode()
        found = ctypes.POINTER(ctypes.c_char_p)()
        if self._library.presage_predict(self._presage, ctypes.byref(found)):
            return []
        words: list[str] = []
        while (word := found[len(words)]) is not None:
            words.append(word.decode(errors="replace"))
        self._library.presage_free_string_array(found)
        return [to_cyrillic(word) for word in words] if self._russian else words


answer(Presage(*sys.argv[1:]))
