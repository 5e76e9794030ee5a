"""Slips of the space bar: one left out, one too many, one a letter too early or late."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from skoropis.api import Lexicon

from .typo import TypoModel

COMMON = -11.0
"""A word that comes out of a split must be at least this likely (nats)."""
COMMON_SHORT = -8.5
"""The same for words of one or two letters."""
RARE = -16.0
"""The same beside one of the small words that are often written together with their neighbour."""
_BESIDE_SPACE = frozenset("xcvbnmчсмить")
"""Keys above the space bar, which a thumb can hit instead."""


def _stands(word: str, lexicon: Lexicon, typo: TypoModel) -> bool:
    if len(word) == 1:
        return word in typo.single and word in lexicon
    return lexicon.logprob(word) > (COMMON_SHORT if len(word) <= 2 else COMMON)


def splits(
    word: str, lexicon: Lexicon, typo: TypoModel, vouched: Callable[[str], bool]
) -> Iterator[tuple[tuple[str, str], float]]:
    """Pairs of words that ``word`` may be without its space, with the channel's log-probability (nats).

    ``vouched``: whether a rare word is one.
    """
    plain, glued = -typo.costs["omit_space"], -typo.costs["omit_glued"]
    for cut in range(1, len(word)):
        left, right = word[:cut], word[cut:]
        if (left in typo.leading and len(right) > 2 and _rare(right, lexicon, vouched)) or (
            right in typo.trailing and cut > 1 and _rare(left, lexicon, vouched)
        ):
            yield (left, right), glued
        elif not _stands(left, lexicon, typo):
            continue
        elif _stands(right, lexicon, typo):
            yield (left, right), plain
        elif right[0] in _BESIDE_SPACE and len(right) > 2 and _stands(right[1:], lexicon, typo):
            yield (left, right[1:]), plain - 1.5


def _rare(word: str, lexicon: Lexicon, vouched: Callable[[str], bool]) -> bool:
    return lexicon.logprob(word) > RARE and vouched(word)


def hyphened(left: str, right: str, lexicon: Lexicon, typo: TypoModel) -> str | None:
    """The word that two make with a hyphen between them: ``из под`` -> ``из-под``."""
    if left in typo.hyphened or right in typo.hyphened:
        whole = f"{left}-{right}"
        return whole if whole in lexicon else None
    return None


def join(left: str, right: str, lexicon: Lexicon) -> str | None:
    """The word that two make when the space between them is a slip."""
    whole = left + right
    return whole if len(whole) > 3 and whole in lexicon else None


def moved(left: str, right: str, lexicon: Lexicon, typo: TypoModel) -> Iterator[tuple[str, str]]:
    """The two words with the space one letter further left or right: ``int he`` -> ``in the``."""
    for pair in ((left[:-1], left[-1] + right), (left + right[0], right[1:])):
        if pair[0] and pair[1] and all(_stands(word, lexicon, typo) for word in pair):
            yield pair
