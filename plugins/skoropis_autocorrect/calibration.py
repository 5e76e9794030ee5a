"""From scores to the probability that a mend is what was meant: logistic regression (Platt 1999).

One regression for each kind of doubt, fitted on held-out text with known slips; the weights are data.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal

Doubt = Literal["unknown", "known", "space"]
_ALWAYS = (
    "gap", "gap2", "whole", "whole2", "lead", "whole_lead", "channel", "unigram", "gain", "fit", "again",
    "kept_again", "behind", "strange", "length", "first_letter", "short", "rivals", "title_inside",
    "title_first", "title_whole", "title_letters", "letters", "typed_unigram", "listed", "listed_gap",
    "capital_channel", "form", "elongated", "partial", "partner",
)  # fmt: skip
FEATURES: dict[Doubt, tuple[str, ...]] = {
    "unknown": _ALWAYS,
    "known": _ALWAYS,
    "space": (*_ALWAYS, "known", "known_gap", "join", "move"),
}


class Calibration:
    """The regressions of one language."""

    def __init__(self, weights: Mapping[str, Mapping[str, float]]) -> None:
        self._weights = weights

    def logprob(self, doubt: Doubt, features: Mapping[str, float]) -> float:
        """Log of the probability (nats) that the mend with these features is right."""
        weights = self._weights[doubt]
        total = weights["bias"] + sum(weights[name] * features[name] for name in FEATURES[doubt])
        return -math.log1p(math.exp(-total)) if total > -30 else total


@lru_cache(maxsize=8)
def calibration(language: str) -> Calibration:
    """The weights in ``data/<language>.calibration.json``, which are there for every typo model."""
    source = files(__package__).joinpath(f"data/{language}.calibration.json")
    return Calibration(json.loads(source.read_text(encoding="utf-8")))
