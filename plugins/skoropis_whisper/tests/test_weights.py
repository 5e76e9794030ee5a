"""Weights are found in the promised order, joined once, and never used damaged."""

from __future__ import annotations

import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from skoropis.api import ChecksumError, ModelError
from skoropis_whisper import weights

CONTENT = {
    "model.bin": [b"first half, ", b"second half"],
    "config.json": [b"{}"],
    "tokenizer.json": [b"[1]"],
    "vocabulary.json": [b"[2]"],
}


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[Path, ...]]:
    """Small stand-ins for the weight packages' files, pinned like the real ones."""
    folder = tmp_path / "packages"
    folder.mkdir()
    made: dict[str, tuple[Path, ...]] = {}
    pinned: dict[str, tuple[int, str]] = {}
    for name, parts in CONTENT.items():
        paths = []
        for number, part in enumerate(parts):
            path = folder / f"{name}.{number}"
            path.write_bytes(part)
            paths.append(path)
        made[name] = tuple(paths)
        whole = b"".join(parts)
        pinned[name] = (len(whole), hashlib.sha256(whole).hexdigest())
    monkeypatch.setattr(weights, "PINNED", pinned)
    return made


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKOROPIS_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("SKOROPIS_WHISPER", raising=False)
    monkeypatch.setattr(weights, "_packaged", lambda: None)

    def unreachable(name: str, local_files_only: bool = False) -> str:
        raise ConnectionError("no route")

    monkeypatch.setattr("faster_whisper.download_model", unreachable)


def test_parts_are_joined_into_whole_files(sources: dict[str, tuple[Path, ...]], tmp_path: Path) -> None:
    target = weights.joined(sources, tmp_path / "cache" / "model")
    assert (target / "model.bin").read_bytes() == b"first half, second half"
    assert [path.name for path in target.parent.iterdir()] == ["model"], "no drafts are left behind"


def test_a_finished_copy_is_not_written_again(sources: dict[str, tuple[Path, ...]], tmp_path: Path) -> None:
    target = weights.joined(sources, tmp_path / "model")
    before = (target / "model.bin").stat().st_ino
    weights.joined(sources, tmp_path / "model")
    assert (target / "model.bin").stat().st_ino == before


def test_processes_that_join_at_the_same_time_do_not_disturb_each_other(
    sources: dict[str, tuple[Path, ...]], tmp_path: Path
) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: weights.joined(sources, tmp_path / "cache" / "model"), range(16)))
    assert set(found) == {tmp_path / "cache" / "model"}
    assert (found[0] / "model.bin").read_bytes() == b"first half, second half"
    assert [path.name for path in found[0].parent.iterdir()] == ["model"]


@pytest.mark.parametrize("damage", [b"first half, SECOND half", b"first", b""])
def test_a_damaged_copy_is_made_anew(
    sources: dict[str, tuple[Path, ...]], tmp_path: Path, damage: bytes
) -> None:
    target = weights.joined(sources, tmp_path / "model")
    before = (target / "model.bin").stat().st_mtime_ns
    (target / "model.bin").write_bytes(damage)
    os.utime(target / "model.bin", ns=(before + 1_000_000, before + 1_000_000))
    weights.joined(sources, tmp_path / "model")
    assert (target / "model.bin").read_bytes() == b"first half, second half"


def test_a_copy_without_its_stamp_is_made_anew(
    sources: dict[str, tuple[Path, ...]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SKOROPIS_CACHE", str(tmp_path))
    target = weights.joined(sources, tmp_path / "model")
    assert weights.discard(target)
    assert not weights.discard(target), "there is nothing left to distrust"
    assert (weights.joined(sources, tmp_path / "model") / weights.STAMP).is_file()


def test_damaged_packages_are_refused_and_leave_nothing(
    sources: dict[str, tuple[Path, ...]], tmp_path: Path
) -> None:
    sources["model.bin"][1].write_bytes(b"SECOND half")
    with pytest.raises(ChecksumError, match="install them again"):
        weights.joined(sources, tmp_path / "cache" / "model")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_cache_that_cannot_be_written_says_so(sources: dict[str, tuple[Path, ...]], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(ModelError, match="SKOROPIS_CACHE"):
        weights.joined(sources, tmp_path / "file" / "model")


@pytest.mark.usefixtures("nothing_installed")
def test_without_any_source_the_error_names_the_three_ways() -> None:
    with pytest.raises(ModelError) as caught:
        weights.locate()
    message = str(caught.value)
    assert "skoropis[whisper-base]" in message
    assert "SKOROPIS_WHISPER" in message
    assert "hub" in message
    assert len(message.splitlines()) < 24


@pytest.mark.usefixtures("nothing_installed")
def test_offline_no_download_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    def ask(name: str, local_files_only: bool = False) -> str:
        asked.append(local_files_only)
        raise FileNotFoundError

    monkeypatch.setattr("faster_whisper.download_model", ask)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError):
        weights.locate()
    assert asked == [True], "only the hub's local cache may be looked at"


@pytest.mark.usefixtures("nothing_installed")
def test_the_hub_comes_last_and_its_folder_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("faster_whisper.download_model", lambda name, local_files_only=False: str(tmp_path))
    assert weights.locate() == tmp_path


@pytest.mark.usefixtures("nothing_installed")
def test_a_named_folder_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CONTENT:
        (tmp_path / name).write_bytes(b"x")
    assert weights.locate({"model": str(tmp_path)}) == tmp_path
    monkeypatch.setenv("SKOROPIS_WHISPER", str(tmp_path))
    assert weights.locate() == tmp_path


@pytest.mark.usefixtures("nothing_installed")
def test_a_folder_that_holds_no_model_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"x")
    with pytest.raises(ModelError, match=r"config\.json, tokenizer\.json, vocabulary\.json missing"):
        weights.locate({"model": str(tmp_path)})


@pytest.mark.usefixtures("nothing_installed")
def test_a_name_that_is_no_model_is_refused() -> None:
    with pytest.raises(ModelError, match="neither a folder nor a model's name"):
        weights.locate({"model": "/no/such/folder"})
