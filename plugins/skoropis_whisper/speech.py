"""Where somebody speaks in a phrase."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .engine import SAMPLE_RATE

Span = tuple[int, int]
"""First sample of a stretch of speech and the first behind it."""


def speech_spans(samples: NDArray[np.float32]) -> list[Span]:
    """Stretches of speech after Silero's voice activity detector; empty for silence, noise, most music."""
    if samples.size == 0:
        return []
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=0.4, min_speech_duration_ms=100, min_silence_duration_ms=200, speech_pad_ms=0
    )
    found = get_speech_timestamps(samples, options)
    return [(int(span["start"]), int(min(span["end"], samples.size))) for span in found]


def cut_points(spans: list[Span], size: int, longest: float) -> list[Span]:
    """Pieces of a recording of ``size`` samples, none longer than ``longest`` seconds, together all of it.

    A cut falls in the middle of the longest pause that leaves the piece at least half full, or, if there
    is no pause, wherever the piece is full: a word may be split there, but nothing is lost.
    """
    limit = int(longest * SAMPLE_RATE)
    pauses = [(right[0] - left[1], (left[1] + right[0]) // 2) for left, right in pairwise(spans)]
    pieces: list[Span] = []
    begin = 0
    while size - begin > limit:
        inside = [pause for pause in pauses if begin + limit // 2 <= pause[1] <= begin + limit]
        end = max(inside)[1] if inside else begin + limit
        pieces.append((begin, end))
        begin = end
    return [*pieces, (begin, size)]
