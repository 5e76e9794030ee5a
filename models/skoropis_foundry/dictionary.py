"""Dictionaries that tell words from misspellings, and names from ordinary words."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from skoropis.text.words import normalize_word

_ENGLISH_LISTS = ("american-english-large", "british-english-large")
_LIST_FOLDER = Path("/usr/share/dict")
_NAME_GRAMMEMES = frozenset({"Name", "Surn", "Patr", "Geox", "Orgn", "Trad", "Abbr", "Init"})


class Dictionary(Protocol):
    """Words in their normalized form. One may be both ordinary and a name (``march``, ``вера``)."""

    def __contains__(self, word: object) -> bool: ...

    def ordinary(self, word: str) -> bool:
        """Whether it stands there as a word that is written small."""

    def name(self, word: str) -> bool:
        """Whether it stands there as a name or an abbreviation."""


class Scowl:
    """SCOWL's English lists as Debian packages them: names have a capital there."""

    def __init__(self) -> None:
        """Raises SystemExit when a list is missing."""
        self._ordinary: set[str] = set()
        self._names: set[str] = set()
        for name in _ENGLISH_LISTS:
            path = _LIST_FOLDER / name
            if not path.exists():
                raise SystemExit(f"{path} is missing: apt-get install wamerican-large wbritish-large")
            for line in path.read_text(encoding="utf-8").split():
                (self._ordinary if line == line.lower() else self._names).add(normalize_word(line))
        known = self._ordinary | self._names
        self._known = known - {word for word in known if len(word) == 1} | {"a", "i"}

    def __contains__(self, word: object) -> bool:
        return word in self._known

    def ordinary(self, word: str) -> bool:
        """Whether a list has it in small letters."""
        return word in self._ordinary

    def name(self, word: str) -> bool:
        """Whether a list has it with a capital."""
        return word in self._names


class OpenCorpora:
    """The Russian dictionary of OpenCorpora: names are marked by grammemes."""

    def __init__(self) -> None:
        import pymorphy3

        self._morph: Any = pymorphy3.MorphAnalyzer()

    def __contains__(self, word: object) -> bool:
        return bool(self._morph.word_is_known(word))

    def ordinary(self, word: str) -> bool:
        """Whether one of its readings is no name."""
        return word in self and any(not _NAME_GRAMMEMES & tag.grammemes for tag in self._morph.tag(word))

    def name(self, word: str) -> bool:
        """Whether one of its readings is a name."""
        return word in self and any(_NAME_GRAMMEMES & tag.grammemes for tag in self._morph.tag(word))


@lru_cache(maxsize=2)
def dictionary(language: str) -> Dictionary:
    """The dictionary of a language. Raises SystemExit when it is not installed."""
    return OpenCorpora() if language == "ru" else Scowl()
