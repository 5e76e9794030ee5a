"""Which words a model knows: frequent enough, and no misspellings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from skoropis.lm.tokens import MARKS
from skoropis.text.words import normalize_word

from .corpus import Corpus
from .dictionary import dictionary
from .grams import SPECIAL

# Everyday spellings that stand in no dictionary.
_CHAT = """ok lol btw thx pls plz gonna wanna gotta kinda sorta cuz cos tho thru hmm haha hahaha omg idk imo
imho afaik tmr tmrw tonite ur u r n k ya yea yeah yep nope nah lah lor app apps online email emails wifi
wi-fi blog щас ща ок окей норм лол имхо спс плиз чо че ниче хз прив"""
_COLLOQUIAL = frozenset(_CHAT.split())
_ENGLISH_HEADS = ("a", "as", "at", "in", "each", "any", "every")
_RUSSIAN_HEADS = ("не", "ни", "что", "как", "кто", "где", "по", "во", "на", "за", "от", "до")
RUN_ON = _ENGLISH_HEADS + _RUSSIAN_HEADS
_SHORT = 2e-5
"""Words of two letters must be this frequent: dictionaries hold every abbreviation."""
NEAR_RATIO = 10.0
"""A word in no dictionary is taken for a misspelling when one letter's change makes it this much commoner."""


@dataclass(frozen=True, slots=True)
class Lists:
    """``lexicon``: all words with their unigram log-probability (nats), likeliest first. The first
    ``vocabulary`` of them, and ``marks`` (tokens that are no words), are known to the n-grams.
    """

    lexicon: list[str]
    logprobs: NDArray[np.float64]
    vocabulary: int
    marks: list[str]

    @property
    def model_words(self) -> list[str]:
        """Words by their number in the n-gram model."""
        return [*SPECIAL, *self.marks, *self.lexicon[: self.vocabulary]]


def frequencies(language: str) -> dict[str, float]:
    """wordfreq's frequencies by normalized word."""
    import wordfreq

    out: Counter[str] = Counter()
    for word, frequency in wordfreq.get_frequency_dict(language, "large").items():
        out[normalize_word(word)] += frequency
    return dict(out)


def choose(
    corpus: Corpus,
    counts: NDArray[np.int64],
    chances: Mapping[str, float],
    language: str,
    alphabet: str,
    vocabulary: int,
    lexicon: int,
) -> Lists:
    """Pick the words. ``counts[number]``: how often the training text holds a word. ``chances``: unigram
    probability of every candidate word, by which they are ranked.
    """
    shape = re.compile(rf"{alphabet}+(?:['\-]{alphabet}+)*")
    latin = re.compile(r"[a-z]+(?:['\-][a-z]+)*")
    known = dictionary(language).__contains__
    seen = dict(zip(corpus.words, counts.tolist(), strict=True))
    general = frequencies(language)
    proper: list[str] = []
    doubtful: list[str] = []
    for word in chances:
        count = seen.get(word, 0)
        if not shape.fullmatch(word) and not (count >= 20 and len(word) > 1 and latin.fullmatch(word)):
            continue
        if known(word) or word in _COLLOQUIAL:
            if len(word) > 2 or (len(word) == 2 and chances[word] >= _SHORT) or count > 500:
                proper.append(word)
        elif len(word) > 2 and _supported(word, count, general.get(word, 0.0), corpus):
            doubtful.append(word)
    trusted = set(proper)
    for word in doubtful:
        parts = word.replace("'s", "").split("-")
        if (("-" in word or word.endswith("'s")) and all(part in trusted for part in parts)) or (
            "-" not in word and (is_name(word, corpus) or not _misspelt(word, chances, trusted, alphabet))
        ):
            proper.append(word)
    proper.sort(key=lambda word: (-chances[word], word))
    proper = proper[:lexicon]
    in_text = [word for word in proper if seen.get(word, 0) >= 2][:vocabulary]
    chosen = set(in_text)
    words = in_text + [word for word in proper if word not in chosen]
    logprobs = np.log(np.array([chances[word] for word in words]))
    marks = sorted(MARKS.intersection(corpus.words))
    return Lists(words, logprobs, len(in_text), marks)


def _supported(word: str, count: int, general: float, corpus: Corpus) -> bool:
    """Whether a word of no dictionary is frequent enough to be one; names need less."""
    if is_name(word, corpus):
        return count >= 4
    return count >= 25 or (count >= 3 and general >= 6e-7) or general >= 2e-6


def is_name(word: str, corpus: Corpus) -> bool:
    """Whether it is nearly always written with a capital inside sentences."""
    inside = corpus.inside[word]
    capital = sum(n for spelling, n in corpus.spellings.get(word, Counter()).items() if spelling[0].isupper())
    return inside >= 3 and capital >= 0.8 * inside


def _misspelt(word: str, chances: Mapping[str, float], trusted: set[str], alphabet: str) -> bool:
    """Whether one edit (insert, delete, replace, swap) makes it a far commoner word of a dictionary, a lost
    apostrophe a commoner one, or a lost space two words ("alot").
    """
    limit = chances[word] * NEAR_RATIO
    if any(chances.get(f"{word[:at]}'{word[at:]}", 0.0) > chances[word] for at in range(1, len(word))):
        return True
    if any(word.startswith(head) and word[len(head) :] in trusted for head in RUN_ON):
        return True
    return any(other in trusted and chances.get(other, 0.0) > limit for other in one_edit(word, alphabet))


def one_edit(word: str, alphabet: str) -> Iterable[str]:
    letters = "'" + ("абвгдежзийклмнопрстуфхцчшщъыьэюя" if "а" in alphabet else "abcdefghijklmnopqrstuvwxyz")
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield from (head + letter + tail for letter in letters)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in letters)
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
