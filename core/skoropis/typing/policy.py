"""What becomes of a correction: applied, only suggested, or nothing."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from ..errors import InputError
from ..text.edits import overlapping
from ..types import Edit, Suggestion

Outcome = Literal["apply", "suggest", "nothing"]
NEVER = 2.0
"""A least probability that nothing reaches."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with the corrections of one text; both parts in text order, no two spans overlap."""

    apply: tuple[Suggestion, ...] = ()
    suggest: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Least probability of being right for each outcome; plugins give calibrated probabilities."""

    apply: float
    suggest: float
    apply_known: float | None = None
    """Instead of ``apply`` over words that the lexicon or the user knows; None: they are no exception."""
    ghost: float = NEVER
    """For a continuation of the text to be shown unasked."""

    def outcome(self, suggestion: Suggestion, known: bool = False) -> Outcome:
        """What to do with one correction; ``known``: what it replaces are words."""
        apply = self.apply_known if known and self.apply_known is not None else self.apply
        if suggestion.logprob >= math.log(apply):
            return "apply"
        return "suggest" if suggestion.logprob >= math.log(self.suggest) else "nothing"

    def decide(
        self, suggestions: Iterable[Suggestion], known: Callable[[Edit], bool] = lambda edit: False
    ) -> Decision:
        """Settle what touches the same span in favour of the likelier; ``known``: an edit replaces words."""
        parts: dict[Outcome, list[Suggestion]] = {"apply": [], "suggest": [], "nothing": []}
        taken: list[Edit] = []
        for suggestion in sorted(suggestions, key=lambda s: -s.logprob):
            if not overlapping(suggestion.edit, taken):
                outcome = self.outcome(suggestion, known(suggestion.edit))
                parts[outcome].append(suggestion)
                if outcome != "nothing":
                    taken.append(suggestion.edit)
        apply, suggest = (sorted(parts[name], key=_place) for name in ("apply", "suggest"))
        return Decision(tuple(apply), tuple(suggest))

    def choose(self, suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
        """Those to apply, in text order: where two touch the same span, the likelier one."""
        return self.decide(suggestions).apply


def _place(suggestion: Suggestion) -> int:
    return suggestion.edit.start


CORRECT = Policy(apply=0.5, suggest=0.2)
"""Somebody asked for a text to be corrected: the likelier of the two wins."""
WHILE_TYPING = Policy(apply=0.7, suggest=0.3, apply_known=0.9, ghost=0.6)
"""Nobody asked: a broken good word costs more than a mended one earns."""
POLICIES = {
    "off": Policy(NEVER, NEVER),
    "gentle": Policy(apply=0.97, suggest=0.5, apply_known=NEVER, ghost=0.75),
    "normal": WHILE_TYPING,
    "bold": Policy(apply=0.5, suggest=0.2, apply_known=0.8, ghost=0.4),
}
"""How much is done unasked, by the name of the setting."""


def named_policy(name: str) -> Policy:
    """The policy of a setting. Raises InputError when there is none of that name."""
    try:
        return POLICIES[name]
    except KeyError:
        raise InputError(f"no policy {name!r}; there are: {', '.join(POLICIES)}") from None
