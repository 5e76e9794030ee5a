"""Manifests are read without importing the plugin; bad ones are named, not fatal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from skoropis.errors import ManifestError
from skoropis.host import trust
from skoropis.host.discovery import discover
from skoropis.host.manifest import read_manifest

MANIFEST = """
id = "stranger.shout"
name = "Shout"
contract = "0.1"
permissions = ["text.read"]
[[provides]]
kind = "corrector"
object = "{package}.main:Shout"
"""


def install(root: Path, package: str, manifest: str, distribution: str = "stranger") -> None:
    """What an installer leaves behind: a package and its metadata."""
    (root / package).mkdir()
    (root / package / "__init__.py").write_text("raise RuntimeError('imported too early')")
    (root / package / "plugin.toml").write_text(manifest)
    info = root / f"{distribution}-2.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 2.0\n")
    (info / "entry_points.txt").write_text(f"[skoropis.plugins]\nshout = {package}\n")


def test_our_own_plugins_are_found_and_trusted() -> None:
    own = {f.id: f for f in discover() if f.own}

    assert {
        "skoropis.predict", "skoropis.autocorrect", "skoropis.layout",
        "skoropis.whisper", "skoropis.rescore", "skoropis.dictation",
    } <= set(own)  # fmt: skip
    assert all(f.manifest is not None for f in own.values()), [f.problem for f in own.values()]


def test_a_stranger_is_found_without_being_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "stranger_shout", MANIFEST.format(package="stranger_shout"))
    monkeypatch.syspath_prepend(tmp_path)

    (found,) = [f for f in discover() if not f.own]

    assert (found.id, found.distribution, found.version) == ("stranger.shout", "stranger", "2.0")
    assert "stranger_shout" not in sys.modules


def test_a_broken_manifest_is_listed_with_its_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "stranger_broken", "id = [")
    monkeypatch.syspath_prepend(tmp_path)

    (found,) = [f for f in discover() if not f.own]

    assert found.manifest is None
    assert "plugin.toml" in found.problem


def test_an_id_that_is_taken_is_a_problem_of_the_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(
        tmp_path,
        "imitation",
        MANIFEST.format(package="imitation").replace("stranger.shout", "skoropis.predict"),
    )
    monkeypatch.syspath_prepend(tmp_path)

    (found,) = [f for f in discover() if not f.own]

    assert found.manifest is None
    assert "taken" in found.problem


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('contract = "0.1"', 'contract = "9.0"'), "contract"),
        (('id = "stranger.shout"', 'id = "Shout!"'), "id"),
        (('kind = "corrector"', 'kind = "shouter"'), "shouter"),
        (('permissions = ["text.read"]', 'permissions = ["everything"]'), "everything"),
        (("main:Shout", "main"), "object"),
        (('name = "Shout"', 'name = "Shout"\nsurprise = 1'), "surprise"),
        (('kind = "corrector"', 'kind = "corrector"\nbudget_ms = -1'), "budget_ms"),
    ],
)
def test_a_manifest_says_what_is_wrong(tmp_path: Path, change: tuple[str, str], complaint: str) -> None:
    path = tmp_path / "plugin.toml"
    text = MANIFEST.format(package="p")
    assert change[0] in text
    path.write_text(text.replace(*change))

    with pytest.raises(ManifestError, match=complaint):
        read_manifest(path, "p")


def test_trust_is_remembered() -> None:
    assert trust.trusted() == frozenset()
    trust.set_trusted({"b.two", "a.one"})

    assert trust.trusted() == {"a.one", "b.two"}
