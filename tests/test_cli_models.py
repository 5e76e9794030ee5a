"""``skoropis models``: list, add, remove, verify, as a user calls them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

import skoropis_models
from skoropis.cli.main import main
from skoropis.models import staging
from skoropis.models.sources import installed_root

SHIPPED = Path(skoropis_models.__file__).parent
CARD = """
id = "{name}"
version = "{version}"
kind = "ngram"
language = "en"
domain = "{domain}"
licence = "CC0-1.0"
description = "Of [bold]hearts[/] and [/more]"
{more}
[[files]]
name = "weights.bin"
bytes = 2000000
sha256 = "{digest}"
"""


def model(
    root: Path, name: str = "en-cardio", version: str = "1", domain: str = "cardio", more: str = ""
) -> Path:
    folder = root / name
    folder.mkdir(parents=True, exist_ok=True)
    data = version.encode() * 2_000_000
    digest = hashlib.sha256(data).hexdigest()
    (folder / "weights.bin").write_bytes(data)
    card = CARD.format(name=name, version=version, domain=domain, more=more, digest=digest)
    (folder / "card.toml").write_text(card)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, stdout and stderr."""
    code = main(["models", *map(str, arguments)])
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return code, captured.out, captured.err


def listed(capsys: pytest.CaptureFixture[str]) -> dict[str, dict[str, Any]]:
    code, out, _ = run(capsys, "list", "--json")
    assert code == 0
    return {line["id"]: line for line in map(json.loads, out.splitlines())}


def test_the_list_says_size_and_origin_with_and_without_its_name(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "add", model(tmp_path))
    model(tmp_path / "named", "en-named", domain="named")
    monkeypatch.setenv("SKOROPIS_MODELS", str(tmp_path / "named"))

    found = listed(capsys)
    origins = {name: line["origin"] for name, line in found.items()}
    assert origins["en-cardio"] == "installed"
    assert origins["en-named"] == "SKOROPIS_MODELS"
    assert origins["en-general"] == origins["ru-general"] == "package"
    assert found["en-cardio"]["bytes"] == 2_000_000
    assert found["en-cardio"]["folder"] == str(installed_root() / "en-cardio")
    assert found["en-general"]["metrics"]

    code, out, err = run(capsys)
    assert (code, err) == (0, "")
    rows = {line.split()[0]: line for line in out.split("\n\n")[0].splitlines()}
    assert "2.0 MB" in rows["en-cardio"] and "you added it" in rows["en-cardio"]
    assert "SKOROPIS_MODELS" in rows["en-named"]
    assert "the package" in rows["en-general"]
    assert "Of [bold]hearts[/] and [/more]" in out, "a description is text, not markup"
    assert run(capsys, "list") == (0, out, "")
    assert run(capsys, "--json")[1].count("\n") == len(found)


def test_the_list_removes_what_a_killed_command_left(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run(capsys, "add", model(tmp_path))
    left = staging.make(installed_root(), "en-cardio")
    shutil.copy(tmp_path / "en-cardio" / "card.toml", left)
    assert listed(capsys)["en-cardio"]["folder"] == str(installed_root() / "en-cardio")
    assert not left.exists()


def test_adding_replacing_verifying_and_removing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = model(tmp_path)
    target = installed_root() / "en-cardio"
    assert run(capsys, "add", folder) == (0, f"en-cardio 1 is installed: {target}\n", "")

    code, out, err = run(capsys, "add", model(tmp_path, version="2"))
    assert (code, out) == (2, "")
    assert err.startswith("skoropis: error: en-cardio 1 is there already") and "--replace" in err
    code, out, _ = run(capsys, "add", folder, "--replace", "--json")
    expected = {"id": "en-cardio", "version": "2", "folder": str(target), "bytes": 2_000_000, "replaced": "1"}
    assert json.loads(out) == expected

    assert run(capsys, "verify", "en-cardio") == (0, "en-cardio: whole\n", "")
    (target / "weights.bin").write_bytes(b"2")
    code, out, err = run(capsys, "verify", "en-cardio", "--json")
    assert code == 1
    assert json.loads(out)["ok"] is False

    code, out, _ = run(capsys, "remove", "en-cardio", "--yes", "--json")
    assert json.loads(out) == {"id": "en-cardio", "folder": str(target), "removed": True}
    assert not target.exists()
    assert "en-cardio" not in listed(capsys)


def test_a_shipped_model_can_be_packed_added_and_used(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    archive = shutil.make_archive(str(tmp_path / "en"), "zip", SHIPPED, "en-general")
    assert run(capsys, "add", archive)[0] == 2, "the id is taken by the package"
    code, out, err = run(capsys, "add", archive, "--replace")
    assert (code, err) == (0, "")
    assert "in place of" in out
    assert listed(capsys)["en-general"]["origin"] == "installed"
    assert main(["suggest", "I'll see you tom", "--language", "en"]) == 0
    assert "tomorrow" in capsys.readouterr().out

    code, out, err = run(capsys, "remove", "en-general", "-y")
    assert out == "en-general is removed\n"
    assert "of the package is used again" in err
    assert listed(capsys)["en-general"]["origin"] == "package"


def test_what_a_new_model_changes_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, _, err = run(capsys, "add", model(tmp_path, "en-mine", domain="general"))
    assert err == "skoropis: note: en-mine is used for en general from now on, no longer en-general\n"

    model(tmp_path / "named", "en-cardio")
    monkeypatch.setenv("SKOROPIS_MODELS", str(tmp_path / "named"))
    _, _, err = run(capsys, "add", model(tmp_path, "en-cardio"), "--replace")
    assert err == f"skoropis: note: en-cardio of SKOROPIS_MODELS comes first: {tmp_path}/named/en-cardio\n"


def test_removing_asks_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "add", model(tmp_path))

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    code, out, err = run(capsys, "remove", "en-cardio")
    assert (code, out) == (2, "") and "give --yes" in err
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    code, out, err = run(capsys, "remove", "en-cardio")
    assert (code, out.strip()) == (130, "") and "Remove en-cardio" in err
    assert "en-cardio" in listed(capsys)
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    code, out, _ = run(capsys, "remove", "en-cardio")
    assert (code, out.strip()) == (0, "en-cardio is removed")
    assert "en-cardio" not in listed(capsys)


@pytest.mark.parametrize("model_id", ["en-general", "no-such-model"])
def test_what_is_not_the_users_is_not_removed(capsys: pytest.CaptureFixture[str], model_id: str) -> None:
    code, out, err = run(capsys, "remove", model_id, "--yes")
    assert code in (1, 2)
    assert out == ""
    assert model_id in err
    assert err.count("\n") == 1
    assert "en-general" in listed(capsys)


def test_a_bad_source_is_one_line_and_changes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    before = listed(capsys)
    (tmp_path / "half.zip").write_bytes(b"PK\x03\x04 and then nothing")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.writestr("photo.jpg", b"")
    for source in ("half.zip", "photos.zip", "nothing.zip", "."):
        code, out, err = run(capsys, "add", tmp_path / source)
        assert code in (1, 2)
        assert out == ""
        assert err.startswith("skoropis: error: ")
        assert err.count("\n") == 1
    assert listed(capsys) == before
    assert not [path for path in installed_root().glob("*") if path.name != ".lock"]


def test_doctor_says_how_to_mend_a_model_that_the_user_added(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from skoropis.cli.checks import models

    run(capsys, "add", model(tmp_path))
    (installed_root() / "en-cardio" / "weights.bin").write_bytes(b"")
    broken = [check for check in models() if check.state == "broken"]
    assert [check.what for check in broken] == ["model en-cardio"]
    assert broken[0].remedy.startswith("skoropis models remove en-cardio")


def test_a_bad_budget_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(os.environ, "SKOROPIS_MODEL_BUDGET_MB", "much")
    code, out, err = run(capsys)
    assert (code, out) == (2, "")
    assert "SKOROPIS_MODEL_BUDGET_MB" in err and err.count("\n") == 1
