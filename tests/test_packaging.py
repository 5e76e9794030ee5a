"""What a user installs: built as a release is built, from the sdist, and looked into."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest

from skoropis.host.manifest import read_manifest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOT_SOURCE = (
    ".git",
    ".venv",
    ".cache",
    ".*_cache",
    ".hypothesis",
    "build",
    "dist",
    "work",
    "__pycache__",
    "*.egg-info",
)
LARGEST_MB = 80


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist and the wheel made of it. Built from a copy, so that no stale ``build`` folder takes part."""
    base = tmp_path_factory.mktemp("build")
    shutil.copytree(ROOT, base / "source", ignore=shutil.ignore_patterns(*NOT_SOURCE))
    command = [
        sys.executable,
        "-m",
        "build",
        "--no-isolation",
        "--outdir",
        str(base / "dist"),
        str(base / "source"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return next((base / "dist").glob("*.tar.gz")), next((base / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def wheel(built: tuple[Path, Path]) -> list[str]:
    with zipfile.ZipFile(built[1]) as archive:
        return archive.namelist()


def packaged(pattern: str) -> set[str]:
    """Files of the source tree as the wheel should name them."""
    found = (
        path.relative_to(ROOT) for top in ("core", "plugins", "models") for path in (ROOT / top).glob(pattern)
    )
    return {Path(*path.parts[1:]).as_posix() for path in found if "tests" not in path.parts}


def test_the_wheel_holds_our_packages_and_nothing_else(wheel: list[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    packages = {
        path.parent.name
        for top in ("core", "plugins", "models")
        for path in ROOT.glob(f"{top}/*/__init__.py")
    }
    assert {top for top in tops if not top.endswith(".dist-info")} == packages


@pytest.mark.parametrize(
    "pattern", ["**/*.py", "*/plugin.toml", "**/py.typed", "*/data/*", "skoropis/cli/data/*"]
)
def test_the_wheel_holds_every_file_that_is_needed(wheel: list[str], pattern: str) -> None:
    wanted = {name for name in packaged(pattern) if not name.endswith((".pyc", "/__pycache__"))}
    assert wanted
    assert wanted <= set(wheel)


def test_the_wheel_holds_every_model_with_its_files(wheel: list[str]) -> None:
    cards = list((ROOT / "models" / "skoropis_models").glob("*/card.toml"))
    for card in cards:
        for entry in tomllib.loads(card.read_text(encoding="utf-8"))["files"]:
            assert f"skoropis_models/{card.parent.name}/{entry['name']}" in wheel
    assert {card.parent.name for card in cards} >= {"en-general", "ru-general"}


def test_the_wheel_holds_no_tests_and_no_junk(wheel: list[str]) -> None:
    junk = re.compile(r"(^|/)(tests?|bench|__pycache__|\.[^/]+)/|\.pyc$|~$|\.orig$")
    assert not [name for name in wheel if junk.search(name)]


def test_no_file_of_the_wheel_names_a_folder_of_this_machine(built: tuple[Path, Path]) -> None:
    here = str(ROOT).encode()
    with zipfile.ZipFile(built[1]) as archive:
        assert not [name for name in archive.namelist() if here in archive.read(name)]


def test_the_wheel_is_small_enough_for_a_registry(built: tuple[Path, Path]) -> None:
    assert built[1].stat().st_size < LARGEST_MB * 1e6


def test_the_sdist_can_be_built_from_and_holds_no_environment(built: tuple[Path, Path]) -> None:
    with tarfile.open(built[0]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE"} <= names
    assert not [name for name in names if re.search(r"(^|/)(\.venv|\.git|__pycache__)(/|$)", name)]


def test_entry_points_lead_to_the_command_and_to_packages_with_a_manifest(built: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(built[1]) as archive:
        text = archive.read(next(n for n in archive.namelist() if n.endswith("entry_points.txt"))).decode()
    parser = ConfigParser()
    parser.read_string(text)
    assert parser["console_scripts"]["skoropis"] == "skoropis.cli.main:main"
    assert set(parser["skoropis.plugins"].values()) == {
        path.parent.name for path in ROOT.glob("plugins/*/plugin.toml")
    }


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("plugins/*/plugin.toml")), ids=lambda path: path.parent.name
)
def test_every_manifest_is_valid_and_names_an_object_of_its_own(path: Path) -> None:
    manifest = read_manifest(path, path.parent.name)
    assert manifest.id == "skoropis." + path.parent.name.removeprefix("skoropis_")
    for provided in manifest.provides:
        module = provided.object.split(":")[0]
        assert module.split(".")[0] == path.parent.name
        assert (ROOT / "plugins" / Path(*module.split("."))).with_suffix(".py").is_file()


def test_the_promised_python_versions_agree() -> None:
    low, high = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", PROJECT["requires-python"]).groups()  # type: ignore[union-attr]
    named = {line.rpartition(".")[2] for line in PROJECT["classifiers"] if "Python :: 3." in line}
    assert named == {str(minor) for minor in range(int(low), int(high))}
    setup = (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8")
    assert f"MINIMUM={low}\n" in setup
    assert f"MAXIMUM={int(high) - 1}\n" in setup


def test_running_needs_no_training_library() -> None:
    assert not [
        line
        for line in PROJECT["dependencies"]
        if line.startswith(("torch", "wordfreq", "jax", "tensorflow"))
    ]
