"""What the correction benches share: the spelling sets, the correctors, and how a text is corrected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared import data

from skoropis.api import Context, apply_edits
from skoropis.models.host import ModelHost
from skoropis.profile.memory import MemoryProfile
from skoropis.typing.known import KnownWords
from skoropis.typing.policy import CORRECT, WHILE_TYPING
from skoropis_autocorrect.corrector import Corrector
from skoropis_layout.corrector import LayoutCorrector

LEVELS = {"0.5": CORRECT, "typing": WHILE_TYPING}
"""When a mend is applied: as in a text that was handed in to be corrected, and unasked while typing."""


@dataclass(frozen=True, slots=True)
class Correctors:
    """Both correctors over the installed models, as the suite runs them."""

    autocorrect: Corrector
    layout: LayoutCorrector
    known: KnownWords

    def at_level(self, level: str, *, layout_only: bool = False) -> Callable[[str], str]:
        """A function that corrects a text as the suite would at one of :data:`LEVELS`."""
        policy, plugins = LEVELS[level], (self.layout,) if layout_only else (self.autocorrect, self.layout)

        def correct(text: str) -> str:
            context = Context(text)
            found = [suggestion for plugin in plugins for suggestion in plugin.correct(context)]
            decided = policy.decide(found, lambda edit: self.known(text[edit.start : edit.end]))
            return apply_edits(text, (chosen.edit for chosen in decided.apply))

        return correct


def correctors(languages: Sequence[str]) -> Correctors:
    """Both correctors, with an empty profile."""
    models, profile = ModelHost(languages), MemoryProfile()
    known = KnownWords(models, profile)
    return Correctors(Corrector(models, profile), LayoutCorrector(models, profile), known)


def spelling(language: str, name: str) -> list[tuple[str, str]]:
    """All (noisy, correct) lines of a spelling set."""
    path = data("spelling", language, f"{name}.tsv")
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").split("\n"))
    return [(row[0], row[1]) for row in rows if len(row) >= 2]


def even_lines(language: str, name: str) -> list[tuple[str, str]]:
    """The half that may be looked at while building."""
    return spelling(language, name)[0::2]


def odd_lines(language: str, name: str) -> list[tuple[str, str]]:
    """The half that figures are reported on."""
    return spelling(language, name)[1::2]


def probability(logprob: float) -> float:
    """A log-probability as a probability."""
    return math.exp(min(logprob, 0.0))
