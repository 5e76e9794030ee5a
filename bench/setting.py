"""What the correction benches share: the spelling sets, the correctors, and how a text is corrected."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared import data

from skoropis.api import Context, apply_edits
from skoropis.models.host import ModelHost
from skoropis.profile.memory import MemoryProfile
from skoropis.typing.policy import CORRECT, Policy
from skoropis_autocorrect.corrector import Corrector
from skoropis_layout.corrector import LayoutCorrector


@dataclass(frozen=True, slots=True)
class Correctors:
    """Both correctors over the installed models, as the suite runs them."""

    autocorrect: Corrector
    layout: LayoutCorrector


def correctors(languages: Sequence[str]) -> Correctors:
    """Both correctors, with an empty profile."""
    models, profile = ModelHost(languages), MemoryProfile()
    return Correctors(Corrector(models, profile), LayoutCorrector(models, profile))


def at_level(
    plugins: Sequence[Corrector | LayoutCorrector], level: float, language: str | None = None
) -> Callable[[str], str]:
    """A function that corrects a text as the suite would, applying mends of at least this probability."""
    policy = Policy(apply=level, suggest=min(level, CORRECT.suggest))

    def correct(text: str) -> str:
        context = Context(text, language=language)
        found = [suggestion for plugin in plugins for suggestion in plugin.correct(context)]
        return apply_edits(text, (chosen.edit for chosen in policy.choose(found)))

    return correct


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
