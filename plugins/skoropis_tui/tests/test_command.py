"""The command itself: what it refuses, and that a text outlives its screen."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skoropis.cli.main import main
from skoropis.errors import SkoropisError
from skoropis_tui import command
from skoropis_tui.textfile import TextFile

RUN = "import sys; from skoropis.cli.main import app; from skoropis_tui.command import type_, EXAMPLES; "
RUN += "from skoropis.cli import main; app.command('type', epilog=EXAMPLES)(type_); sys.exit(main.main())"


def test_without_a_terminal_there_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SkoropisError, match="needs a terminal"):
        command.app([], standalone_mode=False)
    assert capsys.readouterr().out == ""


def test_without_colours_there_is_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.delenv("COLORTERM", raising=False)
    with pytest.raises(SkoropisError, match=r"a terminal with colours \(TERM is dumb\)"):
        command.app([], standalone_mode=False)


@pytest.mark.parametrize(
    ("option", "value"), [("--policy", "wild"), ("--language", "fr"), ("--domain", "alchemy")]
)
def test_a_wrong_choice_names_the_right_ones(
    option: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_check_terminal", lambda: None)
    with pytest.raises(SkoropisError, match=value):
        command.app([option, value], standalone_mode=False)


def test_a_text_whose_screen_broke_is_kept_with_private_permissions(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command._rescue("")
    assert capsys.readouterr().err == ""
    command._rescue("what I wrote\n")
    told = capsys.readouterr().err
    path = Path(told.rpartition("kept in ")[2].strip())
    assert path.read_text() == "what I wrote\n"
    assert path.stat().st_mode & 0o077 == 0
    assert "what I wrote" not in told


def test_a_file_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    written: list[tuple[Path, bytes]] = []
    file = TextFile(tmp_path / "new.txt", lambda path, data: written.append((path, data)))
    assert file.load() == ""
    file.save("one\ntwo")
    assert written == [(tmp_path / "new.txt", b"one\ntwo")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_real_terminal_from_start_to_end(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    with Terminal("--file", str(path)) as terminal:
        terminal.wait_for("keystrokes saved")
        terminal.send("I bougth the")
        terminal.wait_for("bought")
        terminal.send("\x13")  # Ctrl+S
        terminal.wait_until(path.exists)
        terminal.send("\x11")  # Ctrl+Q
        assert terminal.ended() == 0
    assert path.read_text() == "I bought the"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_that_is_closed_leaves_the_text_behind(tmp_path: Path) -> None:
    with Terminal() as terminal:
        terminal.wait_for("keystrokes saved")
        terminal.send("precious")
        terminal.wait_for("precious")
        terminal.process.send_signal(signal.SIGHUP)
        terminal.ended()
    (kept,) = Path(os.environ["SKOROPIS_STATE"]).glob("unsaved-*.txt")
    assert kept.read_text() == "precious"


class Terminal:
    """``skoropis type`` in a pseudo-terminal of 80 by 24."""

    def __init__(self, *arguments: str) -> None:
        import fcntl
        import pty
        import struct
        import termios

        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-c", RUN, "type", *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env={**os.environ, "TERM": "xterm-256color"},
            start_new_session=True,
        )
        os.close(theirs)
        self.shown = ""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(10)
        os.close(self._ours)

    def send(self, keys: str) -> None:
        os.write(self._ours, keys.encode())

    def wait_for(self, text: str) -> None:
        self.wait_until(lambda: text in self.shown)

    def wait_until(self, done: object, seconds: float = 60) -> None:
        end = time.monotonic() + seconds
        while not done():  # type: ignore[operator]
            assert time.monotonic() < end, "nothing happened"
            self._read(0.1)

    def ended(self) -> int:
        self.wait_until(lambda: self.process.poll() is not None)
        return int(self.process.returncode)

    def _read(self, seconds: float) -> None:
        if select.select([self._ours], [], [], seconds)[0]:
            try:
                self.shown += os.read(self._ours, 65536).decode(errors="replace")
            except OSError:  # the other end is closed
                time.sleep(seconds)


def test_the_exit_code_says_that_the_command_was_not_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["type"]) == 2
