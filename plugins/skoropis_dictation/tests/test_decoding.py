"""Any recording becomes 16 kHz mono samples; anything else becomes one line that says what to do."""

from __future__ import annotations

import struct
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from skoropis.api import AudioError
from skoropis_dictation.decoding import SAMPLE_RATE, decode


def tone(seconds: float, rate: int = SAMPLE_RATE, channels: int = 1) -> np.ndarray:
    times = np.arange(int(seconds * rate)) / rate
    samples = (8000 * np.sin(2 * np.pi * 440 * times)).astype("<i2")
    return np.repeat(samples[:, None], channels, axis=1)


def write_wav(path: Path, samples: np.ndarray, rate: int = SAMPLE_RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


def write_av(path: Path, samples: np.ndarray, codec: str) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE, layout="mono")
        wanted = stream.codec_context.format.name
        for at in range(0, len(samples), 1024):
            frame = av.AudioFrame.from_ndarray(
                np.ascontiguousarray(samples[at : at + 1024].reshape(1, -1)), format="s16", layout="mono"
            )
            frame.sample_rate = SAMPLE_RATE
            frame.pts = at
            for piece in av.AudioResampler(format=wanted, layout="mono", rate=SAMPLE_RATE).resample(frame):
                container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def heard(path: Path) -> np.ndarray:
    return np.concatenate(list(decode(path)))


def test_samples_of_a_wav_come_through_unchanged(tmp_path: Path) -> None:
    samples = tone(1.5)
    assert np.array_equal(heard(write_wav(tmp_path / "a.wav", samples)), samples[:, 0])


def test_samples_of_a_flac_come_through_unchanged(tmp_path: Path) -> None:
    samples = tone(1.5)
    assert np.array_equal(heard(write_av(tmp_path / "a.flac", samples, "flac")), samples[:, 0])


def test_stereo_at_another_rate_is_mixed_down_and_resampled(tmp_path: Path) -> None:
    found = heard(write_wav(tmp_path / "a.wav", tone(2.0, 44_100, channels=2), 44_100))
    assert abs(found.size - 2 * SAMPLE_RATE) < 200
    assert 6000 < np.abs(found).max() < 9000


def test_a_long_recording_comes_in_blocks(tmp_path: Path) -> None:
    blocks = list(decode(write_wav(tmp_path / "a.wav", tone(25.0)), block_seconds=5.0))
    assert len(blocks) >= 4
    assert sum(block.size for block in blocks) == 25 * SAMPLE_RATE


def test_a_name_that_looks_like_an_address_is_only_a_name(tmp_path: Path) -> None:
    assert heard(write_wav(tmp_path / "talk: one.wav", tone(0.5))).size == SAMPLE_RATE // 2


@pytest.mark.parametrize("name", ["header.wav", "pages.pdf", "notes.txt", "noise.bin", "picture.png"])
def test_what_is_no_recording_is_refused_in_one_line(tmp_path: Path, name: str) -> None:
    content = {
        "header.wav": b"RIFF\x24\x00\x00\x00WAVE",
        "pages.pdf": b"%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n" * 40,
        "notes.txt": b"secret words of the user\n" * 40,
        "noise.bin": np.random.default_rng(1).integers(0, 256, 20_000, dtype=np.uint8).tobytes(),
        "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(200),
    }[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        heard(path)
    message = str(caught.value)
    assert name in message
    assert "\n" not in message
    assert "secret" not in message


def test_a_missing_file_a_folder_and_an_empty_file_say_what_they_are(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()
    for path, words in [
        (tmp_path / "none.wav", "does not exist"),
        (tmp_path, "is a folder"),
        (tmp_path / "empty.wav", "is empty"),
        (write_wav(tmp_path / "nothing.wav", tone(0.0)), "holds no sound"),
    ]:
        with pytest.raises(AudioError, match=words):
            heard(path)


@pytest.mark.parametrize("name", ["a.wav", "a.flac"])
def test_a_file_that_was_cut_off_is_refused_before_anything_is_heard(tmp_path: Path, name: str) -> None:
    samples = np.random.default_rng(0).integers(-9000, 9000, (8 * SAMPLE_RATE, 1)).astype("<i2")
    path = tmp_path / name
    if name.endswith("wav"):
        write_wav(path, samples)
    else:
        write_av(path, samples, "flac")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    blocks = decode(path)
    with pytest.raises(AudioError, match=r"cut off: [34]\.\d of 8\.0 seconds"):
        next(blocks)


def test_a_wav_from_a_pipe_has_no_length_and_is_read_to_its_end(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", tone(1.0))
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = struct.pack("<I", 0xFFFFFFFF)
    path.write_bytes(bytes(data))
    assert heard(path).size == SAMPLE_RATE
