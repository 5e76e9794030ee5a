"""A loaded Whisper model: encode once, then ask the decoder for as many readings as are wanted."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skoropis.api import ModelError, Word

SAMPLE_RATE = 16_000
FULL_WINDOW = 30.0
"""Seconds that Whisper was trained on; the encoder's cost grows with the window."""
_HOP = 160
"""Samples between two frames of the spectrogram."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A phrase as the decoder sees it."""

    memory: Any
    frames: int
    """Frames of sound, padding apart."""
    window: float
    """Seconds, padding included."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One text that the decoder proposes."""

    ids: tuple[int, ...]
    text: str
    logprob: float
    """Sum over the tokens and the end of text, nats."""

    @property
    def tokens(self) -> int:
        """Number of tokens, the end of text included."""
        return len(self.ids) + 1

    @property
    def average(self) -> float:
        """Mean log-probability of a token (nats)."""
        return self.logprob / self.tokens


@dataclass(frozen=True, slots=True)
class Readings:
    """What the decoder made of a phrase: best first by log-probability per token."""

    items: tuple[Reading, ...]
    no_speech: float
    """Probability of the token that stands for "nobody speaks"."""


class Engine:
    """Whisper through CTranslate2. Thread-safe after construction."""

    def __init__(self, folder: Path, threads: int = 0) -> None:
        """Load int8 weights from ``folder``; ``threads`` 0 takes what the machine has, at most 4."""
        from faster_whisper import WhisperModel

        try:
            self._model = WhisperModel(
                str(folder), device="cpu", compute_type="int8", cpu_threads=threads or usable_threads()
            )
        except (RuntimeError, ValueError, OSError) as error:
            raise ModelError(
                f"the Whisper model in {folder} cannot be loaded; delete that folder and retry"
            ) from error
        self._tokenizers: dict[str, Any] = {}

    def encode(self, samples: NDArray[np.float32], window: float = FULL_WINDOW) -> Encoded:
        """Encode mono samples at 16 kHz (shape ``(n,)``, -1 to 1), with silence up to ``window`` seconds."""
        width = int(window * SAMPLE_RATE / _HOP) // 2 * 2
        length = width * _HOP
        padded = np.pad(samples[:length], (0, max(0, length - samples.size)))
        features = self._model.feature_extractor(padded)[:, :width]
        frames = min(samples.size, length) // _HOP // 2 * 2
        return Encoded(self._model.encode(features), max(2, frames), window)

    def language(self, encoded: Encoded, among: Sequence[str]) -> str:
        """The likeliest of the languages ``among``; the first where the model knows one language only."""
        if len(among) == 1 or not self._model.model.is_multilingual:
            return among[0]
        heard = dict(self._model.model.detect_language(encoded.memory)[0])
        return max(among, key=lambda code: heard.get(f"<|{code}|>", 0.0))

    def read(self, encoded: Encoded, language: str, beam: int) -> Readings:
        """Beam search with length normalization; every finished hypothesis comes back with its score."""
        return self._generate(encoded, language, beam_size=beam, num_hypotheses=beam)

    def sample(self, encoded: Encoded, language: str, temperature: float, count: int = 5) -> Readings:
        """Readings drawn at ``temperature``: what is left when beam search runs in circles."""
        return self._generate(
            encoded,
            language,
            beam_size=1,
            num_hypotheses=count,
            sampling_topk=0,
            sampling_temperature=temperature,
        )

    def words(self, encoded: Encoded, language: str, reading: Reading) -> tuple[Word, ...]:
        """The words of a reading with times in seconds from the phrase's beginning, by cross-attention."""
        tokenizer = self._tokenizer(language)
        aligned = self._model.find_alignment(tokenizer, [list(reading.ids)], encoded.memory, encoded.frames)
        words: list[Word] = []
        for item in aligned[0] if aligned else []:
            text = item["word"]
            logprob = float(np.log(max(float(item["probability"]), 1e-9)))
            if words and not text.startswith(" "):
                last = words.pop()
                words.append(
                    Word(last.text + text, last.start, float(item["end"]), min(last.logprob, logprob))
                )
            elif text.strip():
                words.append(Word(text.strip(), float(item["start"]), float(item["end"]), logprob))
        return tuple(words)

    def _generate(self, encoded: Encoded, language: str, **how: Any) -> Readings:
        tokenizer = self._tokenizer(language)
        result = self._model.model.generate(
            encoded.memory,
            # Time stamps would split the beam among texts that differ in times only.
            [[*tokenizer.sot_sequence, tokenizer.no_timestamps]],
            length_penalty=1.0,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_tokens=self._suppressed(tokenizer),
            max_length=min(448, 24 + int(encoded.window * 16)),
            **how,
        )[0]
        readings = [
            # CTranslate2 divides by the number of tokens without the end of text.
            Reading(tuple(ids), tokenizer.decode(ids).strip(), float(score) * max(1, len(ids)))
            for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        ]
        return Readings(tuple(readings), float(result.no_speech_prob))

    def _tokenizer(self, language: str) -> Any:
        if language not in self._tokenizers:
            from faster_whisper.tokenizer import Tokenizer

            self._tokenizers[language] = Tokenizer(
                self._model.hf_tokenizer,
                self._model.model.is_multilingual,
                task="transcribe",
                language=language,
            )
        return self._tokenizers[language]

    @staticmethod
    def _suppressed(tokenizer: Any) -> list[int]:
        """Tokens that are no speech: brackets, notes, speaker tags and the model's own commands."""
        commands = (
            tokenizer.transcribe,
            tokenizer.translate,
            tokenizer.sot,
            tokenizer.sot_prev,
            tokenizer.sot_lm,
            tokenizer.no_speech,
        )
        return sorted({*tokenizer.non_speech_tokens, *(token for token in commands if token is not None)})


def usable_threads() -> int:
    """Cores this process may use, at most 4: beyond that the decoder does not get faster."""
    affinity = getattr(os, "sched_getaffinity", None)
    count = len(affinity(0)) if affinity else os.cpu_count() or 1
    return max(1, min(4, count))
