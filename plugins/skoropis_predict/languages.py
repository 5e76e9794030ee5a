"""Which language the next word may be of, where a text mixes several.

A small hidden Markov model over the languages of the last words: a text has a main language, which seldom
changes, and words of another stand in it one by one or a few in a row. So an English term in a Russian
sentence makes the next word a little likelier to be English, and no more; a whole English clause changes the
main language. The numbers are those of development text that mixes scripts.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from skoropis.api import language_of

MOVES = 0.001
"""Chance that the main language changes from one word to the next."""
TERM = 0.04
"""Chance of a foreign word behind a word of the main language."""
TERM_GOES_ON = 0.4
"""Chance of a foreign word behind a foreign word."""
LEAST = 0.02
"""Languages less likely than this are not asked."""


def language_shares(tokens: Sequence[str], languages: Sequence[str]) -> list[tuple[str, float]]:
    """Languages that the word behind ``tokens`` may be of, with probabilities that sum to 1, likeliest first.

    One alone where all of ``tokens`` are of one language; none without a word.
    """
    seen = [language for token in tokens if (language := word_language(token, languages)) is not None]
    if len(set(seen)) < 2:
        return [(language, 1.0) for language in dict.fromkeys(seen)]
    present = list(dict.fromkeys(seen))
    main = dict.fromkeys(present, 1.0 / len(present))
    last: str | None = None
    for language in seen:
        told = {each: share * _chance(language, each, last, present) for each, share in main.items()}
        total = sum(told.values())
        main = {
            each: (1 - MOVES) * told[each] / total + MOVES / (len(present) - 1) * (1 - told[each] / total)
            for each in present
        }
        last = language
    shares = {
        language: sum(share * _chance(language, each, last, present) for each, share in main.items())
        for language in present
    }
    kept = {language: share for language, share in shares.items() if share >= LEAST}
    total = sum(kept.values())
    return sorted(((language, share / total) for language, share in kept.items()), key=lambda pair: -pair[1])


def word_language(token: str, languages: Sequence[str]) -> str | None:
    """The language of a token; None for a number, a mark, the name of something."""
    return language_of(token, languages) if token[:1].isalpha() else None


def merged(answers: Sequence[tuple[float, Sequence[tuple[str, float]]]], k: int) -> list[tuple[str, float]]:
    """One ranking of several models' words (log-probabilities in nats), each weighted by its share."""
    if len(answers) == 1:
        return list(answers[0][1])
    chances: dict[str, float] = {}
    for share, words in answers:
        for word, logprob in words:
            chances[word] = chances.get(word, 0.0) + share * math.exp(logprob)
    best = sorted(chances.items(), key=lambda item: (-item[1], item[0]))[:k]
    return [(word, math.log(chance)) for word, chance in best if chance > 0]


def _chance(language: str, main: str, last: str | None, present: Sequence[str]) -> float:
    """Chance of a word of ``language`` in a text of ``main`` behind a word of ``last``."""
    foreign = TERM_GOES_ON if last not in (None, main) else TERM
    return 1 - foreign if language == main else foreign / (len(present) - 1)
