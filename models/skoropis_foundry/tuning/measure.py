"""How well a model predicts held-out text, and how well it serves who types it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from skoropis.lm.tokens import MARKS, lm_tokens
from skoropis.metrics.typing import simulate

from ..evaluate import Measurable, suggester

LINES = 100
"""Lines that are typed at most."""
TOKENS = 10_000
"""Tokens that are predicted at most."""
_SHOWN = 3
_LEAST = 3
"""Lines that are taken however long they take."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one model on one text. Every model gives each word a chance, known or not, so all count."""

    perplexity: float
    """A word; marks left out."""
    bits_per_character: float
    """Words and marks, per character of them and one space each."""
    ks3: float
    """Keystrokes saved with three suggestions, of 1."""
    ks3_low: float
    ks3_high: float
    top1: float
    """Share of next words that were the first of the suggestions."""
    top3: float
    ms: float
    """Processor time of a keystroke, median."""
    words: int
    tokens: int
    lines: int
    """Lines that were scored."""
    typed: int
    """Lines that were typed."""
    seconds: float
    """What measuring took."""


def measure(
    model: Measurable,
    lines: Sequence[str],
    progress: Callable[[float], None],
    *,
    scored: int | None = None,
    typed: int | None = None,
    seconds: float = math.inf,
) -> Figures:
    """Measure on the first of ``lines``: score ``scored`` and type ``typed`` of them, or as many as half of
    ``seconds`` each allows.
    """
    begun = time.monotonic()
    read = words = tokens = characters = 0
    total = told = 0.0
    for read, line in enumerate(_until(lines, scored, seconds / 2), 1):
        state = model.start()
        for token in lm_tokens(line):
            logprob, state = model.score(state, token)
            total -= logprob
            tokens += 1
            characters += len(token) + 1
            if token not in MARKS:
                words += 1
                told -= logprob
        progress(0.5 * (read / scored if scored else min(1.0, tokens / TOKENS)))
        if scored is None and tokens >= TOKENS:
            break
    most = min(typed or LINES, len(lines))
    shown = 0

    def step(_: int) -> None:
        nonlocal shown
        shown += 1
        progress(0.5 + 0.5 * shown / most)

    typing = simulate(_until(lines[:most], typed, seconds / 2), suggester(model, _SHOWN), progress=step)
    return Figures(
        perplexity=math.exp(min(told / max(words, 1), 700.0)),
        bits_per_character=total / math.log(2) / max(characters, 1),
        ks3=typing.savings.value,
        ks3_low=typing.savings.low,
        ks3_high=typing.savings.high,
        top1=typing.next_word_top1,
        top3=typing.next_word_topk,
        ms=typing.cpu_p50_ms,
        words=words,
        tokens=tokens,
        lines=read,
        typed=typing.lines,
        seconds=time.monotonic() - begun,
    )


def _until(lines: Sequence[str], count: int | None, seconds: float) -> Iterator[str]:
    """The first ``count`` lines; without a count, those that are begun within ``seconds``."""
    begun = time.monotonic()
    for number, line in enumerate(lines):
        late = count is None and number >= _LEAST and time.monotonic() - begun > seconds
        if number == count or late:
            return
        yield line
