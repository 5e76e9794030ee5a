"""Which words a user's own text teaches: those the general model knows, and new ones that are no slips.

No dictionary is asked and no list is needed: the general model's lexicon stands for both.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from skoropis.lm.tokens import MARKS
from skoropis.protocols import Lexicon

from .corpus import END, Corpus
from .spelling import spellings
from .vocabulary import NEAR_RATIO, RUN_ON, is_name, one_edit

_LATIN = "[a-z]"
_COMMON = 2e-5
"""Words at least this frequent are what slips are slips of."""
_SHORT_TEXT = 500_000
"""In a text with fewer words a rare word looks frequent: it is taken as if the text were this long."""
_TINY, _TINY_SEEN = 3, 3
"""Words up to this long must be there this often: units (mg, ft) are, noise is not."""
_SMALL = 4
"""Words up to this long are near to some common word whatever they mean."""
_HABIT = 5
"""What is written so often is meant, though a common word be near: a stent is not money spent."""


def choose_words(
    corpus: Corpus, counts: NDArray[np.int64], alphabet: str, base: Lexicon, min_count: int
) -> list[str]:
    """The words to learn, the most frequent first. ``counts[number]``: how often the text holds a word.

    A word of ``base`` needs to be there once. Another needs to be there ``min_count`` times, to look like a
    word of ``alphabet`` (a regular expression for a letter) or a Latin one, and to be a name, an abbreviation
    or no slip of a common word.
    """
    seen = {
        word: count
        for word, count in zip(corpus.words, counts.tolist(), strict=True)
        if count and word not in MARKS and word != corpus.words[END]
    }
    known = {word for word in seen if word in base}
    part = f"(?:{alphabet}+|{_LATIN}+)"  # in each a single script, or it is a slip of the keyboard's layout
    shape = re.compile(rf"{part}(?:['\-]{part})*")
    new = [
        word
        for word, count in seen.items()
        if word not in known and count >= min_count and len(word) > 1 and shape.fullmatch(word)
    ]
    slips = _Slips(base, {word: seen[word] for word in known}, sum(seen.values()), alphabet)
    right = [
        word
        for word in new
        if _joined(word, base) or _capital(word, corpus) or not slips.has(word, seen[word])
    ]
    return sorted([*known, *right], key=lambda word: (-seen[word], word))


def usual_spellings(corpus: Corpus, words: list[str], base: Lexicon) -> dict[str, str]:
    """How the words are written that are not written small: by the user, or else in general."""
    general = {word: shown for word in words if (shown := base.surface(word)) != word}
    return general | spellings(corpus, words, _Known(base))


class _Slips:
    """Tells slips of the pen from new words, by what they are near to."""

    def __init__(self, base: Lexicon, seen: Mapping[str, int], total: int, alphabet: str) -> None:
        """``seen``: how often the text holds words of ``base``; ``total``: how many words it has."""
        places = np.flatnonzero(base.logprobs >= np.log(_COMMON)).tolist()
        self._common = {base.words[place]: float(np.exp(base.logprobs[place])) for place in places}
        self._seen = seen
        self._total = max(total, _SHORT_TEXT)
        self._alphabet = alphabet

    def has(self, word: str, count: int) -> bool:
        """Whether ``word``, which the text holds ``count`` times, is a slip: it stands one edit from a word
        that the text, or the language if the slip may be one of chance, has far more often; or two letters
        are swapped; or an apostrophe or a space is lost.
        """
        swapped = [f"{word[:at]}{word[at + 1]}{word[at]}{word[at + 2 :]}" for at in range(len(word) - 1)]
        if len(word) <= _TINY:  # near to everything: only swapped letters tell
            return count < _TINY_SEEN or any(self._often(other, count) for other in swapped)
        chance = count / self._total
        lost = [f"{word[:at]}'{word[at:]}" for at in range(1, len(word))]
        if any(self._common.get(other, 0.0) > chance for other in (*lost, *swapped)):
            return True
        if any(word.startswith(head) and word[len(head) :] in self._common for head in RUN_ON):
            return True
        limit = chance * NEAR_RATIO if len(word) > _SMALL and count < _HABIT else 1.0
        return any(
            self._often(other, count) or self._common.get(other, 0.0) > limit
            for other in one_edit(word, self._alphabet)
        )

    def _often(self, word: str, count: int) -> bool:
        return self._seen.get(word, 0) >= count * NEAR_RATIO


def _capital(word: str, corpus: Corpus) -> bool:
    """Whether it is a name, or always written in capitals: nobody does that by chance."""
    forms = corpus.spellings.get(word, Counter())
    shouted = sum(count for form, count in forms.items() if form.isupper())
    return is_name(word, corpus) or 2 <= shouted == corpus.inside[word]


def _joined(word: str, base: Lexicon) -> bool:
    """Whether it is made of known words, with a hyphen or as a possessive."""
    parts = word.removesuffix("'s").split("-")
    return parts != [word] and all(part in base for part in parts)


class _Known:
    """The general model's lexicon as a :class:`skoropis_foundry.dictionary.Dictionary`."""

    def __init__(self, base: Lexicon) -> None:
        self._base = base

    def __contains__(self, word: object) -> bool:
        return word in self._base

    def ordinary(self, word: str) -> bool:
        """Whether it is usually written small."""
        return word in self._base and not self.name(word)

    def name(self, word: str) -> bool:
        """Whether it usually has a capital."""
        return self._base.surface(word)[:1].isupper()
