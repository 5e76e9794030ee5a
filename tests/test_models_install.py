"""Adding and removing models: only what is whole and honest comes in, and nothing is lost on the way."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import zipfile
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from skoropis.errors import ChecksumError, InputError, ModelError, SkoropisError
from skoropis.models import host as host_module
from skoropis.models import install, staging
from skoropis.models.host import ModelHost
from skoropis.models.install import add, remove, tidy
from skoropis.models.sources import installed_root

CARD = """
id = "{name}"
version = "{version}"
kind = "{kind}"
language = "en"
domain = "cardio"
licence = "CC0-1.0"
description = "for tests"
{more}
"""
FILE = """
[[files]]
name = "{name}"
bytes = {size}
sha256 = "{digest}"
"""
NAME = "en-cardio"


@pytest.fixture(autouse=True)
def toy_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(host_module._LOADERS, "toy", ("nowhere", "Toy"))
    monkeypatch.setattr("skoropis.models.sources.packaged_roots", lambda: ())


def model(
    root: Path, name: str = NAME, version: str = "1", *, kind: str = "toy", more: str = "", **files: bytes
) -> Path:
    """A model folder; files are named with "_" for "."."""
    folder = root / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    card = CARD.format(name=name, version=version, kind=kind, more=more)
    for key, data in (files or {"weights_bin": f"weights {version}".encode() * 100}).items():
        digest = hashlib.sha256(data).hexdigest()
        (folder / key.replace("_", ".")).write_bytes(data)
        card += FILE.format(name=key.replace("_", "."), size=len(data), digest=digest)
    (folder / "card.toml").write_text(card)
    return folder


def zipped(folder: Path, top: str | None = None) -> Path:
    target = folder.parent / f"{folder.name}.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, f"{folder.name if top is None else top}/{path.name}".lstrip("/"))
    return target


def tarred(folder: Path, top: str | None = None) -> Path:
    target = folder.parent / f"{folder.name}.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, folder.name if top is None else top)
    return target


PACKED: dict[str, Callable[[Path], Path]] = {
    "folder": lambda folder: folder,
    "zip": zipped,
    "flat zip": lambda folder: zipped(folder, ""),
    "tar.gz": tarred,
    "flat tar.gz": lambda folder: tarred(folder, "."),
}


def installed() -> dict[str, str]:
    """Models that are installed and whole, with their versions; nothing else may lie beside them."""
    tidy()
    host = ModelHost()
    assert not host.problems()
    for card in host.cards():
        host.verify(card.id)
    root = installed_root()
    there = {path.name for path in root.iterdir()} - {".lock"} if root.exists() else set()
    assert there == {card.id for card in host.cards()}
    return {card.id: card.version for card in host.cards()}


@pytest.mark.parametrize("form", PACKED)
def test_a_model_is_installed_replaced_and_removed(tmp_path: Path, form: str) -> None:
    folder = model(tmp_path)
    (folder / "CARD.md").write_text("# For people")
    (folder / "training.log").write_text("not a part of the model")
    added = add(PACKED[form](folder))
    assert (added.id, added.version, added.bytes, added.replaced) == (NAME, "1", 900, None)
    assert added.folder == installed_root() / NAME
    assert installed() == {NAME: "1"}
    assert sorted(path.name for path in added.folder.iterdir()) == ["CARD.md", "card.toml", "weights.bin"]

    newer = PACKED[form](model(tmp_path, version="2"))
    with pytest.raises(InputError, match="--replace"):
        add(newer)
    assert installed() == {NAME: "1"}
    assert add(newer, replace=True).replaced == "1"
    assert installed() == {NAME: "2"}
    assert sorted(path.name for path in added.folder.iterdir()) == ["card.toml", "weights.bin"]

    assert remove(NAME) == added.folder
    assert installed() == {}
    with pytest.raises(ModelError, match="is installed"):
        remove(NAME)


def test_an_installed_model_can_be_its_own_source(tmp_path: Path) -> None:
    folder = add(model(tmp_path)).folder
    add(folder, replace=True)
    assert installed() == {NAME: "1"}


def test_a_running_host_takes_an_installed_model_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Toy:
        def __init__(self, folder: Path) -> None:
            self.folder = folder
            self.said = (folder / "weights.bin").read_bytes()[:9].decode()

        load: Any = classmethod(lambda cls, folder: cls(folder))

    monkeypatch.setattr(host_module, "import_module", lambda name: type("module", (), {"Toy": Toy}))
    add(model(tmp_path))
    host = ModelHost()
    handle: Any = host.load(NAME)
    add(model(tmp_path, version="2"), replace=True)
    assert handle.said == "weights 1"
    assert host.refresh() == (NAME,)
    assert handle.said == "weights 2"


# What is refused


def other(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return path


def with_member(path: Path, name: str, data: bytes = b"x", mode: int = stat.S_IFREG | 0o644) -> Path:
    """Add a member to a zip file as it is."""
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo(name)
        info.external_attr = mode << 16
        archive.writestr(info, data)
    return path


def tar_with(folder: Path, name: str, kind: bytes, link: str = "") -> Path:
    """A tar file of the model with one more member."""
    target = folder.parent / "more.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, folder.name)
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, link
        archive.addfile(info)
    return target


def edited(folder: Path, old: str, new: str) -> Path:
    card = folder / "card.toml"
    text = card.read_text()
    assert old in text
    card.write_text(text.replace(old, new))
    return folder


def appended(folder: Path, data: bytes) -> Path:
    with (folder / "weights.bin").open("ab") as file:
        file.write(data)
    return folder


def linked(folder: Path) -> Path:
    weights = folder / "weights.bin"
    weights.rename(folder.parent / "elsewhere.bin")
    weights.symlink_to(folder.parent / "elsewhere.bin")
    return folder


def card_alone(root: Path, more: str) -> Path:
    card = CARD.format(name=NAME, version="1", kind="toy", more=more)
    return other(root, "card.toml", card.encode()).parent


def encrypted(path: Path) -> Path:
    """A zip file that says of its members that they are encrypted."""
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = data.find(mark)
        while start >= 0:
            data[start + at] |= 1
            start = data.find(mark, start + 4)
    path.write_bytes(data)
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "nothing": (lambda root: root / "nothing.zip", "no file or folder"),
    "another file": (lambda root: other(root, "a.pdf", b"%PDF"), "neither a model folder nor"),
    "an empty folder": (lambda root: root, "there is no card.toml"),
    "another zip": (lambda root: with_member(root / "a.zip", "photo.jpg"), "there is no card.toml"),
    "no zip": (lambda root: other(root, "a.zip", b"%PDF-1.7 and so on"), "truncated, damaged or no such"),
    "no tar": (lambda root: other(root, "a.tar.gz", b"%PDF-1.7 and so on"), "truncated, damaged or no such"),
    "gzip but no tar": (lambda root: other(root, "a.tgz", gzip.compress(b"%PDF" * 999)), "no such archive"),
    "an empty tar": (lambda root: other(root, "a.tgz", gzip.compress(bytes(10240))), "there is no card.toml"),
    "half a zip": (lambda root: cut(zipped(model(root))), "truncated, damaged or no such"),
    "half a tar": (lambda root: cut(tarred(model(root))), "truncated, damaged or no such"),
    "an encrypted zip": (lambda root: encrypted(zipped(model(root))), "encrypted"),
    "no card": (lambda root: edited(model(root), 'id = "', 'idea = "'), "not a model card"),
    "another kind": (lambda root: model(root, kind="oracle"), "kind 'oracle', which this version cannot run"),
    "a missing base": (lambda root: model(root, more='base = "en-base"'), "needs en-base, which is"),
    "an id with a path": (lambda root: edited(model(root), NAME, "../../x"), "id is made of small letters"),
    "a hidden id": (lambda root: edited(model(root), f'"{NAME}"', '".x"'), "id is made of small letters"),
    "an escape sequence": (lambda root: edited(model(root), "for tests", "\\u001b[31m"), "cannot be shown"),
    "an escape sequence in a figure": (
        lambda root: model(
            root, more='metrics = [{name = "\\u001b", set = "", split = "", value = 1, unit = ""}]'
        ),
        "cannot be shown",
    ),
    "a path in the card": (lambda root: edited(model(root), "weights.bin", "../w.bin"), "outside its folder"),
    "the card in the card": (lambda root: model(root, card_toml=b"x", a_bin=b"y"), "or itself"),
    "a file twice": (lambda root: edited(model(root, a_bin=b"1", b_bin=b"1"), "a.bin", "B.bin"), "twice"),
    "no files": (lambda root: card_alone(root, more="files = []"), "lists no files"),
    "a negative size": (lambda root: edited(model(root), "bytes = 9", "bytes = -9"), "odd name or size"),
    "another sha256": (lambda root: edited(model(root), 'sha256 = "', 'sha256 = "0'), "is damaged"),
    "a longer file": (lambda root: appended(model(root), b"!"), "longer than its card says"),
    "a shorter file": (lambda root: edited(model(root), "bytes = 900", "bytes = 901"), "shorter than"),
    "a lacking file": (lambda root: edited(model(root), "weights.bin", "other.bin"), r"lacks other\.bin"),
    "a link": (lambda root: linked(model(root)), "is a link"),
    "a link in a tar": (lambda root: tarred(linked(model(root))), "holds a link"),
    "a hard link in a tar": (
        lambda root: tar_with(model(root), f"{NAME}/x", tarfile.LNKTYPE, "/etc/passwd"), "holds a link",
    ),
    "a sparse file in a tar": (
        lambda root: tar_with(model(root), f"{NAME}/x", tarfile.GNUTYPE_SPARSE), "or a device",
    ),
    "a pipe in a tar": (lambda root: tar_with(model(root), f"{NAME}/x", tarfile.FIFOTYPE), "or a device"),
    "a link in a zip": (
        lambda root: with_member(zipped(model(root)), "x", b"/etc/passwd", stat.S_IFLNK), "holds a link",
    ),
    "a path up in a tar": (
        lambda root: tar_with(model(root), f"{NAME}/../../x", tarfile.REGTYPE), "leads outside",
    ),
    "an absolute path in a tar": (lambda root: tar_with(model(root), "/x", tarfile.REGTYPE), "leads outside"),
    "a path up in a zip": (lambda root: with_member(zipped(model(root)), "../x"), "leads outside"),
    "an absolute path in a zip": (lambda root: with_member(zipped(model(root)), "/x"), "leads outside"),
    "a drive in a zip": (lambda root: with_member(zipped(model(root)), "C:x"), "leads outside"),
    "a backslash in a zip": (lambda root: with_member(zipped(model(root)), "a\\..\\x"), "leads outside"),
    "two models": (lambda root: with_member(zipped(model(root)), "b/card.toml"), "several models"),
    "a file twice in a tar": (
        lambda root: tar_with(model(root), f"{NAME}/weights.bin", tarfile.REGTYPE), "two files of one name",
    ),
    "a card too deep": (lambda root: zipped(model(root), "a/b"), "too deep"),
    "a card too long": (lambda root: edited(model(root), "for tests", "long" * 300_000), "too long for"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_what_is_no_whole_and_honest_model_is_refused_in_one_line(tmp_path: Path, case: str) -> None:
    add(model(tmp_path / "old", "en-old"))
    (tmp_path / "new").mkdir()
    make, message = BAD[case]
    with pytest.raises(SkoropisError, match=message) as caught:
        add(make(tmp_path / "new"), replace=True)
    assert isinstance(caught.value, InputError | ModelError)
    assert "\n" not in str(caught.value)
    assert installed() == {"en-old": "1"}
    assert not (tmp_path / "x").exists()


def test_a_damaged_file_in_an_archive_is_found(tmp_path: Path) -> None:
    path = tmp_path / "stored.zip"
    folder = model(tmp_path)
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.write(file, file.name)
    path.write_bytes(path.read_bytes().replace(b"weights 1weights", b"weights 2weights", 1))
    with pytest.raises(ModelError, match="damaged"):
        add(path)
    with pytest.raises(ChecksumError, match=r"weights\.bin is damaged"):
        add(edited(model(tmp_path), 'sha256 = "', 'sha256 = "f'))
    assert installed() == {}


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_an_archive_that_would_fill_the_disk_is_stopped(tmp_path: Path, form: str) -> None:
    size = 70 << 20
    folder = model(tmp_path, zeros_bin=bytes(size))
    path = PACKED[form](folder)
    assert path.stat().st_size < size // 500
    with pytest.raises(ModelError, match="far more than its size"):
        add(path)
    assert installed() == {}


def test_an_archive_whose_other_members_would_fill_the_memory_is_stopped(tmp_path: Path) -> None:
    folder = model(tmp_path)
    path = tmp_path / "bomb.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("zeros")
        info.size = 70 << 20
        archive.addfile(info, io.BytesIO(bytes(info.size)))
        archive.add(folder, NAME)
    with pytest.raises(ModelError, match="far more than its size"):
        add(path)


@pytest.mark.parametrize("form", ["zip", "tar.gz"])
def test_an_archive_of_very_many_files_is_refused(tmp_path: Path, form: str) -> None:
    folder = model(tmp_path)
    for number in range(1000):
        (folder / f"{number}.txt").touch()
    with pytest.raises(ModelError, match="too many files"):
        add(PACKED[form](folder))


def test_what_lies_beside_a_model_in_an_archive_is_left_out(tmp_path: Path) -> None:
    path = with_member(zipped(model(tmp_path)), f"__MACOSX/{NAME}/._card.toml")
    folder = add(with_member(path, "weights.bin", b"another one, at the top")).folder
    assert sorted(file.name for file in folder.iterdir()) == ["card.toml", "weights.bin"]
    assert installed() == {NAME: "1"}


# Bases, other origins


def test_a_base_cannot_be_removed_while_it_is_needed(tmp_path: Path) -> None:
    add(model(tmp_path, "en-base"))
    add(model(tmp_path, more='base = "en-base"'))
    with pytest.raises(ModelError, match=f"{NAME} cannot run without en-base"):
        remove("en-base")
    remove(NAME)
    remove("en-base")
    assert installed() == {}


def test_only_what_the_user_installed_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packaged, named = tmp_path / "packaged", tmp_path / "named"
    model(packaged, "en-ours")
    model(named, "en-theirs")
    monkeypatch.setattr("skoropis.models.sources.packaged_roots", lambda: (packaged,))
    monkeypatch.setenv("SKOROPIS_MODELS", str(named))
    with pytest.raises(InputError, match="en-ours came with the package"):
        remove("en-ours")
    with pytest.raises(InputError, match="SKOROPIS_MODELS; remove it there"):
        remove("en-theirs")
    for name in ("..", "../packaged", "", ".lock", "/"):
        with pytest.raises(ModelError, match="is installed"):
            remove(name)
    assert sorted(card.id for card in ModelHost().cards()) == ["en-ours", "en-theirs"]

    source = model(tmp_path / "source", "en-ours", "2")
    with pytest.raises(InputError, match=r"there already, in .*packaged"):
        add(source)
    assert add(source, replace=True).replaced == "1"
    assert ModelHost().folder("en-ours") == installed_root() / "en-ours"
    remove("en-ours")
    assert ModelHost().folder("en-ours") == packaged / "en-ours"


def test_what_is_left_of_a_damaged_model_can_be_replaced_and_removed(tmp_path: Path) -> None:
    folder = add(model(tmp_path)).folder
    (folder / "card.toml").write_text("no card")
    with pytest.raises(InputError, match="no whole model; give --replace"):
        add(model(tmp_path))
    add(model(tmp_path, version="2"), replace=True)
    assert installed() == {NAME: "2"}
    (folder / "card.toml").unlink()
    remove(NAME)
    assert installed() == {}


def test_a_link_that_the_user_made_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    folder = model(tmp_path)
    installed_root().mkdir(parents=True)
    (installed_root() / NAME).symlink_to(folder, target_is_directory=True)
    add(model(tmp_path / "new", version="2"), replace=True)
    assert installed() == {NAME: "2"}
    (installed_root() / "en-link").symlink_to(model(tmp_path, "en-link"), target_is_directory=True)
    remove("en-link")
    assert installed() == {NAME: "2"}
    assert (folder / "weights.bin").is_file()
    assert (tmp_path / "en-link" / "weights.bin").is_file()


# Disks


@pytest.mark.parametrize("call", ["fsync", "mkdir", "rename", "write"])
@pytest.mark.parametrize("swap", [True, False])
def test_a_full_disk_leaves_everything_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, swap: bool
) -> None:
    add(model(tmp_path))
    source = model(tmp_path, version="2")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        if not swap or call == "rename":
            patched.setattr(staging, "exchange", lambda one, other: False)
        if call == "fsync":
            patched.setattr(os, "fsync", full)
        elif call == "write":
            patched.setattr(install, "_write", full)
        else:
            patched.setattr(Path, call, full)
        with pytest.raises(SkoropisError, match="No space left on device; nothing was changed"):
            add(source, replace=True)
    assert installed() == {NAME: "1"}
    add(source, replace=True)
    assert installed() == {NAME: "2"}


def test_a_rename_that_fails_half_way_is_taken_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(model(tmp_path))
    rename, calls = Path.rename, []

    def second_fails(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) == 2:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return rename(self, target)

    with monkeypatch.context() as patched:
        patched.setattr(staging, "exchange", lambda one, other: False)
        patched.setattr(Path, "rename", second_fails)
        with pytest.raises(SkoropisError, match="nothing was changed"):
            add(model(tmp_path, version="2"), replace=True)
    assert len(calls) == 3
    assert installed() == {NAME: "1"}


def test_a_disk_that_is_too_small_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10_000, 9_900, 100))
    monkeypatch.setattr(staging, "make", lambda *_: pytest.fail("something is written"))
    with pytest.raises(SkoropisError, match=r"0\.0 MB are free; nothing was changed"):
        add(model(tmp_path))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir(mode=0o500)
    monkeypatch.setenv("SKOROPIS_DATA", str(tmp_path / "data"))
    with pytest.raises(SkoropisError, match="cannot write to"):
        add(model(tmp_path))


def test_a_file_where_the_folder_should_be_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").write_text("a file")
    monkeypatch.setenv("SKOROPIS_DATA", str(tmp_path / "data"))
    with pytest.raises(SkoropisError, match="cannot write to"):
        add(model(tmp_path))
    tidy()


def test_two_commands_do_not_change_the_models_at_once(tmp_path: Path) -> None:
    source = model(tmp_path)
    half = staging.make(add(source).folder.parent, NAME)
    with staging.locked(installed_root()):
        assert not half.exists(), "who holds the lock tidies up first"
        half = staging.make(installed_root(), NAME)
        with pytest.raises(SkoropisError, match="another command; try again"):
            add(source, replace=True)
        tidy()
        assert half.exists(), "what another command is making is left alone"
    assert installed() == {NAME: "1"}


# Death at any moment

KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from skoropis.models import host, install, staging
from skoropis.models.sources import installed_root
host._LOADERS["toy"] = ("nowhere", "Toy")
base, action, swap = Path(sys.argv[1]), sys.argv[2], sys.argv[3] == "swap"
if not swap:
    staging.exchange = lambda one, other: False
WATCHED = ("open", "os.", "shutil.", "ctypes.")
for last in range(1, 400):
    data = base / f"data{last}"
    os.environ["SKOROPIS_DATA"] = str(data)
    shutil.copytree(base / "before", data)
    child = os.fork()
    if child == 0:
        count = 0
        def die(event, arguments):
            global count
            if event.startswith(WATCHED):
                count += 1
                if count == last:
                    os.kill(os.getpid(), signal.SIGKILL)
        sys.addaudithook(die)
        if action == "add":
            install.add(base / "source" / "en-cardio", replace=True)
        else:
            install.remove("en-cardio")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    print(data.name, flush=True)
    if os.WIFEXITED(status):
        sys.exit(os.WEXITSTATUS(status))
sys.exit("it never came to an end")
"""


@pytest.mark.parametrize(
    ("action", "swap", "ends"), [("add", True, "2"), ("add", False, "2"), ("remove", True, None)]
)
def test_death_at_any_moment_leaves_the_old_or_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, action: str, swap: bool, ends: str | None
) -> None:
    monkeypatch.setenv("SKOROPIS_DATA", str(tmp_path / "before"))
    add(model(tmp_path))
    model(tmp_path / "source", version="2")
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", KILLED, str(tmp_path), action, "swap" if swap else "no swap"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    left = done.stdout.split()
    assert len(left) > 10
    outcomes = []
    for name in left:
        monkeypatch.setenv("SKOROPIS_DATA", str(tmp_path / name))
        if swap or action == "remove":  # never missing, even before anybody tidies up
            before = {card.id: card.version for card in ModelHost().cards()}
            assert before.get(NAME) in ("1", ends)
        assert len(list(installed_root().glob(".*~*"))) <= (1 if swap else 2)
        outcomes.append(installed().get(NAME))
    assert set(outcomes) == {"1", ends}
    assert outcomes == sorted(outcomes, key=lambda outcome: outcome != "1"), "there is one moment of change"
