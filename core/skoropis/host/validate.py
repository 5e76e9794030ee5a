"""What a plugin's answer must be before anyone else sees it. Errors say what is wrong, never the text."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

from ..types import Context, Edit, Hypothesis, Suggestion, SuggestionKind, Transcript

MAX_SUGGESTIONS = 1000
MAX_TEXT = 4000
_KINDS = frozenset(get_args(SuggestionKind))


def _listed(answer: Any, what: type) -> Sequence[Any]:
    if not isinstance(answer, (list, tuple)):
        raise ValueError(f"answered {type(answer).__name__} instead of a list of {what.__name__}")
    if len(answer) > MAX_SUGGESTIONS:
        raise ValueError(f"answered more than {MAX_SUGGESTIONS} items")
    for item in answer:
        if not isinstance(item, what):
            raise ValueError(f"answered a list with {type(item).__name__} instead of {what.__name__}")
    return answer


def _text(value: Any) -> None:
    if not isinstance(value, str) or len(value) > MAX_TEXT:
        raise ValueError("answered a text that is no string or far too long")
    if any(ord(char) < 32 and char not in "\n\t" for char in value):
        raise ValueError("answered a text with control characters")


def _number(value: Any, *, at_most: float = math.inf) -> None:
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value > at_most:
        raise ValueError("answered a log-probability that is no finite number or above 0")


def _edit(edit: Any, length: int) -> None:
    if not isinstance(edit, Edit) or type(edit.start) is not int or type(edit.end) is not int:
        raise ValueError("answered an edit that is none")
    if not 0 <= edit.start <= edit.end <= length:
        raise ValueError("answered an edit outside the text")
    _text(edit.text)


def suggestions(answer: Any, context: Context, source: str) -> tuple[Suggestion, ...]:
    """Checked suggestions, signed with the plugin's id and the revision they answer."""
    checked = []
    for item in _listed(answer, Suggestion):
        _edit(item.edit, len(context.before))
        _text(item.text)
        _number(item.logprob, at_most=1e-6)
        if item.kind not in _KINDS:
            raise ValueError("answered a suggestion of an unknown kind")
        checked.append(replace(item, source=source, revision=context.revision))
    return tuple(checked)


def _hypotheses(answer: Any) -> tuple[Hypothesis, ...]:
    for item in _listed(answer, Hypothesis):
        _text(item.text)
        _number(item.acoustic_logprob)
        if item.lm_logprob is not None:
            _number(item.lm_logprob)
    return tuple(answer)


def reordered(answer: Any, given: Sequence[Hypothesis]) -> tuple[Hypothesis, ...]:
    """Checked hypotheses that hold exactly the texts of ``given``."""
    checked = _hypotheses(answer)
    if Counter(h.text for h in checked) != Counter(h.text for h in given):
        raise ValueError("answered other hypotheses than it was given")
    return checked


def transcript(answer: Any) -> Transcript:
    """A checked transcript."""
    if not isinstance(answer, Transcript):
        raise ValueError(f"answered {type(answer).__name__} instead of a transcript")
    _hypotheses(answer.hypotheses)
    if not isinstance(answer.text, str):
        raise ValueError("answered a transcript without a text")
    return answer
