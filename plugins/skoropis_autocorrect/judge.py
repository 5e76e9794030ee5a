"""Weighing the mends of one place against leaving it alone, with its neighbours as they were read."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from skoropis.api import LanguageModel, State

from .calibration import Doubt
from .lattice import Scorer
from .options import Option, Options
from .second import Reading, read_second

LEFT = 5
"""Tokens before a place that the fast model reads: it sees no further."""
REMEMBERED = 8192
"""Verdicts that are kept."""
RIVALS = 5
"""So many of the likeliest mends are read a second time."""
BEHIND = 4.0
"""One this much behind the likeliest (nats, by the fast model) is not."""
HOPELESS = -9.0
"""A mend this much less likely than the word as typed (nats, by the fast model) is not looked at again."""
HOPELESS_KNOWN = -5.0
"""The same for a word that is one: they are many, and hardly any of them is a slip."""
SECOND_WEIGHT = 0.6
"""Weight of the second reading beside the first one."""
LOWEST = -18.0
"""Log-probability (nats) of a word that no lexicon holds, where features need a number."""

_UNREAD = Reading(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Place:
    """One or two words of a text, and what stands around them."""

    typed: tuple[str, ...]
    before: tuple[str, ...]
    """Tokens of the sentence before the place, mended as far as they were."""
    behind: tuple[str, ...]
    """The next tokens."""
    title: bool
    """It is written with a capital."""
    first: bool
    """It begins a sentence, where a capital says nothing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """The best mend of a place and what speaks for it."""

    option: Option
    doubt: Doubt
    features: dict[str, float]


@dataclass(frozen=True, slots=True)
class Weighed:
    """A reading of a place with its scores (nats)."""

    option: Option
    words: float
    """Of the words, by the fast model."""
    behind: float
    """Of what stands behind them, by the fast model."""
    again: Reading = _UNREAD
    """By the whole model."""

    @property
    def fast(self) -> float:
        """By the channel and the fast model."""
        return self.option.channel + self.words + self.behind

    @property
    def whole(self) -> float:
        """By the channel and the whole model."""
        return self.option.channel + self.again.words + self.again.behind

    @property
    def total(self) -> float:
        """By both readings."""
        return (1 - SECOND_WEIGHT) * self.fast + SECOND_WEIGHT * self.whole


def clip(value: float, low: float, high: float) -> float:
    """``value`` within bounds."""
    return min(max(value, low), high)


class Judge:
    """Says of each place what its best mend is, and remembers it.

    While somebody types, all but the last places of a text are read again and again.
    """

    def __init__(self, scorer: Scorer, options: Options, model: LanguageModel) -> None:
        """``model``: the whole one, of which the scorer has the fast part."""
        self._scorer = scorer
        self._options = options
        self._model = model
        self.judge: Callable[[Place], Verdict | None] = lru_cache(maxsize=REMEMBERED)(self._judge)

    def rivals(self, typed: tuple[str, ...]) -> list[Option]:
        """What one word, or two together, may be a slip for."""
        if len(typed) == 2:
            return list(self._options.of_pair(*typed))
        return [option for option in self._options.of(typed[0]) if option.kind != "keep"]

    def _judge(self, place: Place) -> Verdict | None:
        """Compare the mends of ``place`` with leaving it alone; None without a mend worth a thought."""
        state = self._scorer.model.read(place.before[-LEFT:])
        weighed = self._weigh(place, state)
        if not weighed:
            return None
        kept = self._keep(place, state)
        known = all(self._options.known(word) for word in place.typed)
        if weighed[0].fast - kept.fast < (HOPELESS_KNOWN if known else HOPELESS):
            return None
        rivals = weighed[:RIVALS]
        near = [found for found in rivals if found.fast > rivals[0].fast - BEHIND]
        kept, *near = self._read_again(place, [kept, *near])
        near.sort(key=lambda found: -found.total)
        return verdict(self._options, place, kept, near, len(rivals))

    def _weigh(self, place: Place, state: State) -> list[Weighed]:
        """The rivals with their scores by the fast model, best first."""
        scorer, rivals = self._scorer, self.rivals(place.typed)
        found = []
        for option, score in zip(rivals, scorer.first(state, rivals), strict=True):
            more, after = scorer.rest(state, option)
            found.append(Weighed(option, score + more - option.channel, scorer.follow(after, place.behind)))
        found.sort(key=lambda item: -item.fast)
        return found

    def _keep(self, place: Place, state: State) -> Weighed:
        """The place as it was typed."""
        scorer, words = self._scorer, 0.0
        for word in place.typed:
            option = self._options.keep(word)
            words += scorer.first(state, [option])[0]
            state = scorer.rest(state, option)[1]
        option = Option(place.typed, 0.0, "keep", len(place.typed))
        return Weighed(option, words, scorer.follow(state, place.behind))

    def _read_again(self, place: Place, found: Sequence[Weighed]) -> list[Weighed]:
        """The same with the scores of the whole model."""
        choices = [item.option.words for item in found]
        readings = read_second(self._model, place.before, choices, place.behind)
        return [
            Weighed(item.option, item.words, item.behind, reading)
            for item, reading in zip(found, readings, strict=True)
        ]


def verdict(
    options: Options, place: Place, kept: Weighed, weighed: Sequence[Weighed], rivals: int
) -> Verdict:
    """The first of ``weighed``, which was chosen of so many ``rivals``, and its features."""
    best = weighed[0]
    option = best.option
    typed = place.typed
    known = all(options.known(word) for word in typed)
    doubt: Doubt = "space" if option.kind != "word" else "known" if known else "unknown"
    lexicon = options.lexicon
    unigram = sum(max(lexicon.logprob(word), LOWEST) for word in option.words)
    own = sum(max(lexicon.logprob(word), LOWEST) for word in typed)
    gap = clip(best.fast - kept.fast, -10.0, 14.0)
    whole = clip(best.whole - kept.whole, -10.0, 14.0)
    channel = clip(option.channel, -16.0, 0.0)
    listed = float(all(word in lexicon for word in typed))
    joined = "".join(typed)
    inside = float(place.title and not place.first)
    plausible = options.plausibility(joined)
    features = {
        "gap": gap,
        "gap2": max(gap - 4.0, 0.0),
        "whole": whole,
        "whole2": max(whole - 4.0, 0.0),
        "lead": _lead([item.fast for item in weighed]),
        "whole_lead": _lead([item.total for item in weighed]),
        "channel": channel,
        "unigram": unigram,
        "gain": clip(best.words - unigram, -6.0, 9.0),
        "fit": clip(best.again.words - unigram, -6.0, 9.0),
        "again": clip(best.again.words, -30.0, 0.0),
        "kept_again": clip(kept.again.words, -40.0, 0.0),
        "behind": clip(best.again.behind - kept.again.behind, -6.0, 6.0),
        "strange": clip(kept.again.words / (len(joined) + 1), -5.0, 0.0),
        "length": math.log(max(len(joined), 3)),
        "first_letter": float(option.words[0][0] != typed[0][0]),
        "short": float(len(joined) <= 3),
        "rivals": float(rivals),
        "title_inside": inside,
        "title_whole": inside * whole,
        "title_letters": inside * plausible,
        "title_first": float(place.title and place.first),
        "form": float(all(word in options.forms for word in typed)),
        "listed": listed,
        "listed_gap": listed * gap,
        "letters": plausible,
        "elongated": float(any(a == b == c for a, b, c in zip(joined, joined[1:], joined[2:], strict=False))),
        "partial": float(option.prior is not None),
        "capital_channel": inside * channel,
        "typed_unigram": own,
        "rise": unigram - own,
        "partner": float(option.partner),
        "known": float(known),
        "known_gap": float(known) * gap,
        "join": float(option.kind == "join"),
        "move": float(option.kind == "move"),
    }
    return Verdict(option, doubt, features)


def _lead(scores: Sequence[float]) -> float:
    """How far the first of ``scores`` is ahead of the best of the others (nats), within bounds."""
    return clip(scores[0] - max(scores[1:], default=-math.inf), -6.0, 6.0)
