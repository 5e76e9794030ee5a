"""Whatever goes wrong is one line that says what to do, and an exit code; no file is ever lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from skoropis.cli import main as cli
from skoropis.cli import suggest as suggest_command

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< >>\n%%EOF\n"
CONFIDED = "zebrafish"
SHOUT = """
import typer
print("imported")
app = typer.Typer()
@app.command()
def shout(text: str):
    print(text.upper())
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command run in this process."""
    code = cli.main(list(arguments))
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.out, captured.err


def one_error(err: str) -> str:
    """The one line of an error."""
    lines = [line for line in err.splitlines() if line.startswith("skoropis: error: ")]
    assert len(lines) == 1, err
    return lines[0]


@pytest.mark.parametrize(
    "command", [["correct", "--file"], ["bench", "dictation", "--audio"], ["transcribe"]]
)
def test_a_missing_file_is_named(capsys: pytest.CaptureFixture[str], command: list[str]) -> None:
    code, out, err = run(capsys, *command, "no/such/thing")
    assert code in (1, 2)
    assert not out
    assert "no/such/thing" in one_error(err)


def test_a_folder_is_not_a_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, _, err = run(capsys, "correct", "--file", str(tmp_path))
    assert code == 2
    assert "folder" in one_error(err)


def test_a_pdf_given_as_a_recording_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "talk.flac"
    path.write_bytes(PDF)
    code, out, err = run(capsys, "transcribe", str(path))
    assert (code, out) == (1, "")
    assert "talk.flac" in one_error(err)


def test_an_empty_recording_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "empty.wav"
    path.touch()
    code, out, err = run(capsys, "transcribe", str(path))
    assert (code, out) == (1, "")
    assert "empty.wav" in one_error(err)


def test_a_bad_recording_does_not_keep_the_others_from_being_tried(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    first, second = tmp_path / "a.wav", tmp_path / "b.wav"
    first.write_bytes(PDF)
    second.touch()
    code, _, err = run(capsys, "transcribe", str(first), str(second))
    assert code == 1
    assert "a.wav" in err
    assert "b.wav" in err


def test_text_that_is_not_utf8_is_refused_and_left_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "cp1251.txt"
    path.write_bytes(b"fine\n" + "привет".encode("cp1251"))
    before = path.read_bytes()
    code, out, err = run(capsys, "correct", "--file", str(path), "--in-place")
    assert (code, out) == (2, "")
    message = one_error(err)
    assert "offset 5" in message
    assert "line 2" in message
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["cp1251.txt"]


def test_an_argument_that_is_not_utf8_is_refused() -> None:
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-m", "skoropis", "suggest", b"\xff\xfe"], capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b"not UTF-8" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--nope"],
        ["nope"],
        ["suggest", "--limit", "x", "a"],
        ["suggest", "--limit", "0", "a"],
        ["transcribe"],
    ],
    ids=" ".join,
)
def test_a_wrong_call_points_to_the_help(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    code, out, err = run(capsys, *arguments)
    assert (code, out) == (2, "")
    assert "--help" in one_error(err)


def test_options_that_exclude_each_other_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert "--in-place needs --file" in one_error(run(capsys, "correct", "--in-place", "x")[2])
    assert "not both" in one_error(run(capsys, "correct", "x", "--file", str(tmp_path / "x"))[2])


def test_a_language_without_a_model_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "suggest", "--language", "xx", "hello ")
    assert code == 2
    assert "'xx'" in one_error(err)


def test_an_unknown_plugin_is_refused_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    for action in ("trust", "reset"):
        code, _, err = run(capsys, "plugins", action, "acme.nothing")
        assert code == 2
        assert "skoropis.predict" in one_error(err)
    assert run(capsys, "plugins", "untrust", "acme.nothing")[0] == 2


def broken(*_: object, **__: object) -> None:
    raise ValueError(CONFIDED)


def test_a_bug_is_one_line_without_the_users_text(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(suggest_command, "opened", broken)
    code, _, err = run(capsys, "suggest", "hello")
    assert code == 1
    assert "ValueError" in one_error(err)
    assert CONFIDED not in err
    assert "SKOROPIS_DEBUG=1" in err


@pytest.mark.parametrize("how", ["option", "variable"])
def test_debug_shows_the_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(suggest_command, "opened", broken)
    if how == "variable":
        monkeypatch.setenv("SKOROPIS_DEBUG", "1")
    assert cli.main([*(["--debug"] if how == "option" else []), "suggest", "hello"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "skoropis", "correct", "--no-diff"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdout.close()
    process.stdin.write(b"word " * 30_000)
    process.stdin.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    assert process.wait() != 0


def test_ctrl_c_ends_quietly() -> None:
    code = (
        # A background job of a shell is told to ignore it.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from skoropis.cli.main import main; print('ready', flush=True); exit(main(['suggest']))"
    )
    process = subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(1.0)  # it now waits for its input
    os.kill(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err


def test_help_comes_at_once_and_runs_nobodys_code(tmp_path: Path) -> None:
    metadata = tmp_path / "acme-1.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1\n")
    (metadata / "entry_points.txt").write_text("[skoropis.commands]\nshout = acme_shout:app\n")
    (tmp_path / "acme_shout.py").write_text(SHOUT)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "skoropis", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603

    begin = time.perf_counter()
    shown = call("--help")
    assert time.perf_counter() - begin < 3.0
    assert "shout" in shown.stdout
    assert "(from acme)" in shown.stdout
    assert "imported" not in shown.stdout
    assert call("shout", "hey").stdout == "imported\nHEY\n"
    (tmp_path / "acme_shout.py").write_text("raise RuntimeError('secret')\n")
    failed = call("shout", "hey")
    assert failed.returncode == 2
    assert "cannot be loaded: RuntimeError" in failed.stderr
    assert "secret" not in failed.stderr
