"""What the commands do with ordinary and with odd input."""

from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
import time
import wave
from pathlib import Path
from typing import Any

import pytest

import skoropis
from skoropis.cli.main import main

ODD = {
    "emoji": "teh 🙂👩‍👩‍👧 dog 🇫🇮\n",
    "combining marks": "teh cafe\u0301, мои\u0306 дом и е\u0308лка\n",
    "mixed scripts": "teh приvет мир dog\n",
    "control characters": "teh \x00\x07\x1b[31m dog\x0b\n",
    "line ends": "teh dog\r\nteh cat\rteh cow\u2028end\n\n\n",
    "byte order mark": "\ufeffthe dog, teh cat\n",
    "right to left": "teh שלום dog\n",
    "white space": "  \t teh   dog \u00a0 \n",
    "nothing": "",
    "blank": "\n",
}


def out_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """stdout of a command that succeeds."""
    code = main(list(arguments))
    captured = capsys.readouterr()
    assert code == 0, captured.err
    return captured.out


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    """What ``--json`` prints."""
    return json.loads(out_of(capsys, *arguments, "--json"))


def piped(data: bytes, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own with ``data`` on stdin."""
    command = [sys.executable, "-m", "skoropis", *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=120)  # noqa: S603


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of(capsys, "--version") == f"skoropis {skoropis.__version__}\n"


def test_suggest_prints_one_word_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert "tomorrow" in out_of(capsys, "suggest", "I'll see you tom").splitlines()
    words = out_of(capsys, "suggest", "--limit", "5", "спас").splitlines()
    assert len(words) == 5
    assert "спасибо" in words


def test_suggest_reads_stdin_and_keeps_the_space_at_its_end(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"thank \n")))
    from_stdin = out_of(capsys, "suggest")
    assert from_stdin == out_of(capsys, "suggest", "thank ")
    assert from_stdin != out_of(capsys, "suggest", "thank")


def test_suggest_json_has_the_edit(capsys: pytest.CaptureFixture[str]) -> None:
    first = document(capsys, "suggest", "I'll see you tom")[0]
    assert first["edit"]["start"] == 13
    assert first["edit"]["end"] == 16
    assert first["kind"] == "completion"
    assert first["source"] == "skoropis.predict"
    assert first["logprob"] <= 0


def test_correct_prints_the_text_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert out_of(capsys, "correct", "I beleive you") == "I believe you\n"


def test_correct_shows_the_edits_on_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["correct", "--diff", "I beleive you"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "I believe you\n"
    assert "[-beleive-]{+believe+}" in captured.err
    assert "\x1b" not in captured.err


def test_correct_json_gives_spans_of_the_input(capsys: pytest.CaptureFixture[str]) -> None:
    text = "I beleive you"
    answer = document(capsys, "correct", text)
    assert answer["text"] == "I believe you"
    assert answer["language"] == "en"
    (edit,) = answer["edits"]
    assert text[edit["start"] : edit["end"]] == edit["before"] == "beleive"
    assert (edit["after"], edit["kind"], edit["source"]) == ("believe", "correction", "skoropis.autocorrect")


@pytest.mark.parametrize("name", ODD)
def test_correct_changes_nothing_but_the_words_it_mends(
    capsysbinary: pytest.CaptureFixture[bytes], tmp_path: Path, name: str
) -> None:
    source = ODD[name].encode()
    path = tmp_path / "text.txt"
    path.write_bytes(source)
    assert main(["correct", "--file", str(path)]) == 0
    assert capsysbinary.readouterr() == (source.replace(b"teh", b"the"), b"")
    assert path.read_bytes() == source


def test_correct_reads_stdin_to_the_byte() -> None:
    source = "I beleive you\r\nтебе\n\n".encode()
    done = piped(source, "correct")
    assert (done.stdout, done.stderr) == (source.replace(b"beleive", b"believe"), b"")


def test_correct_in_place_replaces_the_file_and_keeps_its_rights(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes("I beleive you.\r\nСпосибо!\r\n".encode())
    path.chmod(0o640)
    assert out_of(capsys, "correct", "--file", str(path), "--in-place") == ""
    assert path.read_bytes().startswith(b"I believe you.\r\n")
    assert path.read_bytes().endswith(b"!\r\n")
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["letter.txt"]


def test_correct_in_place_does_not_touch_a_file_without_typos(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("I believe you.\n")
    os.utime(path, (1_000_000, 1_000_000))
    out_of(capsys, "correct", "--file", str(path), "--in-place")
    assert path.stat().st_mtime == 1_000_000


def test_a_line_of_a_million_characters_is_corrected_in_bounded_time() -> None:
    line = ("I beleive that we should meet at the station tomorrow. " * 20_000)[:1_000_000]
    begin = time.perf_counter()
    done = piped(line.encode(), "correct")
    assert time.perf_counter() - begin < 100
    assert (done.returncode, done.stderr) == (0, b"")
    text = done.stdout.decode()
    assert text.count("believe") >= 0.99 * line.count("beleive")
    assert len(text) == len(line)


def test_a_million_letters_without_a_space_are_survived() -> None:
    begin = time.perf_counter()
    assert piped(b"x" * 1_000_000, "correct").stdout == b"x" * 1_000_000
    assert piped(b"x" * 1_000_000, "suggest").returncode == 0
    assert time.perf_counter() - begin < 60


def test_plugins_lists_ours_as_running(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.loads(line) for line in out_of(capsys, "plugins", "--json").splitlines()]
    states = {line["id"]: line["state"] for line in lines}
    assert states["skoropis.predict"] == "on"
    assert set(states.values()) == {"on"}
    table = out_of(capsys, "plugins")
    assert all(plugin in table for plugin in states)


def test_models_lists_and_verifies_each_model(capsys: pytest.CaptureFixture[str]) -> None:
    ids = [json.loads(line)["id"] for line in out_of(capsys, "models", "--json").splitlines()]
    assert {"en-general", "ru-general"} <= set(ids)
    assert out_of(capsys, "models", "verify").splitlines() == [f"{model}: whole" for model in ids]


def test_models_verify_finds_a_damaged_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "en-broken"
    folder.mkdir()
    (folder / "card.toml").write_text(
        'id = "en-broken"\nversion = "1"\nkind = "ngram"\nlanguage = "en"\ndomain = "x"\nlicence = "CC0"\n'
        'description = "For a test."\n[[files]]\nname = "data.bin"\nbytes = 4\nsha256 = "' + "0" * 64 + '"\n'
    )
    (folder / "data.bin").write_bytes(b"four")
    monkeypatch.setenv("SKOROPIS_MODELS", f"{tmp_path}{os.pathsep}{os.environ.get('SKOROPIS_MODELS', '')}")
    assert main(["models", "verify", "en-broken"]) == 1
    captured = capsys.readouterr()
    assert captured.out == "en-broken: damaged\n"
    assert "install the model again" in captured.err


def test_doctor_finds_nothing_broken_here(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "--json"])
    checks = {check["what"]: check for check in map(json.loads, capsys.readouterr().out.splitlines())}
    broken = {what for what, check in checks.items() if check["state"] == "broken"}
    if broken == {"speech"}:
        pytest.skip("no speech weights are installed")
    assert not broken
    assert code == 0
    assert {
        "Python",
        "ufal.kenlm",
        "PortAudio",
        "model en-general",
        "plugin skoropis.predict",
        "cache folder",
    } <= set(checks)


def test_doctor_names_the_remedy_for_a_folder_that_cannot_be_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SKOROPIS_STATE", str(tmp_path / "file"))
    assert main(["doctor", "--json"]) == 1
    checks = {check["what"]: check for check in map(json.loads, capsys.readouterr().out.splitlines())}
    assert checks["state folder"]["state"] == "broken"
    assert "SKOROPIS_STATE" in checks["state folder"]["remedy"]


def test_silence_is_transcribed_to_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "silence.wav"
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(2 * 16_000 * 3))
    answer = document(capsys, "transcribe", str(path))
    assert (answer["text"], answer["segments"]) == ("", [])
    assert main(["transcribe", str(path)]) == 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "no speech" in captured.err


def test_results_are_utf8_whatever_the_locale() -> None:
    command = [sys.executable, "-m", "skoropis", "correct", "Привет"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    done = subprocess.run(command, capture_output=True, env=environment, check=False)  # noqa: S603
    assert done.stdout.decode() == "Привет\n"
