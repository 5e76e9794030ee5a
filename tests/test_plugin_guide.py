"""The example of docs/write-a-plugin.md works: it is taken from the page, installed and run."""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path

import pytest

import skoropis

PAGE = Path(__file__).parents[1] / "docs" / "write-a-plugin.md"


def example(name: str) -> str:
    """The block that follows a line naming the file ``name``."""
    found = re.search(
        rf"^`{re.escape(name)}`\n\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.M | re.S
    )
    assert found is not None, f"no example of {name} on the page"
    return found.group(1)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The example as pip would leave it behind: the package, and metadata with its entry point. Its id."""
    package = tmp_path / "acme_abbreviations"
    package.mkdir()
    (package / "__init__.py").touch()
    for name in ("plugin.toml", "corrector.py"):
        (package / name).write_text(example(f"acme_abbreviations/{name}"), encoding="utf-8")
    project = tomllib.loads(example("pyproject.toml"))["project"]
    metadata = tmp_path / "acme_abbreviations-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", encoding="utf-8"
    )
    points = project["entry-points"]["skoropis.plugins"]
    lines = "".join(f"{name} = {value}\n" for name, value in points.items())
    (metadata / "entry_points.txt").write_text(f"[skoropis.plugins]\n{lines}", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [name for name in sys.modules if name.startswith("acme_abbreviations")]:
        del sys.modules[name]
    return str(tomllib.loads(example("acme_abbreviations/plugin.toml"))["id"])


def test_it_does_not_run_before_the_user_trusts_it(installed: str) -> None:
    with skoropis.open() as suite:
        info = next(plugin for plugin in suite.plugins() if plugin.id == installed)
        assert info.state == "untrusted"
        assert suite.correct("OK, omw home").text == "OK, omw home"
    assert "acme_abbreviations.corrector" not in sys.modules


def test_it_corrects_once_it_is_trusted(installed: str) -> None:
    with skoropis.open(trust=(installed,)) as suite:
        correction = suite.correct("Omw to you, спс")
        info = next(plugin for plugin in suite.plugins() if plugin.id == installed)
    assert correction.text == "On my way to you, спасибо"
    assert {suggestion.source for suggestion in correction.suggestions} == {installed}
    assert (info.state, info.distribution, info.kinds) == ("on", "acme-abbreviations", ("corrector",))


def test_the_command_that_the_page_shows_does_it(installed: str, capsys: pytest.CaptureFixture[str]) -> None:
    from skoropis.cli.main import main

    assert main(["plugins", "trust", installed]) == 0
    assert main(["correct", "brb, the phone"]) == 0
    assert capsys.readouterr().out == "be right back, the phone\n"
