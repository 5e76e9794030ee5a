"""How words are usually written: names with a capital, abbreviations in capitals, ``ё`` where it stands."""

from __future__ import annotations

from collections.abc import Iterable

from .corpus import Corpus
from .dictionary import Dictionary

_AMBIGUOUS = 0.65
"""A word that is ordinary and a name must be written as a name this often: titles of books, films and
institutions (Hyde Park, Rotten Tomatoes) give ordinary words a capital far more often than talk does."""
_LONGEST_CAPITALS = 5


def spellings(corpus: Corpus, words: Iterable[str], known: Dictionary) -> dict[str, str]:
    """The usual spelling of words that are mostly not written like their normalized form."""
    out = {}
    for word in words:
        forms = corpus.spellings.get(word)
        if not forms:
            continue
        spelling, count = max(forms.items(), key=lambda item: (item[1], item[0]))
        share = count / max(corpus.inside[word], 1)
        shouted = spelling.isupper() and len(spelling) > _LONGEST_CAPITALS
        if count >= 2 and share > 0.5 and not shouted and _plausible(word, spelling, share, known):
            out[word] = spelling
    return out


def _plausible(word: str, spelling: str, share: float, known: Dictionary) -> bool:
    """Whether the dictionary lets a word have this spelling in mid-sentence."""
    if not spelling[0].isupper() or not known.ordinary(word):
        return True
    titled = spelling[1:] == spelling[1:].lower()
    if titled and not known.name(word):
        return False
    return share >= _AMBIGUOUS
