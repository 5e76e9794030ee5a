"""What may stand at a place in a sentence: the word itself and what it may be a slip for."""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from skoropis.api import LanguageModel

from .candidates import CandidateIndex
from .forms import Forms
from .plausible import LetterModel
from .spaces import hyphened, join, moved, splits
from .typo import TypoModel

_RUN = re.compile(r"(.)\1{2,}")
OptionKind = Literal["keep", "word", "split", "join", "move"]

KEPT = 8
"""So many candidates of an unknown word are scored in context."""
KEPT_KNOWN = 4
"""The same for a word that the lexicon holds."""
COMMON = -9.2
"""A likelier word (nats) is taken for what was meant, but for its fixed partners."""
REAL_WORD_SLIP = -6.2
"""A known word is doubted only for candidates at least this near (channel, nats)."""
CALM = -1.5
"""Log-probability (nats) of stretching a letter for emphasis."""
ESTABLISHED = -11.5
"""A word at least this likely (nats) is one even if no dictionary holds it."""
UNKNOWN = -9.0
"""Log-probability (nats) that a word of running text is one no lexicon holds."""
RARE = -15.0
"""Log-probability (nats) of a word that the dictionary holds and the lexicon does not."""
NO_LEAST = -100.0
DOUBT = -3.0
"""Prior log-odds (nats) on top of the channel that a known word is a slip for another."""


@dataclass(frozen=True, slots=True)
class Option:
    """A reading of one or two typed words."""

    words: tuple[str, ...]
    channel: float
    kind: OptionKind
    typed: int = 1
    """How many typed words it stands for."""
    prior: float | None = None
    """Log-probability to use instead of the language model's, for a word the model cannot know."""
    partner: bool = False
    """A word that the typed one is often written for."""


class Options:
    """Makes the options of one language."""

    def __init__(self, model: LanguageModel, index: CandidateIndex, typo: TypoModel, forms: Forms) -> None:
        self.lexicon = model.lexicon
        self.forms = forms
        self.letters = LetterModel(index.codes, index.lengths, len(typo.alphabet))
        self._index = index
        self._typo = typo
        self._vouched: Callable[[str], bool] = lru_cache(maxsize=16_000)(self._is_word)
        self.of: Callable[[str], tuple[Option, ...]] = lru_cache(maxsize=4_000)(self._of)
        self.of_pair: Callable[[str, str], tuple[Option, ...]] = lru_cache(maxsize=4_000)(self._of_pair)

    def known(self, word: str) -> bool:
        """Whether a dictionary or frequent use vouches for the word, or for all of its hyphenated parts."""
        if self._vouched(word) or self._possessive(word):
            return True
        parts = word.split("-")
        return len(parts) > 1 and all(not part or self._vouched(part) for part in parts)

    def _possessive(self, word: str) -> bool:
        return word.endswith("'s") and self._vouched(word[:-2])

    def _is_word(self, word: str) -> bool:
        return self.lexicon.logprob(word) > ESTABLISHED or word in self.forms

    def keep(self, word: str) -> Option:
        """The word as it was typed."""
        if word in self.lexicon:
            return Option((word,), 0.0, "keep")
        prior = UNKNOWN + (self.letters.logprob(self._typo.encode(word)) if self._typo.knows(word) else 0.0)
        if self.known(word):
            prior = max(prior, -14.0)
        return Option((word,), 0.0, "keep", prior=prior)

    def written(self, words: tuple[str, ...]) -> str:
        """The words as they are usually written in mid-sentence."""
        return " ".join(self.lexicon.surface(word) for word in words)

    def ranked(self, word: str, limit: int) -> list[str]:
        """What ``word`` may be meant to be, without context, likeliest first."""
        score = self.lexicon.logprob
        scored = [(channel + logprob, other) for other, channel, logprob in self._lookup(word, 50)]
        for pair, channel in splits(word, self.lexicon, self._typo, self._vouched):
            scored.append((channel + sum(score(part) for part in pair), self.written(pair)))
        scored.sort(key=lambda item: -item[0])
        return [other for _, other in scored[:limit]]

    def plausibility(self, word: str) -> float:
        """Log-probability a letter (nats) that ``word`` has as a new word; -5 if its letters are strange."""
        if not self._typo.knows(word):
            return -5.0
        return self.letters.logprob(self._typo.encode(word)) / (len(word) + 1)

    def _of(self, word: str) -> tuple[Option, ...]:
        keep = self.keep(word)
        if not self._typo.knows(word):
            return (keep,)
        if self.known(word):
            if self.lexicon.logprob(word) > COMMON or "-" in word or self._possessive(word):
                return (keep, *self._partners(word))
            found = [
                Option((other,), channel + DOUBT, "word")
                for other, channel, _ in self._lookup(word, KEPT_KNOWN, REAL_WORD_SLIP)
            ]
            return (keep, *self._partners(word), *found)
        found = [Option((other,), channel, "word") for other, channel, _ in self._lookup(word, KEPT)]
        pairs = splits(word, self.lexicon, self._typo, self._vouched)
        cuts = [Option(pair, channel, "split") for pair, channel in pairs]
        score = self.lexicon.logprob
        best = heapq.nlargest(3, cuts, key=lambda o: o.channel + sum(score(w) for w in o.words))
        return (
            keep,
            *self._calmed(word),
            *self._partners(word),
            *found,
            *self._derived(word),
            *self._inside(word),
            *best,
        )

    def _lookup(self, word: str, limit: int, least: float = NO_LEAST) -> list[tuple[str, float, float]]:
        """Vouched words that ``word`` may stand for, with a channel of at least ``least`` (nats)."""
        result = []
        for entry in self._index.lookup(word, deep=least == NO_LEAST):
            if entry[1] >= least and self._vouched(entry[0]):
                result.append(entry)
                if len(result) == limit:
                    break
        return result

    def _partners(self, word: str) -> list[Option]:
        """What a word is often written for although it is a word itself."""
        doubt = DOUBT if self.known(word) else 0.0
        result = []
        for other, channel in self._typo.partners(word):
            words = tuple(other.split())
            if all(part in self.lexicon for part in words):
                kind: OptionKind = "word" if len(words) == 1 else "split"
                # "cant" for "can't" is hardly a slip: nobody means the rare word.
                price = doubt if channel < -1.0 else 0.0
                result.append(Option(words, channel + price, kind, partner=True))
        return result

    def _calmed(self, word: str) -> list[Option]:
        """``soooo`` with every run of three letters or more cut to one or to two."""
        variants = {_RUN.sub(r"\1", word), _RUN.sub(r"\1\1", word)} - {word}
        return [Option((other,), CALM, "word") for other in sorted(variants) if self._vouched(other)]

    def _derived(self, word: str) -> list[Option]:
        """Words that only the dictionary holds and that sound like ``word``."""
        if len(word) < 5 or not self._typo.knows(word):
            return []
        score = self.lexicon.logprob
        others = [v for v in self._typo.variants(word) if v in self.forms and score(v) == -math.inf]
        found = [(self._typo.logprob(word, other), other) for other in others if self._typo.knows(other)]
        found.sort(reverse=True)
        return [Option((other,), channel, "word", prior=RARE) for channel, other in found[:2]]

    def _inside(self, word: str) -> list[Option]:
        """Mends of one part of a hyphenated or possessive word."""
        for mark in ("-", "'"):
            head, found, tail = word.rpartition(mark)
            if found and head and tail:
                break
        else:
            return []
        result = []
        for part, other, first in ((head, tail, True), (tail, head, False)):
            if len(part) < 4 or self._vouched(part) or not (self._vouched(other) or other == "s"):
                continue
            for candidate, channel, logprob in self._lookup(part, 2):
                whole = candidate + mark + other if first else other + mark + candidate
                result.append(Option((whole,), channel, "word", prior=logprob - 3.0))
        return result

    def _of_pair(self, left: str, right: str) -> tuple[Option, ...]:
        lexicon, costs = self.lexicon, self._typo.costs
        result = []
        doubt = sum(DOUBT / 2 for word in (left, right) if self.known(word))
        whole = join(left, right, lexicon)
        if whole is not None:
            result.append(Option((whole,), doubt - costs["insert_space"], "join", 2))
        whole = hyphened(left, right, lexicon, self._typo)
        if whole is not None:
            result.append(Option((whole,), -costs["omit_hyphen"], "join", 2, partner=True))
        for other, channel in self._typo.partners(f"{left} {right}"):
            if other in lexicon:
                result.append(Option((other,), channel, "join", 2, partner=True))
        if min(lexicon.logprob(left), lexicon.logprob(right)) < COMMON:
            result += [
                Option(pair, doubt - costs["move_space"], "move", 2)
                for pair in moved(left, right, lexicon, self._typo)
            ]
        return tuple(result)
