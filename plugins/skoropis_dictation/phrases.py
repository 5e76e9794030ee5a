"""Cutting a recording into phrases at its pauses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from skoropis.api import AudioChunk

from .decoding import SAMPLE_RATE, Samples

Span = tuple[int, int]
"""First sample of a stretch of speech and the first behind it."""


@dataclass(frozen=True, slots=True)
class Cutting:
    """Where phrases may end. All in seconds.

    A recognizer reads a phrase better with its neighbours in sight, so phrases go on over short pauses
    until they are long enough; Whisper's window is 30 s, which no phrase may exceed.
    """

    longest: float = 28.0
    enough: float = 12.0
    """From this length on a phrase ends at the next ``pause``."""
    pause: float = 0.5
    scrap: float = 3.0
    """Less than this at the very end goes to the phrase before it: one word alone is read badly."""
    rest: float = 2.0
    """A silence as long as this always ends a phrase."""
    padding: float = 0.4
    """Kept on both sides: a detector is late on soft beginnings and early on soft ends."""


CUTTING = Cutting()


def phrases(
    blocks: Iterable[Samples],
    detect: Callable[[Samples], list[Span]] | None = None,
    cutting: Cutting = CUTTING,
    window: float = 60.0,
) -> Iterator[AudioChunk]:
    """The phrases of a recording that comes in ``blocks``, as they become certain.

    No more than ``window`` seconds and one phrase are held. ``detect`` finds speech in samples; the
    default is Silero's detector. Silence gives no phrase.
    """
    detect = detect or detect_speech
    held = np.zeros(0, dtype=np.int16)
    first = 0
    waiting: list[Samples] = []
    size = 0
    for block in blocks:
        waiting.append(block)
        size += block.size
        if size < window * SAMPLE_RATE:
            continue
        held = np.concatenate([held, *waiting])
        waiting, size = [], 0
        spans = list(_padded(group(detect(held), cutting), held.size, cutting))
        rest = _certain(spans, held.size, cutting)
        yield from (_chunk(held, span, first) for span in spans if span[1] <= rest)
        held, first = held[rest:], first + rest
    held = np.concatenate([held, *waiting])
    for span in _padded(group(detect(held), cutting), held.size, cutting):
        yield _chunk(held, span, first)


def group(spans: Iterable[Span], cutting: Cutting) -> list[Span]:
    """Stretches of speech joined into phrases."""

    def fits(left: Span, right: Span) -> bool:
        room = (cutting.longest - 2 * cutting.padding) * SAMPLE_RATE
        return right[1] - left[0] <= room and right[0] - left[1] < cutting.rest * SAMPLE_RATE

    grouped: list[Span] = []
    for span in spans:
        ended = (
            not grouped
            or not fits(grouped[-1], span)
            or (
                grouped[-1][1] - grouped[-1][0] >= cutting.enough * SAMPLE_RATE
                and span[0] - grouped[-1][1] >= cutting.pause * SAMPLE_RATE
            )
        )
        if ended:
            grouped.append(span)
        else:
            grouped[-1] = (grouped[-1][0], span[1])
    if len(grouped) > 1:
        left, last = grouped[-2:]
        if last[1] - last[0] < cutting.scrap * SAMPLE_RATE and fits(left, last):
            grouped[-2:] = [(left[0], last[1])]
    return grouped


def detect_speech(samples: Samples) -> list[Span]:
    """Stretches of speech after Silero's voice activity detector, unpadded."""
    if samples.size == 0:
        return []
    from faster_whisper.vad import VadOptions, get_speech_timestamps

    options = VadOptions(
        threshold=0.4,
        min_speech_duration_ms=100,
        min_silence_duration_ms=200,
        speech_pad_ms=0,
        max_speech_duration_s=CUTTING.longest - 2 * CUTTING.padding,
    )
    found = get_speech_timestamps(samples.astype(np.float32) / 32768.0, options)
    return [(int(span["start"]), int(min(span["end"], samples.size))) for span in found]


def _certain(padded: list[Span], size: int, cutting: Cutting) -> int:
    """The sample up to which nothing that is still to come can change the phrases."""
    keep = size - int(cutting.padding * SAMPLE_RATE)
    if not padded:
        return max(0, keep)
    start, end = padded[-1]
    return end if size - end >= cutting.rest * SAMPLE_RATE else start


def _padded(grouped: list[Span], size: int, cutting: Cutting) -> Iterator[Span]:
    """Phrases with padding, which stops half-way to a neighbour."""
    padding = int(cutting.padding * SAMPLE_RATE)
    for index, (start, end) in enumerate(grouped):
        low = (grouped[index - 1][1] + start) // 2 if index else 0
        high = (end + grouped[index + 1][0]) // 2 if index + 1 < len(grouped) else size
        yield max(low, start - padding), min(high, end + padding)


def _chunk(samples: Samples, span: Span, first: int) -> AudioChunk:
    start, end = span
    return AudioChunk(
        samples[start:end].astype("<i2").tobytes(), start_ms=(first + start) * 1000 // SAMPLE_RATE
    )
