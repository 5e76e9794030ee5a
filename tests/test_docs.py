"""The documentation says what is there: commands, options, links, examples."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from skoropis.cli.extensions import own_commands
from skoropis.cli.main import app

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
COMMAND = typer.main.get_command(app)


def commands(command: Any = COMMAND, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command of ours with its path: ("plugins", "trust")."""
    yield path, command
    for name, child in own_commands(command).items():
        yield from commands(child, (*path, name))


ALL = dict(commands())


def test_the_command_line_page_is_current() -> None:
    spec = importlib.util.spec_from_file_location("cli_docs", ROOT / "scripts" / "cli_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (ROOT / "docs" / "cli.md").read_text(encoding="utf-8") == module.render(), "run: make docs"


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_every_command_is_documented_with_its_options_and_an_example(path: tuple[str, ...]) -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    heading = f"## `{' '.join(('skoropis', *path))}`\n"
    assert heading in page
    section = page.split(heading)[1].split("\n## ")[0]
    command = ALL[path]
    assert command.help
    for parameter in command.params:
        if (
            parameter.param_type_name == "option"
            and "completion" not in parameter.name
            and parameter.name != "help"
        ):
            assert parameter.help, f"{parameter.name} has no help"
            assert all(f"`{name}`" in section for name in [*parameter.opts, *parameter.secondary_opts])
    example = (command.epilog or "").split("\n\n")[1:]
    assert any(line.lstrip().startswith(" ".join(("skoropis", *path)).strip()) for line in example)


def shell_lines(page: Path) -> Iterator[str]:
    """Lines of the page's shell blocks, comments cut off."""
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            yield re.split(r"\s+#", line)[0].strip()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_in_the_pages_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for line in shell_lines(page):
        words = line.split()
        if words[:1] == ["make"]:
            assert words[1] in targets, line
        elif words[:1] == ["skoropis"]:
            path = tuple(words[1:3]) if tuple(words[1:3]) in ALL else (words[1],)
            assert path in ALL, line
            known = {name for parameter in ALL[path].params for name in parameter.opts}
            assert {word for word in words if word.startswith("--")} <= known, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    pages = [page.name for page in ROOT.glob("docs/decisions/[0-9]*.md")]
    assert pages
    assert all(name in listed for name in pages)


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/decisions/[0-9]*.md")), ids=lambda page: page.name)
def test_a_decision_gives_context_decision_and_consequences(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:4]} ")
    assert text.index("**Context.**") < text.index("**Decision.**") < text.index("**Consequences.**")


def test_the_map_in_the_docs_is_the_one_that_is_tested() -> None:
    from_test = (ROOT / "tests" / "test_layers.py").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    drawn = " ".join(re.search(r"```\n(types, .*?)```", page, re.DOTALL).group(1).split())  # type: ignore[union-attr]
    order = [{name.strip() for name in layer.split(",")} for layer in drawn.split("<-")]
    block = re.search(r"LAYERS = (\[.*?\n\])", from_test, re.DOTALL)
    assert block is not None
    assert order == [set(re.findall(r'"(\w+)"', line)) for line in block.group(1).splitlines() if '"' in line]


def test_no_file_names_a_folder_of_one_machine() -> None:
    # Put together here, so that this file does not find itself.
    homes = re.compile("|".join(["/" + name for name in ("work/", r"home/\w", "root/", r"Users/\w")]))
    suffixes = {".py", ".md", ".toml", ".sh", ".txt", ".json", ".yml"}
    tops = ["core", "plugins", "models", "bench", "scripts", "tests", "docs", ".ci"]
    files = [
        path for top in tops for path in (ROOT / top).rglob("*") if path.suffix in suffixes or top == ".ci"
    ]
    files += [*ROOT.glob("*.md"), ROOT / "Makefile", ROOT / "pyproject.toml"]
    assert not [
        str(path) for path in files if path.is_file() and homes.search(path.read_text(encoding="utf-8"))
    ]


def test_the_tasks_of_the_makefile_call_files_that_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert all(
        (ROOT / name).is_file() for name in re.findall(r"\b(?:bench|scripts|tests)/\w+\.\w+", makefile)
    )


def test_make_alone_lists_every_task() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    described = set(re.findall(r"^([a-z-]+):.*## ", makefile, re.MULTILINE))
    assert described == set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE).group(1).split())  # type: ignore[union-attr]
