"""Which language a text is in: the script of its letters, then the share of words no text can do without."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import chain

from skoropis.text.scripts import SCRIPT_OF_LANGUAGE, script_of

from .document import Document
from .function_words import FUNCTION_WORDS
from .lines import key

NAMES = {"en": "English", "ru": "Russian"}
USUAL = {"en": 0.3, "ru": 0.2}
"""Share of function words that ordinary text has at least."""
LEAST = {"en": 0.08, "ru": 0.06}
"""Below this share a text is not in the language. Notes and lists have few function words, so it is low."""
_ENOUGH = 20
"""Words from which on a text can be judged."""
_CLEAR = 0.7
"""Share of words that must be in one script before :func:`detect_language` names a language."""
_SAMPLE = 2_000_000
"""Characters that are looked at to detect the language, the same number of each document."""
_FOREIGN_WORDS = 3
"""Different function words that a line in another language has, other than those of the wanted one."""


def own_share(words: Sequence[str], language: str) -> float:
    """Share of function words of the language among ``words`` (lower case)."""
    return _shares(words).get(NAMES[language], 0.0)


def is_in(words: Sequence[str], language: str) -> bool:
    """Whether a text of at least some twenty words is in the language and not in one like it."""
    shares = _shares(words)
    own = shares.get(NAMES[language], 0.0)
    return own >= LEAST[language] and own >= max(shares.values(), default=0.0)


def likely(words: Sequence[str]) -> str | None:
    """The name of the language whose function words are the most frequent; None when none are."""
    shares = _shares(words)
    name = max(shares, key=lambda name: (shares[name], name), default=None)
    return name if name is not None and shares[name] >= min(LEAST.values()) else None


def is_foreign(words: Sequence[str], language: str) -> bool:
    """Whether a line has several function words of another language, and hardly any of this one."""
    different = set(words)
    others = different - _words_of(language)
    least = max(_FOREIGN_WORDS, 2 * (len(different) - len(others)))
    if len(others) < least:
        return False
    return max(_count(others).values(), default=0) >= least


def detect_language(documents: Sequence[Document]) -> str | None:
    """``en`` or ``ru``; None when the documents are in both, in another language, or too short to tell."""
    words: dict[str, list[str]] = {language: [] for language in NAMES}
    total = 0
    for document in documents:
        for word in key(document.text[: _SAMPLE // len(documents) + 1]).split():
            total += 1
            script = script_of(word)
            for language in NAMES:
                if SCRIPT_OF_LANGUAGE[language] == script:
                    words[language].append(word)
    language = max(NAMES, key=lambda code: len(words[code]))
    found = words[language]
    if len(found) < max(_ENOUGH, _CLEAR * total) or not is_in(found, language):
        return None
    return language


def _shares(words: Sequence[str]) -> dict[str, float]:
    """Share of function words by language, for languages that have any."""
    return {name: count / len(words) for name, count in _count(words).items()}


def _count(words: Iterable[str]) -> Counter[str]:
    """Number of function words by language."""
    languages = _languages_of()
    return Counter(chain.from_iterable(languages.get(word, ()) for word in words))


@cache
def _words_of(language: str) -> frozenset[str]:
    return frozenset(FUNCTION_WORDS[NAMES[language]].split())


@cache
def _languages_of() -> dict[str, tuple[str, ...]]:
    """Languages by function word."""
    out: dict[str, tuple[str, ...]] = {}
    for name, text in FUNCTION_WORDS.items():
        for word in text.split():
            out[word] = (*out.get(word, ()), name)
    return out
