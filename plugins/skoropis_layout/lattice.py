"""Which words of a text were typed in the wrong layout: all readings at once, each between its neighbours.

A hidden Markov model whose state is whether the wrong layout is on, the language of the last word, and where
each language's model stands. The layout stays wrong from word to word until somebody notices, so a short
word that proves nothing goes the way of its neighbours; and each word is as likely as its language's model
finds it behind the words before it, so that ``пошли d кино`` is read as it was meant. States that agree on
the last words are one; what is left is a narrow lattice, and the posterior over it is exact
(forward-backward, Rabiner 1989).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .evidence import Words
from .readings import Reading

BEGIN = math.log(1e-3)
"""Log-probability (nats) that the layout is wrong from this word on."""
STAY = math.log(0.85)
"""Log-probability (nats) that it still is at the next word."""
_RIGHT = math.log1p(-math.exp(BEGIN))
_NOTICE = math.log1p(-math.exp(STAY))
SWITCH = math.log(0.03)
"""Log-probability (nats) that the next word is of another language than the last."""
_SAME = math.log1p(-math.exp(SWITCH))
CAPITAL = -4.5
"""Log-probability (nats) of a capital inside a sentence on a word that is usually written small."""
HISTORY = 2
"""States that agree on so many last words are one."""
WIDTH = 12
"""States kept at each word."""
DEPTH = 18.0
"""A state that is this much (nats) less likely than the best one is dropped."""


@dataclass(frozen=True, slots=True)
class Place:
    """One word of the text: how it may be read."""

    literal: Reading | None
    """As typed; None where nothing may be changed and no model has a say."""
    others: tuple[Reading, ...] = ()
    """In another layout."""
    following: tuple[Reading, ...] = ()
    """In another layout, but only if it was on already: a number, a mark, a name of something."""
    begins: bool = False
    """First of its line."""


@dataclass(slots=True, eq=False)
class _State:
    wrong: bool
    language: str | None
    models: dict[str, object]
    """Where each language's model stands."""
    last: tuple[str, ...]
    """The last words of the language."""
    fresh: bool
    """At the beginning of a sentence."""
    forward: float
    backward: float = -math.inf
    arcs: list[tuple[_State, float, Reading | None]] = field(default_factory=list)
    """States before it, what came between (nats), and the reading if it was one in another layout."""


def posterior(places: Sequence[Place], words: Mapping[str, Words]) -> list[tuple[Reading | None, float]]:
    """For each place its likeliest reading in another layout, and the log-probability (nats) that the word
    was typed in the wrong layout; ``(None, -inf)`` where only the literal reading is possible.
    """
    level = [_State(False, None, {name: each.start for name, each in words.items()}, (), True, 0.0)]
    levels: list[list[_State]] = []
    for place in places:
        level = _step(level, place, words)
        levels.append(level)
    for state in level:
        state.backward = 0.0
    total = add_all([state.forward for state in level])
    result: list[tuple[Reading | None, float]] = []
    for level in reversed(levels):
        found: dict[int, tuple[Reading, float]] = {}
        for state in level:
            for before, weight, reading in state.arcs:
                behind = weight + state.backward
                before.backward = add(before.backward, behind)
                if reading is not None:
                    _, known = found.get(id(reading), (reading, -math.inf))
                    found[id(reading)] = (reading, add(known, before.forward + behind - total))
        best = max(found.values(), key=lambda pair: pair[1], default=(None, -math.inf))
        result.append((best[0], add_all([logprob for _, logprob in found.values()])))
    return result[::-1]


def _step(level: Sequence[_State], place: Place, words: Mapping[str, Words]) -> list[_State]:
    """The states behind ``place``, likeliest first."""
    merged: dict[tuple[object, ...], _State] = {}
    for before in level:
        for weight, after, reading in _ways(before, place, words):
            key = (after.wrong, after.language, after.fresh, after.last)
            known = merged.setdefault(key, after)
            known.forward = add(known.forward, before.forward + weight)
            known.arcs.append((before, weight, reading))
    best = max(state.forward for state in merged.values())
    kept = [state for state in merged.values() if state.forward > best - DEPTH]
    return sorted(kept, key=lambda state: -state.forward)[:WIDTH]


def _ways(
    before: _State, place: Place, words: Mapping[str, Words]
) -> Iterator[tuple[float, _State, Reading | None]]:
    right, wrong = (_NOTICE, STAY) if before.wrong else (_RIGHT, BEGIN)
    fresh = before.fresh or place.begins
    literal = place.literal
    if literal is None:
        yield right, _State(False, before.language, before.models, before.last, False, -math.inf), None
    else:
        weight, after = _read(before, literal, words, fresh)
        yield right + weight, after, None
    others = place.others
    if before.wrong:
        following = [reading for reading in place.following if reading.language == before.language]
        others = (*others, *following)
        if literal is not None and literal.language is None and not following:  # the same in every layout
            weight, after = _read(before, literal, words, fresh)
            after.wrong = True
            yield wrong + weight, after, None
    for reading in others:
        weight, after = _read(before, reading, words, fresh)
        after.wrong = True
        yield wrong + weight, after, reading


def _read(before: _State, reading: Reading, words: Mapping[str, Words], fresh: bool) -> tuple[float, _State]:
    """What ``reading`` costs behind ``before`` (nats), and the state behind it."""
    weight = reading.cost
    language = reading.language or before.language
    if reading.language is not None and before.language is not None:
        weight += _SAME if reading.language == before.language else SWITCH
    after = _State(False, language, dict(before.models), before.last, fresh, -math.inf)
    if language is None:
        return weight, after
    own = words[language]
    if reading.small_capital and not fresh:
        weight += CAPITAL
    model = before.models[language]
    for token in reading.tokens:
        logprob, model = own.score(model, token)
        weight += logprob
        after.fresh = token in ".!?"
    after.models[language] = model
    last = before.last if language == before.language else ()
    after.last = (*last, *reading.tokens)[-HISTORY:]
    return weight, after


def add(a: float, b: float) -> float:
    """Log of the sum of what ``a`` and ``b`` are the logs of."""
    if a < b:
        a, b = b, a
    return a if b == -math.inf else a + math.log1p(math.exp(b - a))


def add_all(logs: Sequence[float]) -> float:
    """Log of the sum of what ``logs`` are the logs of."""
    total = -math.inf
    for value in logs:
        total = add(total, value)
    return total
