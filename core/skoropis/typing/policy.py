"""What becomes of a correction: applied, only suggested, or nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from ..text.edits import overlapping
from ..types import Edit, Suggestion

Outcome = Literal["apply", "suggest", "nothing"]


@dataclass(frozen=True, slots=True)
class Policy:
    """Least probability of being right for each outcome; correctors give calibrated probabilities."""

    apply: float
    suggest: float

    def outcome(self, suggestion: Suggestion) -> Outcome:
        """What to do with one correction."""
        if suggestion.logprob >= math.log(self.apply):
            return "apply"
        return "suggest" if suggestion.logprob >= math.log(self.suggest) else "nothing"

    def choose(self, suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
        """Those to apply, in text order: where two touch the same span, the likelier one."""
        chosen: list[Suggestion] = []
        taken: list[Edit] = []
        for suggestion in sorted(suggestions, key=lambda s: -s.logprob):
            if self.outcome(suggestion) == "apply" and not overlapping(suggestion.edit, taken):
                chosen.append(suggestion)
                taken.append(suggestion.edit)
        return tuple(sorted(chosen, key=lambda s: s.edit.start))


CORRECT = Policy(apply=0.5, suggest=0.2)
"""Somebody asked for a text to be corrected: the likelier of the two wins."""
WHILE_TYPING = Policy(apply=0.8, suggest=0.3)
"""Nobody asked: a broken good word costs more than a mended one earns."""
