"""The plugin's object: one phrase of speech in, an n-best list out."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skoropis.api import (
    AudioChunk,
    ConfigError,
    Context,
    Hypothesis,
    ModelError,
    Models,
    Segment,
    Transcript,
    Word,
)

from . import guards, weights
from .engine import FULL_WINDOW, SAMPLE_RATE, Encoded, Engine, Reading, Readings
from .speech import Span, cut_points, speech_spans

BEAM = 10
SHORTEST_WINDOW = 10.0
"""Below this the model, which never saw short windows in training, starts to loop."""
WINDOW_MARGIN = 2.0
TEMPERATURES = (0.2, 0.4, 0.6, 0.8, 1.0)
LONGEST = 28.0
LIMIT = 10


class Transcriber:
    """Whisper with n-best lists. Loads its model at the first phrase; thread-safe.

    Settings: ``model`` (a folder or a model's name), ``threads`` (0: as many as are useful), ``beam``,
    ``quick`` (encode no more than the phrase and a little silence instead of Whisper's full 30 seconds: a
    fifth of the encoder's work, at slightly more errors).
    """

    def __init__(self, models: Models, settings: Mapping[str, Any]) -> None:
        self._languages = tuple(models.languages)
        self._settings = settings
        self._beam = _whole(settings, "beam", BEAM, 1, 50)
        self._threads = _whole(settings, "threads", 0, 0, 256)
        self._quick = bool(settings.get("quick", False))
        self._engine: Engine | None = None
        self._lock = threading.Lock()

    def transcribe(self, audio: AudioChunk, context: Context) -> Transcript:
        """Read one phrase.

        ``context.language`` fixes the language, else the likeliest of the suite's languages is taken. The
        first hypothesis is Whisper's own choice (best log-probability per token), the others follow in
        order of that score, no two with the same words. Silence and noise give a transcript without text.
        A phrase beyond Whisper's window is read in pieces. Raises ModelError when no model can be had.
        """
        samples = (
            np.frombuffer(audio.pcm16[: len(audio.pcm16) // 2 * 2], dtype="<i2").astype(np.float32) / 32768.0
        )
        spans = speech_spans(samples)
        if not spans:
            return Transcript("", (), context.language)
        if samples.size <= FULL_WINDOW * SAMPLE_RATE:
            return self._phrase(samples, spans, audio.start_ms / 1000, context.language)
        pieces = []
        for begin, end in cut_points(spans, samples.size, LONGEST):
            inside = [(max(a, begin) - begin, min(b, end) - begin) for a, b in spans if a < end and b > begin]
            if inside:
                start = audio.start_ms / 1000 + begin / SAMPLE_RATE
                pieces.append(self._phrase(samples[begin:end], inside, start, context.language))
        return _joined(pieces, context.language)

    def load(self) -> Engine:
        """The model, loaded now if it was not yet. Raises ModelError."""
        with self._lock:
            if self._engine is None:
                folder = weights.locate(self._settings)
                self._engine = self._open(folder)
            return self._engine

    def _open(self, folder: Path) -> Engine:
        try:
            return Engine(folder, self._threads)
        except ModelError:
            # The stamp of a joined copy vouches for sizes and times, not for every byte of a failing disk.
            if not weights.discard(folder):
                raise
        return Engine(weights.locate(self._settings), self._threads)

    def _phrase(
        self, samples: NDArray[np.float32], spans: Sequence[Span], start: float, language: str | None
    ) -> Transcript:
        engine = self.load()
        seconds = samples.size / SAMPLE_RATE
        window = (
            min(FULL_WINDOW, max(SHORTEST_WINDOW, seconds + WINDOW_MARGIN)) if self._quick else FULL_WINDOW
        )
        encoded = engine.encode(samples, window)
        language = language or engine.language(encoded, self._languages)
        readings = engine.read(encoded, language, self._beam)
        if window < FULL_WINDOW and guards.smells(readings, language, seconds):
            encoded = engine.encode(samples)
            readings = engine.read(encoded, language, self._beam)
        spoken = sum(end - begin for begin, end in spans) / SAMPLE_RATE
        kept = self._trusted(engine, encoded, language, readings, spoken)
        if not kept:
            return Transcript("", (), language)
        words = _shifted(engine.words(encoded, language, kept[0]), start)
        hypotheses = tuple(Hypothesis(item.text, item.logprob, tokens=item.tokens) for item in kept)
        hypotheses = (replace(hypotheses[0], words=words), *hypotheses[1:])
        times = start + spans[0][0] / SAMPLE_RATE, start + spans[-1][1] / SAMPLE_RATE
        segment = Segment(*times, hypotheses[0].text, hypotheses)
        return Transcript(segment.text, hypotheses, language, (segment,))

    def _trusted(
        self, engine: Engine, encoded: Encoded, language: str, readings: Readings, spoken: float
    ) -> list[Reading]:
        """The readings that may have been said, best first; none when nobody spoke."""
        if guards.nobody_speaks(readings) or guards.invented(readings.items[0], readings.no_speech, spoken):
            return []
        if guards.loops(readings.items[0].text):
            readings = self._unlooped(engine, encoded, language, readings)
        kept: dict[str, Reading] = {}
        for reading in readings.items:
            words = guards.key(reading.text)
            if words and words not in kept and (not kept or not guards.loops(reading.text)):
                kept[words] = reading
        return list(kept.values())[:LIMIT]

    @staticmethod
    def _unlooped(engine: Engine, encoded: Encoded, language: str, readings: Readings) -> Readings:
        """Readings that do not run in circles: drawn at rising temperature, else the first one unrolled."""
        for temperature in TEMPERATURES:
            drawn = engine.sample(encoded, language, temperature)
            sound = [item for item in drawn.items if item.text and not guards.loops(item.text)]
            if sound:
                return Readings(tuple(sorted(sound, key=lambda item: -item.average)), readings.no_speech)
        best = readings.items[0]
        return Readings((replace(best, text=guards.unroll(best.text)),), readings.no_speech)


def _joined(pieces: Sequence[Transcript], language: str | None) -> Transcript:
    """Pieces of one phrase as one n-best list: the best of each, then one piece at a time exchanged."""
    said = [piece for piece in pieces if piece.hypotheses]
    if not said:
        return Transcript("", (), language)
    best = [piece.hypotheses[0] for piece in said]
    candidates = [best]
    for index, piece in enumerate(said):
        candidates += [[*best[:index], other, *best[index + 1 :]] for other in piece.hypotheses[1:]]
    hypotheses = [_concatenated(parts) for parts in candidates]
    others = sorted(hypotheses[1:], key=lambda item: -item.acoustic_logprob / max(1, item.tokens))
    ordered = (hypotheses[0], *others[: LIMIT - 1])
    segments = tuple(segment for piece in said for segment in piece.segments)
    longest = max(said, key=lambda piece: len(piece.text))
    return Transcript(ordered[0].text, ordered, longest.language, segments)


def _concatenated(parts: Sequence[Hypothesis]) -> Hypothesis:
    return Hypothesis(
        " ".join(part.text for part in parts),
        sum(part.acoustic_logprob for part in parts),
        tokens=sum(part.tokens for part in parts),
        words=tuple(word for part in parts for word in part.words),
    )


def _shifted(words: Sequence[Word], start: float) -> tuple[Word, ...]:
    return tuple(replace(word, start=word.start + start, end=word.end + start) for word in words)


def _whole(settings: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ConfigError(
            f"the setting '{name}' of skoropis.whisper must be a whole number from {low} to {high}"
        )
    return value
