"""What ``skoropis train`` refuses, and how: one line, an exit code, nothing touched; without PyTorch."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

pytest.importorskip("onnx")

from skoropis.errors import InputError, SkoropisError
from skoropis.paths import cache_dir, data_dir
from skoropis_foundry.cli.train import main
from skoropis_foundry.tuning import settings as settings_module
from skoropis_foundry.tuning.budget import parse_budget, spoken
from skoropis_foundry.tuning.work import Work, fingerprint

ROOT = Path(__file__).parents[1]
SECRET = "zebrafish"
RUSSIAN = "Сервер проверяет файл на диске, и это не то, что мы ждали от него в тот день."


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, base_models: Path) -> None:
    """A cache of its own, the small base, and no question for PyTorch."""
    monkeypatch.setenv("SKOROPIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SKOROPIS_MODELS", str(base_models))
    monkeypatch.setattr(settings_module, "_NEEDED", ())


def failed(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """Exit code and the one error line; nothing is left behind."""
    code = main(list(arguments))
    out, err = capsys.readouterr()
    errors = [line for line in err.splitlines() if line.startswith("skoropis: error: ")]
    assert len(errors) == 1, err
    assert "Traceback" not in err
    assert "bug" not in errors[0]
    assert not out
    assert not list((cache_dir() / "train").glob("*"))
    return code, errors[0]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("30m", 1800), ("1h", 3600), ("1h30m", 5400), ("0.5m", 30), (" 2M ", 120), ("1m 30s", 90)],
)
def test_a_budget_is_read(text: str, seconds: float) -> None:
    assert parse_budget(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "m", "ten minutes", "-5m", "0s", "1e9h", "5m5", "nan", "8000h"])
def test_a_budget_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--budget"):
        parse_budget(text)


def test_times_are_spoken() -> None:
    assert [spoken(s) for s in (5, 59.4, 60, 545, 5400)] == ["5 s", "59 s", "1:00 min", "9:05 min", "1:30 h"]


def test_the_command_is_an_entry_point() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["skoropis.commands"]["train"] == "skoropis_foundry.cli.train:app"


def test_the_command_imports_nothing_heavy() -> None:
    code = (
        "import sys, skoropis_foundry.cli.train; "
        "print(*{name.split('.')[0] for name in sys.modules} & {'torch', 'numpy', 'onnx', 'matplotlib'})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert not done.stdout.strip()


def test_without_the_extra_one_line_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, notes: Path
) -> None:
    monkeypatch.setattr(settings_module, "_NEEDED", ("torch_that_is_not_there",))
    code, error = failed(capsys, str(notes), "--name", "mine")
    assert code == 2
    assert "install the extra: pip install 'skoropis[train]'" in error


@pytest.mark.parametrize(
    "name", ["", ".", "..", "a/b", "../up", "a\\b", "Große", "a b", "-x", ".hidden", "x" * 65, "a\nb"]
)
def test_a_bad_name_is_refused(capsys: pytest.CaptureFixture[str], notes: Path, name: str) -> None:
    code, error = failed(capsys, str(notes), f"--name={name}")
    assert code == 2
    assert "--name" in error


def test_the_name_of_a_packaged_model_is_refused_even_to_replace(
    capsys: pytest.CaptureFixture[str], notes: Path
) -> None:
    code, error = failed(capsys, str(notes), "--name", "ru-general", "--replace")
    assert code == 2
    assert "came with the package" in error


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--language", "de", "--language"),
        ("--size", "huge", "--size"),
        ("--domain", "general", "--domain"),
        ("--domain", "auto", "--domain"),
        ("--domain", "a\x1bb", "--domain"),
        ("--base", "no-such-model", "no-such-model"),
        ("--budget", "soon", "--budget"),
    ],
)
def test_a_bad_setting_is_refused(
    capsys: pytest.CaptureFixture[str], notes: Path, option: str, value: str, told: str
) -> None:
    code, error = failed(capsys, str(notes), "--name", "mine", option, value)
    assert code in (1, 2)
    assert told in error


def test_a_name_that_is_taken_needs_replace(capsys: pytest.CaptureFixture[str], notes: Path) -> None:
    there = data_dir() / "models" / "mine"
    there.mkdir(parents=True)
    (there / "keep").write_text("as it was")
    code, error = failed(capsys, str(notes), "--name", "mine")
    assert code == 2
    assert "--replace" in error
    assert (there / "keep").read_text() == "as it was"


def test_a_folder_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, error = failed(capsys, str(tmp_path / "nowhere"), "--name", "mine")
    assert code == 2
    assert "nowhere" in error


def test_an_empty_folder_is_no_text(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    code, error = failed(capsys, str(tmp_path / "empty"), "--name", "mine")
    assert code == 2
    assert "no text" in error


def test_too_little_text_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "few").mkdir()
    (tmp_path / "few" / "a.txt").write_text(f"The {SECRET} is in the water and it is not for us.\n")
    code, error = failed(capsys, str(tmp_path / "few"), "--name", "mine", "--language", "en")
    assert code == 2
    assert "words" in error
    assert SECRET not in error


def test_text_in_another_language_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "russian"
    folder.mkdir()
    for number in range(30):
        (folder / f"{number}.txt").write_text(f"{RUSSIAN} {SECRET} {number}\n" * 3, encoding="utf-8")
    code, error = failed(capsys, str(folder), "--name", "mine", "--language", "en")
    assert code == 2
    assert "English" in error
    assert SECRET not in error


def test_a_base_of_another_language_is_refused(capsys: pytest.CaptureFixture[str], notes: Path) -> None:
    code, error = failed(capsys, str(notes), "--name", "mine", "--base", "ru-general")
    assert code == 2
    assert "ru-general is a model of 'ru'" in error


def test_a_disk_that_is_full_is_said_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, notes: Path
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    code, error = failed(capsys, str(notes), "--name", "mine")
    assert code == 1
    assert "No space left" in error
    assert not (data_dir() / "models").exists()


def test_the_work_folder_is_closed_to_others(tmp_path: Path) -> None:
    work = Work("mine", "a" * 64, root=tmp_path / "train")
    assert not work.open()
    assert work.folder.stat().st_mode & 0o777 == 0o700
    assert work.folder.parent.stat().st_mode & 0o777 == 0o700
    work.put("texts", ["confided"])
    assert (work.folder / "texts.json").stat().st_mode & 0o077 == 0
    work.close(remove=False)
    again = Work("mine", "a" * 64, root=tmp_path / "train")
    assert again.open()
    assert again.get("texts", list[str]) == ["confided"]
    again.close(remove=True)
    assert not work.folder.exists()


def test_work_on_older_texts_is_dropped_and_that_of_others_is_kept(tmp_path: Path) -> None:
    keys = {"mine": "a" * 64, "mine-too": "b" * 64}
    for name, key in keys.items():
        work = Work(name, key, root=tmp_path)
        work.open()
        work.close(remove=False)
    newer = Work("mine", "c" * 64, root=tmp_path)
    newer.open()
    newer.close(remove=False)
    assert sorted(path.name[-4:] for path in tmp_path.iterdir()) == ["bbbb", "cccc"]


def test_a_damaged_result_is_as_good_as_none(tmp_path: Path) -> None:
    work = Work("mine", "a" * 64, root=tmp_path)
    work.open()
    (work.folder / "texts.json").write_bytes(b'["half')
    assert work.get("texts", list[str]) is None
    work.close(remove=True)


def test_a_fingerprint_changes_with_texts_and_settings_alone(notes: Path) -> None:
    endings = frozenset({".txt"})
    first = fingerprint(notes, endings, ("en",))
    (notes / "picture.jpg").write_bytes(b"another")
    os.utime(notes / "00.txt")
    assert fingerprint(notes, endings, ("en",)) == first
    assert fingerprint(notes, endings, ("ru",)) != first
    (notes / "00.txt").write_text("other words\n")
    assert fingerprint(notes, endings, ("en",)) != first


def test_work_that_another_process_is_at_is_kept(tmp_path: Path) -> None:
    running = Work("mine", "a" * 64, root=tmp_path)
    running.open()
    newer = Work("mine", "c" * 64, root=tmp_path)
    newer.open()
    assert running.folder.exists()
    with pytest.raises(SkoropisError, match="another command"):
        Work("mine", "a" * 64, root=tmp_path).open()
    running.close(remove=True)
    newer.close(remove=True)
    assert not list(tmp_path.iterdir())
