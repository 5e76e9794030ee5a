"""From the offers of several predictors to the few that are shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..text.words import normalize_word
from ..types import Suggestion


def rank(
    suggestions: Iterable[Suggestion], limit: int, refused: Collection[str] = ()
) -> tuple[Suggestion, ...]:
    """The ``limit`` likeliest, best first: one for each text, none of ``refused`` (normalized words).

    Continuations are not among them: they are no rivals of the words that they begin with.
    """
    best: dict[tuple[int, int, str], Suggestion] = {}
    for suggestion in suggestions:
        if suggestion.kind == "continuation" or (refused and normalize_word(suggestion.text) in refused):
            continue
        key = (suggestion.edit.start, suggestion.edit.end, suggestion.edit.text)
        known = best.get(key)
        if known is None or suggestion.logprob > known.logprob:
            best[key] = suggestion
    return tuple(sorted(best.values(), key=lambda s: -s.logprob)[:limit])


def continuations(suggestions: Iterable[Suggestion]) -> tuple[Suggestion, ...]:
    """The phrases among the offers, the longest first."""
    found = [suggestion for suggestion in suggestions if suggestion.kind == "continuation"]
    return tuple(sorted(found, key=lambda s: (-len(s.text), -s.logprob)))
