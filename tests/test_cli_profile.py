"""``skoropis profile`` as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from skoropis.cli.main import main
from skoropis.profile.store import profile_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    code = main(["profile", *map(str, arguments)])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.out, captured.err


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    path = tmp_path / "letters.txt"
    path.write_text("Deploy the build to staging.\nDeploy [bold] the build, Ann!\n", encoding="utf-8")
    return path


def test_learning_says_once_where_the_key_lies(capsys: pytest.CaptureFixture[str], letters: Path) -> None:
    code, out, err = run(capsys, "learn", letters)
    assert (code, out) == (0, "7 new words\n")
    assert "which only you may read" in err
    code, out, err = run(capsys, "learn", letters)
    assert (code, out, err) == (0, "0 new words\n", "")


def test_words_are_listed_found_and_shown(capsys: pytest.CaptureFixture[str], letters: Path) -> None:
    run(capsys, "learn", letters)
    code, out, _ = run(capsys, "list", "--json")
    assert json.loads(out.splitlines()[0]) == {"word": "Deploy", "count": 2, "used": True}
    code, out, err = run(capsys, "list", "STAG")
    assert "staging" in out
    assert "Deploy" not in out
    code, out, err = run(capsys, "list", "-n", "2")
    assert "5 more" in err
    code, out, _ = run(capsys, "show", "the", "--json")
    assert json.loads(out)["followers"] == {"build": 2}
    code, _, err = run(capsys, "show", "nothing")
    assert code == 2
    assert "never learned" in err


def test_an_empty_profile_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "list")
    assert (code, out) == (0, "")
    assert "nothing was learned" in err


def test_words_are_added_but_no_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "add", "Skoropis")[:2] == (0, "1 kept\n")
    assert "kept" in run(capsys, "list")[1]
    code, _, err = run(capsys, "add", "good", "hunter2")
    assert code == 2
    assert "hunter2" not in err
    assert "good" not in run(capsys, "list")[1]


def test_forgetting(capsys: pytest.CaptureFixture[str], letters: Path) -> None:
    run(capsys, "learn", letters)
    assert run(capsys, "forget", "build")[:2] == (0, "1 forgotten\n")
    code, _, err = run(capsys, "forget", "build")
    assert code == 1
    assert "build" not in err
    assert run(capsys, "forget")[0] == 2
    assert run(capsys, "forget", "--all", "word")[0] == 2
    assert run(capsys, "forget", "--all")[0] == 2, "nobody can be asked"
    assert run(capsys, "forget", "--all", "--yes")[0] == 0
    assert run(capsys, "list")[1] == ""


def test_export_and_import(capsys: pytest.CaptureFixture[str], letters: Path, tmp_path: Path) -> None:
    run(capsys, "learn", letters)
    before = run(capsys, "list", "--json")[1]
    file = tmp_path / "learned.jsonl"
    code, _, err = run(capsys, "export", file)
    assert code == 0
    assert "not encrypted" in err
    assert run(capsys, "export", file)[0] == 2, "nothing is overwritten"
    run(capsys, "forget", "--all", "--yes")
    assert run(capsys, "import", file)[:2] == (0, "7 words are added\n")
    assert run(capsys, "list", "--json")[1] == before
    assert run(capsys, "import", letters)[0] == 2


def test_where_it_is_and_that_asking_makes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(run(capsys, "where", "--json")[1])["key"] is None
    assert not profile_path().parent.exists()
    run(capsys, "add", "Skoropis")
    told = json.loads(run(capsys, "where", "--json")[1])
    assert told["key"] == "file"
    assert told["bytes"] == profile_path().stat().st_size


def test_a_passphrase_comes_from_a_terminal_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "lock")[0] == 2


def test_savings_on_ones_own_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "mine.txt"
    file.write_text("the kubelet restarts on the staging node\n" * 6, encoding="utf-8")
    code, out, _ = run(capsys, "measure", file, "--words", "21", "--json")
    assert code == 0
    told = json.loads(out)
    assert (told["learned_words"], told["lines"]) == (21, 3)
    assert told["after"]["value"] > told["before"]["value"] + 0.1
    assert not profile_path().exists(), "nothing is kept"
    code, _, err = run(capsys, "measure", file, "--words", "1000")
    assert code == 2
    assert "--words" in err


def test_a_damaged_profile_is_one_line_and_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "add", "Skoropis")
    profile_path().write_bytes(b"something else")
    code, _, err = run(capsys, "list")
    assert code == 1
    assert len(err.strip().splitlines()) == 1
    assert profile_path().read_bytes() == b"something else"
