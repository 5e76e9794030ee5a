"""What the choice among readings looks at."""

from __future__ import annotations

from dataclasses import dataclass

from skoropis.api import Hypothesis, LanguageModel, State, lm_tokens, tokenize

SENTENCE_ENDS = frozenset(".!?")
INNER_MARKS = frozenset(",;:—-()\"'%/")
UNKNOWN_WORD = -12.0
UNKNOWN_LETTER = -1.0
"""Nats for a word that the model does not know, and for each of its letters: rarer the longer it is. A flat
price would let any nonsense of few words pass for the best text."""


@dataclass(frozen=True, slots=True)
class Features:
    """Of one reading."""

    acoustic: float
    """Log-probability (nats) that the recognizer gives it."""
    language: float
    """Log-probability (nats) that the language model gives its words."""
    letters: int
    numbers: tuple[str, ...]
    """Numbers in digits, as they are written."""


def features(hypothesis: Hypothesis, model: LanguageModel, before: State) -> Features:
    """Features of a reading that follows the text that ``before`` stands for.

    Recognizers set commas as they like, so inner punctuation is not read; the end of a sentence is, as it
    begins a new one, but at no price.
    """
    state = before
    total = 0.0
    for token in lm_tokens(hypothesis.text):
        if token in INNER_MARKS:
            continue
        logprob, state = model.score(state, token)
        if token not in SENTENCE_ENDS:
            unknown = token[0].isalpha() and token not in model.lexicon
            total += UNKNOWN_WORD + UNKNOWN_LETTER * len(token) if unknown else logprob
    tokens = tokenize(hypothesis.text)
    return Features(
        acoustic=hypothesis.acoustic_logprob,
        language=total,
        letters=sum(char.isalpha() for char in hypothesis.text),
        numbers=tuple(token.text for token in tokens if any(char.isdigit() for char in token.text)),
    )
