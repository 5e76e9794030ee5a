"""Reading a stretch of text: which option at each place makes the likeliest sentence.

A beam search from left to right, so that each choice is scored behind words that are mended already and in
front of those that follow.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from skoropis.api import LanguageModel, State

from .options import Option

BEAM = 6
_UNIGRAM = math.log(0.1)
"""Weight of the lexicon's own frequencies beside the model's, which saw less text."""
LM_WEIGHT = 0.7
"""The channel overstates what a slip costs; tuned on development text."""


@dataclass(slots=True)
class Path:
    """One reading so far."""

    score: float
    state: State
    options: tuple[Option, ...]


class Scorer:
    """Scores options after a state, blending the model with the lexicon's frequencies."""

    def __init__(self, model: LanguageModel) -> None:
        self.model = model
        self._logprob = model.lexicon.logprob

    def words(self, state: State, words: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``words`` after ``state``."""
        result = []
        for word, score in zip(words, self.model.score_many(state, words), strict=True):
            unigram = self._logprob(word)
            if unigram > -math.inf:
                low = unigram + _UNIGRAM
                score = max(score, low) + math.log1p(math.exp(-abs(score - low)))
            result.append(score)
        return result

    def first(self, state: State, options: Sequence[Option]) -> list[float]:
        """Score of each option's first word after ``state`` plus its channel."""
        scores = self.words(state, [option.words[0] for option in options])
        return [
            option.channel + LM_WEIGHT * (score if option.prior is None else option.prior)
            for option, score in zip(options, scores, strict=True)
        ]

    def rest(self, state: State, option: Option) -> tuple[float, State]:
        """Score of an option's further words, and the state behind the option."""
        state = self.model.score(state, option.words[0])[1]
        total = 0.0
        for word in option.words[1:]:
            total += LM_WEIGHT * self.words(state, [word])[0]
            state = self.model.score(state, word)[1]
        return total, state

    def follow(self, state: State, tokens: Sequence[str]) -> float:
        """Log-probability (nats) of fixed ``tokens`` after ``state``."""
        total = 0.0
        for token in tokens:
            score, state = self.model.score(state, token)
            total += score
        return LM_WEIGHT * total


def decode(
    scorer: Scorer,
    state: State,
    singles: Sequence[Sequence[Option]],
    pairs: Sequence[Sequence[Option]],
    tail: Sequence[str],
) -> tuple[Option, ...]:
    """The best reading of places ``0 .. len(singles)``.

    ``singles[i]`` are the options of place i alone, ``pairs[i]`` those of places i and i + 1 together,
    ``tail`` the tokens behind, which are fixed.
    """
    count = len(singles)
    beams: list[list[Path]] = [[] for _ in range(count + 1)]
    beams[0] = [Path(0.0, state, ())]
    for place in range(count):
        options = [*singles[place], *(pairs[place] if place + 1 < count else ())]
        reached: dict[int, list[tuple[float, Path, Option]]] = {1: [], 2: []}
        for path in sorted(beams[place], key=lambda p: -p.score)[:BEAM]:
            if len(options) == 1 and options[0].prior is None:
                score, behind = scorer.model.score(path.state, options[0].words[0])
                beams[place + 1].append(Path(path.score + score, behind, (*path.options, options[0])))
                continue
            for option, score in zip(options, scorer.first(path.state, options), strict=True):
                reached[option.typed].append((path.score + score, path, option))
        for typed, arrivals in reached.items():
            # An option of several words is not finished yet, so more than the beam's width go on.
            arrivals.sort(key=lambda item: -item[0])
            for score, path, option in arrivals[: BEAM + 2]:
                more, behind = scorer.rest(path.state, option)
                beams[place + typed].append(Path(score + more, behind, (*path.options, option)))
        beams[place] = []
    finals = sorted(beams[count], key=lambda p: -p.score)[:BEAM]
    return max(finals, key=lambda p: p.score + scorer.follow(p.state, tail)).options
