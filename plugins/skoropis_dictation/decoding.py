"""Reading any recording as a stream of 16 kHz mono samples."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from skoropis.api import AudioError

SAMPLE_RATE = 16_000
_EXACT_CONTAINERS = {"flac", "w64", "aiff", "au"}
"""Formats whose header holds the true length; elsewhere it may be an estimate."""
_TOLERANCE = 0.5
"""Seconds by which the sound may fall short of what the header says before it counts as cut off."""

_UNKNOWN_LENGTH = 0x7FFFF000
"""Programs that write a WAV into a pipe put a number from here up where the length belongs."""

Samples = NDArray[np.int16]


def decode(path: Path, block_seconds: float = 10.0) -> Iterator[Samples]:
    """The sound of a file as blocks of mono int16 samples at 16 kHz, in order.

    A block may be a little longer or shorter than asked for; several channels are mixed down. Memory
    does not grow with the file. Raises AudioError when the file holds no sound, and, before anything is
    yielded, when it holds only part of what its header promises.
    """
    _check_readable(path)
    with path.open("rb") as file:
        _check_complete(file, path)
        heard = False
        for block in _resampled(file, path, int(block_seconds * SAMPLE_RATE)):
            heard = heard or block.size > 0
            yield block
    if not heard:
        raise AudioError(f"{path} holds no sound: it is empty; record it again")


def _check_readable(path: Path) -> None:
    if not path.exists():
        raise AudioError(f"{path} does not exist; check the name")
    if path.is_dir():
        raise AudioError(f"{path} is a folder; give one recording")
    if not path.is_file():
        raise AudioError(f"{path} is not an ordinary file; save the recording first")
    if not os.access(path, os.R_OK):
        raise AudioError(f"{path} may not be read; check its permissions")
    if path.stat().st_size == 0:
        raise AudioError(f"{path} is empty; record it again")


def _not_audio(path: Path) -> AudioError:
    return AudioError(
        f"{path} is not a recording that can be read; give WAV, FLAC, MP3, OGG, M4A or the like"
    )


def _check_complete(file: BinaryIO, path: Path) -> None:
    """Raise AudioError when there is no sound, or less than the header promises.

    Packets are counted, not decoded: even a long recording takes a moment, and nobody waits for a
    transcript only to learn at its end that the copy was cut off.
    """
    import av

    promised, present = _wav_seconds(file)
    try:
        # A file object, not a name: "talk: one.wav" would be taken for a protocol.
        with av.open(file, "r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise AudioError(f"{path} holds no sound; give a recording (WAV, FLAC, MP3, OGG, M4A...)")
            stream = container.streams.audio[0]
            if (
                _EXACT_CONTAINERS & set(container.format.name.split(","))
                and stream.duration
                and stream.time_base
            ):
                base = float(stream.time_base)
                promised = stream.duration * base
                present = sum(packet.duration or 0 for packet in container.demux(stream)) * base
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise _not_audio(path) from error
    if present < promised - _TOLERANCE:
        raise AudioError(
            f"{path} is cut off: {present:.1f} of {promised:.1f} seconds are there; copy it again, "
            "or save what is there under a new name with an audio editor"
        )


def _wav_seconds(file: BinaryIO) -> tuple[float, float]:
    """Seconds that a WAV header promises and that follow it; (0, 0) for anything else.

    FFmpeg trims its answer to the file's size, so the header is read here.
    """
    head = file.read(1 << 16)
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    form, data = head.find(b"fmt "), head.find(b"data")
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE" or not 0 < form < data <= len(head) - 8:
        return 0.0, 0.0
    (rate,) = struct.unpack_from("<I", head, form + 16)
    (length,) = struct.unpack_from("<I", head, data + 4)
    if rate == 0 or length >= _UNKNOWN_LENGTH:
        return 0.0, 0.0
    return length / rate, max(0, size - data - 8) / rate


def _resampled(file: BinaryIO, path: Path, block: int) -> Iterator[Samples]:
    import av

    file.seek(0)
    held: list[Samples] = []
    size = 0
    resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
    try:
        with av.open(file, "r", metadata_errors="ignore") as container:
            for frame in _frames(container):
                for piece in resampler.resample(frame):
                    samples = piece.to_ndarray().reshape(-1).astype(np.int16, copy=False)
                    held.append(samples)
                    size += samples.size
                if size >= block:
                    yield np.concatenate(held)
                    held, size = [], 0
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise _not_audio(path) from error
    if held:
        yield np.concatenate(held)


def _frames(container: Any) -> Iterator[Any]:
    """Every frame that can be decoded, then None, which makes the resampler give its last samples.

    Damaged packets are passed over, as players do: one bad block must not cost the rest of a talk.
    """
    import av

    stream = container.streams.audio[0]
    for packet in container.demux(stream):
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        for frame in frames:
            frame.pts = None  # the resampler refuses time stamps that jump, which broken headers have
            yield frame
    yield None
