"""Phrases end at pauses, fit Whisper's window, and lose no speech."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from skoropis_dictation.decoding import SAMPLE_RATE
from skoropis_dictation.phrases import CUTTING, detect_speech, group, phrases

Span = tuple[int, int]


def seconds(*spans: tuple[float, float]) -> list[Span]:
    return [(int(start * SAMPLE_RATE), int(end * SAMPLE_RATE)) for start, end in spans]


def loud(samples: np.ndarray) -> list[Span]:
    """A detector for tests: speech is whatever is not exactly zero."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (samples != 0).astype(np.int8), [0]])))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def recording(spans: list[Span], total: int) -> np.ndarray:
    samples = np.zeros(total, dtype=np.int16)
    for number, (start, end) in enumerate(spans, 1):
        samples[start:end] = number
    return samples


def test_short_pauses_do_not_end_a_phrase() -> None:
    assert group(seconds((0, 1), (1.3, 2), (3.4, 5)), CUTTING) == seconds((0, 5))


def test_a_long_silence_ends_a_phrase() -> None:
    assert group(seconds((0, 1), (3.5, 5)), CUTTING) == seconds((0, 1), (3.5, 5))


def test_a_phrase_that_is_long_enough_ends_at_the_next_pause() -> None:
    assert group(seconds((0, 13), (13.6, 20)), CUTTING) == seconds((0, 13), (13.6, 20))


def test_a_last_word_is_not_left_alone() -> None:
    assert group(seconds((0, 13), (13.6, 14.2)), CUTTING) == seconds((0, 14.2))


def test_silence_and_noise_give_no_phrase() -> None:
    rng = np.random.default_rng(0)
    assert list(phrases([np.zeros(10 * SAMPLE_RATE, dtype=np.int16)])) == []
    for level in (1, 300, 5000):
        assert list(phrases([rng.normal(0, level, 10 * SAMPLE_RATE).astype(np.int16)])) == []
    assert detect_speech(np.zeros(0, dtype=np.int16)) == []


def test_phrases_know_where_they_begin() -> None:
    spans = seconds((1, 2), (6, 8))
    found = list(phrases([recording(spans, 10 * SAMPLE_RATE)], loud))
    assert [chunk.start_ms for chunk in found] == [600, 5600], "0.4 s before the speech"
    assert [round(chunk.seconds, 3) for chunk in found] == [1.8, 2.8]


@st.composite
def talks(draw: st.DrawFn) -> tuple[list[Span], int]:
    spans: list[Span] = []
    at = draw(st.integers(0, 3000))
    for _ in range(draw(st.integers(0, 25))):
        length = draw(st.integers(100, 20_000))
        spans.append((at * 16, (at + length) * 16))
        at += length + draw(st.integers(200, 6000))
    return spans, at * 16


@given(talks(), st.integers(1, 40))
def test_every_sample_of_speech_is_in_a_phrase_and_no_phrase_is_too_long(
    talk: tuple[list[Span], int], block_seconds: int
) -> None:
    spans, total = talk
    samples = recording(spans, total)

    def blocks() -> Iterator[np.ndarray]:
        step = block_seconds * SAMPLE_RATE
        for start in range(0, total, step):
            yield samples[start : start + step]

    found = list(phrases(blocks(), loud))
    heard = np.concatenate([np.zeros(0, "<i2"), *(np.frombuffer(chunk.pcm16, "<i2") for chunk in found)])
    assert np.array_equal(heard[heard != 0], samples[samples != 0])
    assert all(chunk.seconds <= CUTTING.longest + 0.001 for chunk in found)
    assert [chunk.start_ms for chunk in found] == sorted(chunk.start_ms for chunk in found)
