"""The front end plays a file to a session."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest

from skoropis.api import AudioError, Event, Frontend, Heard
from skoropis_dictation.frontend import FileFrontend


class Listener:
    def __init__(self) -> None:
        self.heard: list[Heard] = []

    def handle(self, body: object) -> tuple[Event, ...]:
        assert isinstance(body, Heard)
        self.heard.append(body)
        return ()


def test_it_is_a_front_end() -> None:
    assert isinstance(FileFrontend(), Frontend)


def test_silence_sends_nothing(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "silence.wav"), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(2 * 16_000 * 10))
    session = Listener()
    FileFrontend().run(session, str(tmp_path / "silence.wav"))
    assert session.heard == []


def test_a_missing_file_reaches_the_caller_as_an_audio_error(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match="does not exist"):
        FileFrontend().run(Listener(), str(tmp_path / "none.wav"))
