"""The map of the code, held by machine: who may import whom, and what stays out until it is needed."""

from __future__ import annotations

import ast
import contextlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, packages_distributions, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CORE = ROOT / "core" / "skoropis"
# A layer may import those left of it. Names on one line are peers that know nothing of each other.
LAYERS = [
    {"types", "errors"},
    {"protocols"},
    {"text"},
    {"lm"},
    {"api"},
    {"paths", "files", "memory"},
    {"models"},
    {"host"},
    {"typing", "speech", "profile"},
    {"session"},
    {"suite"},
    {"metrics"},
    {"cli"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
HEAVY = {"torch", "kenlm", "faster_whisper", "ctranslate2", "av", "onnxruntime", "sounddevice", "pynput"}
MAY_START_WITH = {  # leaf modules that exist to wrap one heavy library, and are imported at first use
    "core/skoropis/lm/ngram.py": {"kenlm"},
}
TRAINING = "models/skoropis_foundry/neural/"
"""Everything here is about training networks: only there may torch be imported from the start."""
LONGEST = 300
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
COMMANDS = {
    value.split(":")[0].replace(".", "/") + ".py"
    for value in PROJECT["entry-points"]["skoropis.commands"].values()
}
"""Modules that are commands: they wire a plugin to the public face and to the command line."""
STANDARD = set(sys.stdlib_module_names)


def declared() -> set[str]:
    """Modules of what pyproject.toml requires to run, and of what that requires in turn."""
    waiting, seen = list(PROJECT["dependencies"]), set()
    while waiting:
        requirement, _, marker = waiting.pop().partition(";")
        name = re.split(r"[\s<>=!~\[(]", requirement.strip())[0].lower().replace("_", "-")
        if name in seen or "extra" in marker:
            continue
        seen.add(name)
        with contextlib.suppress(PackageNotFoundError):  # a dependency of another platform
            waiting += requires(name) or []
    return {
        module
        for module, names in packages_distributions().items()
        if seen & {name.lower().replace("_", "-") for name in names}
    }


def sources(folder: Path) -> list[Path]:
    """Python files of a folder, tests apart."""
    return [path for path in sorted(folder.rglob("*.py")) if "tests" not in path.relative_to(ROOT).parts]


def imports(path: Path, package: str, *, top_only: bool = False) -> Iterator[tuple[int, str]]:
    """``(line, absolute module)`` of every import that runs; those for type checkers alone are left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            skipped.update(inner for part in node.body for inner in ast.walk(part))
        if top_only and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            skipped.update(inner for part in node.body for inner in ast.walk(part))
    for node in ast.walk(tree):
        if node in skipped:
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            if node.module is None or module == "skoropis":  # ``from . import x``: x may be a module
                yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
            else:
                yield node.lineno, module


def package_of(path: Path, root: Path) -> str:
    """Dotted name of the package a file lies in."""
    return ".".join(path.relative_to(root).parent.parts)


def layer_of(path: Path) -> str:
    """The first name below ``skoropis``."""
    first = path.relative_to(CORE).parts[0]
    return first.removesuffix(".py")


def violations(path: Path) -> list[str]:
    """Imports of the core that go against the direction."""
    own = layer_of(path)
    if own in ("testing", "__init__", "__main__"):
        return []
    found = []
    for line, module in imports(path, package_of(path, ROOT / "core")):
        parts = module.split(".")
        if parts[0].startswith("skoropis_"):
            found.append(f"{path.relative_to(ROOT)}:{line} imports the plugin or model package {parts[0]}")
        if parts[0] != "skoropis" or len(parts) < 2 or parts[1] in (own, "__version__"):
            continue
        if RANK.get(parts[1], len(LAYERS)) >= RANK[own]:
            found.append(f"{path.relative_to(ROOT)}:{line}: {own} must not import {parts[1]}")
    return found


def test_every_part_of_the_core_has_a_place_on_the_map() -> None:
    names = {layer_of(path) for path in sources(CORE)} - {"__init__", "__main__", "testing"}
    assert names <= set(RANK), f"not on the map: {sorted(names - set(RANK))}"


def test_the_core_imports_one_way() -> None:
    assert not [line for path in sources(CORE) for line in violations(path)]


def test_an_import_against_the_direction_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "CORE", tmp_path / "core" / "skoropis")
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    bad = tmp_path / "core" / "skoropis" / "lm" / "bad.py"
    bad.parent.mkdir(parents=True)
    bad.write_text("def f():\n    from ..suite import open\n")
    assert violations(bad) == ["core/skoropis/lm/bad.py:2: lm must not import suite"]


@pytest.mark.parametrize("plugin", sorted(path.parent.name for path in ROOT.glob("plugins/*/plugin.toml")))
def test_a_plugin_imports_the_api_and_what_the_package_requires(plugin: str) -> None:
    allowed = STANDARD | declared() | {"skoropis.api"}
    bad = []
    for path in sources(ROOT / "plugins" / plugin):
        command = path.relative_to(ROOT / "plugins").as_posix() in COMMANDS
        for line, module in imports(path, package_of(path, ROOT / "plugins")):
            first = module.split(".")[0]
            name = module if first == "skoropis" else first
            if command and first == "skoropis":
                continue
            if first != plugin and name not in allowed and not module.startswith("skoropis.api."):
                bad.append(f"{path.relative_to(ROOT)}:{line} imports {module}")
    assert not bad


def test_heavy_libraries_are_imported_only_when_they_are_used() -> None:
    bad = []
    for top in ("core", "plugins", "models"):
        for path in sources(ROOT / top):
            name = path.relative_to(ROOT).as_posix()
            for line, module in imports(path, package_of(path, ROOT / top), top_only=True):
                first = module.split(".")[0]
                allowed = {"torch"} if name.startswith(TRAINING) else MAY_START_WITH.get(name, set())
                if first in HEAVY and first not in allowed:
                    bad.append(f"{name}:{line} imports {first} when it is itself imported")
    assert not bad


def loaded_by(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after running ``statement``."""
    code = f"{statement}\nimport sys\nprint(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy() -> None:
    assert not loaded_by("import skoropis") & (HEAVY | {"numpy", "msgspec", "rich", "typer"})


def test_importing_the_command_line_loads_nothing_heavy() -> None:
    assert not loaded_by("import skoropis.cli.main") & (HEAVY | {"numpy"})


def test_typing_never_loads_what_trains() -> None:
    used = "import skoropis\nwith skoropis.open() as suite: suite.suggest('I will see you tom')"
    assert not loaded_by(used) & {"torch", "onnx", "skoropis_foundry", "matplotlib"}


def test_files_stay_short_enough_to_read() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines())
        for top in ("core", "plugins", "models")
        for path in sources(ROOT / top)
    }
    assert not {name: length for name, length in lengths.items() if length > LONGEST}
