"""What is never offered unasked: slurs and obscenities, English and Russian.

The words are data: in ``data/<language>.rot``, the letters turned by half the alphabet, so that the folder
can be read in company. A line holds a short string and, behind a tab, the regular expression of whole words
that have it in them; ``-`` before the expression: only where the word begins with a small letter, for a
capital makes it a name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

_LATIN = "abcdefghijklmnopqrstuvwxyz"
_CYRILLIC = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_TURN = str.maketrans(_LATIN + _CYRILLIC, _LATIN[13:] + _LATIN[:13] + _CYRILLIC[16:] + _CYRILLIC[:16])
_LANGUAGES = ("en", "ru")
_SMALL_ONLY = "-"
_WORD = re.compile(r"[@$]?[^\W_](?:[\w@$!*'’-]*[\w@$*])?")
_LEET = str.maketrans("013457@$!", "oieastasi")
_LOOKALIKE = str.maketrans("aeopcyxkmtbh3", "аеорсухкмтвнз")
_JOINERS = re.compile(r"[-'’*_]+")
_REPEATED = re.compile(r"(\w)\1{2,}")
_KEPT = 60
"""Characters of the longest text whose answer is remembered."""
_MARKED = re.compile(r"[\d@$!*_][^\W\d_]|[^\W\d_][\d@$*]|(\w)\1\1")


class _Words:
    """Everything that is not decent. Two steps, for speed: a short string first, then the whole word."""

    def __init__(self, lines: list[str]) -> None:
        self._rules: dict[str, list[tuple[re.Pattern[str], bool]]] = {}
        for line in lines:
            core, _, expression = line.partition("\t")
            small = expression.startswith(_SMALL_ONLY)
            rule = re.compile(expression.removeprefix(_SMALL_ONLY)), small
            self._rules.setdefault(core, []).append(rule)
        self._latin = [core for core in self._rules if core.isascii()]
        self._other = [core for core in self._rules if not core.isascii()]

    def may_hold(self, text: str) -> bool:
        """Whether one of the short strings is in ``text``, lower case."""
        # A loop, for one expression of all of them takes ten times as long.
        for core in self._latin:
            if core in text:
                return True
        return not text.isascii() and any(core in text for core in self._other)

    def hold(self, word: str, small: bool) -> bool:
        """Whether a word, lower case, is one of them. ``small``: it was not written with a capital."""
        return any(
            rule.fullmatch(word) and (small or not small_only)
            for core, rules in self._rules.items()
            if core in word
            for rule, small_only in rules
        )


def decent(text: str) -> bool:
    """Whether ``text``, of one word or many, may be offered to somebody who did not ask for it.

    Case, ``ё``, drawn-out letters, digits and letters of the other alphabet in place of those that they look
    like make no difference. Costs some microseconds, next to nothing for what was asked before.
    """
    return _decent(text) if len(text) <= _KEPT else _decent.__wrapped__(text)


@lru_cache(maxsize=8192)
def _decent(text: str) -> bool:
    words = _words()
    plain = text.lower().replace("ё", "е")
    if not words.may_hold(plain) and _MARKED.search(plain) is None and not _mixed(plain):
        return True
    return not any(_indecent(match.group()) for match in _WORD.finditer(text))


@lru_cache(maxsize=1)
def _words() -> _Words:
    folder = files(__package__).joinpath("data")
    lines: list[str] = []
    for language in _LANGUAGES:
        lines += _turned(folder.joinpath(f"{language}.rot").read_text(encoding="utf-8")).splitlines()
    return _Words(lines)


def _turned(text: str) -> str:
    """Letters exchanged with those half an alphabet away, regular expressions' own ``\\w`` left alone."""
    return re.sub(
        r"\\w|[^\\]+", lambda match: match[0] if match[0] == r"\w" else match[0].translate(_TURN), text
    )


@lru_cache(maxsize=4096)
def _indecent(written: str) -> bool:
    small = written[:1].islower()
    word = written.lower().replace("ё", "е")
    forms = {word, *_JOINERS.split(word), _JOINERS.sub("", word)}
    forms |= {form.translate(_LEET) for form in forms if not form.isalpha() and not form.isdigit()}
    forms |= {form.translate(_LOOKALIKE) for form in forms if _mixed(form)}
    forms |= {_REPEATED.sub(r"\1", form) for form in forms}
    words = _words()
    return any(words.hold(form, small) for form in forms)


def _mixed(text: str) -> bool:
    """Whether letters of both alphabets are in it."""
    return not text.isascii() and _BOTH.search(text) is not None


_BOTH = re.compile(r"[a-z][а-я]|[а-я][a-z]")
