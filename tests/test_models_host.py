"""The model host finds, checks, shares."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

import pytest

from skoropis.errors import ChecksumError, ModelError
from skoropis.models import host as host_module
from skoropis.models.card import read_card
from skoropis.models.host import ModelHost

CARD = """
id = "{id}"
version = "1"
kind = "toy"
language = "{language}"
domain = "{domain}"
licence = "CC0-1.0"
description = "for tests"
[[files]]
name = "weights.bin"
bytes = 5
sha256 = "{digest}"
"""


class Toy:
    loads = 0

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def load(cls, folder: Path) -> Toy:
        cls.loads += 1
        return cls(folder)


@pytest.fixture(autouse=True)
def toy_loader(monkeypatch: pytest.MonkeyPatch) -> None:
    Toy.loads = 0
    module = type("module", (), {"Toy": Toy})
    monkeypatch.setattr(host_module, "import_module", lambda name: module)
    monkeypatch.setattr(host_module, "_LOADERS", {"toy": ("anywhere", "Toy")})


def model(root: Path, name: str, language: str = "en", domain: str = "general") -> Path:
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "weights.bin").write_bytes(b"12345")
    digest = hashlib.sha256(b"12345").hexdigest()
    (folder / "card.toml").write_text(CARD.format(id=name, language=language, domain=domain, digest=digest))
    return folder


def test_models_are_found_by_language_and_domain(tmp_path: Path) -> None:
    folders = [model(tmp_path, "en-general"), model(tmp_path, "en-medical", domain="medical")]
    host = ModelHost(("en",), folders)

    assert host.language_model("en").folder == folders[0]
    assert host.language_model("en", "medical").folder == folders[1]
    assert host.language_model("en", "law").folder == folders[0]
    with pytest.raises(ModelError, match="'ru'"):
        host.language_model("ru")


def test_a_model_is_loaded_once_however_many_ask(tmp_path: Path) -> None:
    host = ModelHost(("en",), [model(tmp_path, "en-general")])
    got: list[object] = []
    threads = [threading.Thread(target=lambda: got.append(host.language_model("en"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({id(m) for m in got}) == 1
    assert (len(got), Toy.loads) == (8, 1)


@pytest.mark.parametrize("content", [b"12346", b"1234", b""])
def test_a_damaged_file_is_never_loaded(tmp_path: Path, content: bytes) -> None:
    folder = model(tmp_path, "en-general")
    (folder / "weights.bin").write_bytes(content)

    with pytest.raises(ChecksumError, match="install the model again"):
        ModelHost(("en",), [folder]).language_model("en")
    assert Toy.loads == 0


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general")
    (folder / "weights.bin").unlink()

    with pytest.raises(ModelError, match=r"weights\.bin"):
        ModelHost(("en",), [folder]).language_model("en")


@pytest.mark.parametrize("card", ["", "id = 3", "= broken", "\x00", 'id = "x"\nfiles = []'])
def test_a_bad_card_is_passed_over_and_said(tmp_path: Path, card: str) -> None:
    folder = model(tmp_path, "en-general")
    bad = tmp_path / "bad"
    bad.mkdir()
    (bad / "card.toml").write_text(card)
    host = ModelHost(("en",), [bad, folder])

    assert [c.id for c in host.cards()] == ["en-general"]
    assert len(host.problems()) == 1
    with pytest.raises(ModelError):
        read_card(bad)


def test_a_card_cannot_name_files_elsewhere(tmp_path: Path) -> None:
    folder = model(tmp_path, "en-general")
    card = folder / "card.toml"
    card.write_text(card.read_text().replace("weights.bin", "../weights.bin"))

    with pytest.raises(ModelError, match="outside its folder"):
        read_card(folder)


def test_the_users_models_come_before_the_packaged_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = model(tmp_path / "mine", "en-general")
    model(tmp_path / "data" / "models", "en-general")
    other = model(tmp_path / "data" / "models", "en-law", domain="law")
    monkeypatch.setenv("SKOROPIS_MODELS", str(tmp_path / "mine"))
    monkeypatch.setenv("SKOROPIS_DATA", str(tmp_path / "data"))
    host = ModelHost(("en",))

    assert host.folder("en-general") == mine
    assert host.folder("en-law") == other
