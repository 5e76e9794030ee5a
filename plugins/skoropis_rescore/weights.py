"""How much language counts against sound, per language, as tuned on recordings."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .features import Features

FILE = Path(__file__).parent / "data" / "weights.toml"
LETTERS_DROPPED = 1
"""Letters that a reading may have less than the recognizer's own choice."""


@dataclass(frozen=True, slots=True)
class Weights:
    """The two numbers that are tuned. More would fit the few recordings there are, not the language."""

    language: float
    """Of the language model's log-probability, against 1 for the recognizer's."""
    margin: float
    """Nats by which another reading must beat the recognizer's own choice to replace it."""

    def score(self, features: Features) -> float:
        """The reading's worth in nats."""
        return features.acoustic + self.language * features.language


KEEP = Weights(0.0, math.inf)
"""For a language without tuned weights: the recognizer's choice stands."""


def tuned(path: Path = FILE) -> dict[str, Weights]:
    """Weights by language from a file with one table a language."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {code: Weights(float(table["language"]), float(table["margin"])) for code, table in tables.items()}


def order(features: Sequence[Features], weights: Weights) -> list[int]:
    """Indices of readings, best first. The first reading is the recognizer's own choice.

    Another may replace it only if it is better by more than the margin.
    """
    scores = [weights.score(item) for item in features]
    ranked = sorted(range(len(scores)), key=lambda index: -scores[index])
    better = (
        index
        for index in ranked
        if scores[index] - scores[0] > weights.margin and comparable(features[0], features[index])
    )
    first = next(better, 0)
    return [first, *(index for index in ranked if index != first)] if ranked else []


def comparable(own: Features, other: Features) -> bool:
    """Whether language may decide between the recognizer's own choice and another reading.

    It may not where the other one leaves something out: every word costs, so a sum of log-probabilities is
    always in favour of saying less, and a bonus for words only shifts the harm. Nor may it decide about
    numbers: a model knows that some number stands there, not which, and not whether in digits.
    """
    return other.letters >= own.letters - LETTERS_DROPPED and other.numbers == own.numbers
