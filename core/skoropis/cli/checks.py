"""What ``skoropis doctor`` looks at. Each check says what it found and how to mend what is broken."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from packaging.requirements import Requirement

from .. import paths
from ..errors import SkoropisError

State = Literal["ok", "note", "broken"]
SPEECH_EXTRA = "whisper-base"
RECORDING = Path(__file__).parent / "data" / "demo_en.flac"
_NEEDED_MODULES = {"faster-whisper": "faster_whisper", "ufal.kenlm": "kenlm"}
"""Compiled libraries, or what loads them: installed is not yet importable."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. ``note``: something optional is missing. ``remedy``: the command that mends it."""

    what: str
    state: State
    found: str = ""
    remedy: str = ""


def all_checks() -> Iterator[Check]:
    """Every check, the quick ones first; speech, which loads a model, comes last."""
    yield Check("Python", "ok", f"{platform.python_version()} ({sys.executable})")
    yield Check("system", "ok", f"{platform.system()} {platform.release()} {platform.machine()}")
    yield from libraries()
    yield from tools()
    yield from folders()
    yield from models()
    yield from plugins()
    yield from speech()


def libraries() -> Iterator[Check]:
    """What the package depends on: installed, and the compiled ones importable."""
    for name in _requirements(extra=None):
        try:
            found = version(name)
        except PackageNotFoundError:
            yield Check(name, "broken", "not installed", f'{sys.executable} -m pip install "{name}"')
            continue
        module = _NEEDED_MODULES.get(name)
        try:
            if module is not None:
                import_module(module)
        except (ImportError, OSError) as error:
            remedy = f'{sys.executable} -m pip install --force-reinstall --no-cache-dir "{name}"'
            yield Check(name, "broken", f"{found}, but cannot be imported: {type(error).__name__}", remedy)
        else:
            yield Check(name, "ok", found)


def tools() -> Iterator[Check]:
    """What a live microphone will need."""
    import ctypes.util

    library = ctypes.util.find_library("portaudio")
    if library:
        yield Check("PortAudio", "ok", library)
    else:
        remedy = (
            "brew install portaudio" if sys.platform == "darwin" else "sudo apt-get install libportaudio2"
        )
        yield Check("PortAudio", "note", "none; only needed for a live microphone", remedy)


def folders() -> Iterator[Check]:
    """Whether the folders that Skoropis writes to can be written."""
    for name, folder in {
        "cache": paths.cache_dir(),
        "state": paths.state_dir(),
        "config": paths.config_dir(),
        "data": paths.data_dir(),
    }.items():
        variable = f"SKOROPIS_{name.upper()}"
        try:
            _try_to_write(folder)
        except OSError as error:
            remedy = f'chown -R "$USER" {folder}   or   export {variable}=/another/folder'
            yield Check(f"{name} folder", "broken", f"{folder}: {error.strerror}", remedy)
        else:
            yield Check(f"{name} folder", "ok", str(folder))


def models() -> Iterator[Check]:
    """Every language model, compared with its card."""
    from ..models.host import ModelHost
    from ..models.sources import origin_of

    host = ModelHost()
    reinstall = (
        f'{sys.executable} -m pip install --force-reinstall --no-deps "skoropis=={version("skoropis")}"'
    )
    for line in host.problems():
        yield Check("model", "broken", line, reinstall)
    cards = host.cards()
    if not cards:
        yield Check("language models", "broken", "none", reinstall)
    for card in cards:
        try:
            host.verify(card.id)
        except SkoropisError as error:
            theirs = origin_of(host.folder(card.id)) == "package"
            again = f"skoropis models remove {card.id}   or   skoropis models add SOURCE --replace"
            yield Check(f"model {card.id}", "broken", str(error), reinstall if theirs else again)
        else:
            yield Check(
                f"model {card.id}", "ok", f"{card.version}, {card.bytes / 1e6:.1f} MB, sha256 as promised"
            )


def plugins() -> Iterator[Check]:
    """How each plugin is. One of somebody else that was never allowed is no fault."""
    from ..host.host import PluginHost

    host = PluginHost({})
    try:
        found = host.info()
    finally:
        host.close()
    remedies = {
        "off": "skoropis plugins reset {id}",
        "untrusted": "skoropis plugins trust {id}",
        "broken": "pip install --force-reinstall {distribution}",
    }
    for plugin in found:
        state: State = {"on": "ok", "untrusted": "note"}.get(plugin.state, "broken")  # type: ignore[assignment]
        remedy = remedies.get(plugin.state, "").format(id=plugin.id, distribution=plugin.distribution)
        yield Check(f"plugin {plugin.id}", state, plugin.reason or plugin.version, remedy)


def speech() -> Iterator[Check]:
    """Have the demo's recording transcribed: weights are found, whole and work, or it says why not."""
    import skoropis

    packages = [f"{name} {_version(name)}" for name in _requirements(SPEECH_EXTRA) if _version(name)]
    source = os.environ.get("SKOROPIS_WHISPER") or ", ".join(packages) or "the model hub's cache"
    before = os.environ.get("HF_HUB_OFFLINE")
    os.environ["HF_HUB_OFFLINE"] = "1"  # looking must not download 150 MB
    begin = time.perf_counter()
    try:
        with skoropis.open() as suite:
            heard = suite.transcribe(RECORDING).text
    except SkoropisError as error:
        yield Check(
            "speech", "broken", str(error), f'{sys.executable} -m pip install "skoropis[{SPEECH_EXTRA}]"'
        )
    else:
        words, seconds = len(heard.split()), time.perf_counter() - begin
        yield Check(
            "speech",
            "ok" if words else "broken",
            f"{words} words heard in {seconds:.1f} s; weights: {source}",
        )
    finally:
        if before is None:
            del os.environ["HF_HUB_OFFLINE"]
        else:
            os.environ["HF_HUB_OFFLINE"] = before


def _requirements(extra: str | None) -> list[str]:
    """Names of the distributions that Skoropis itself, or one of its extras, requires on this platform."""
    names = []
    for line in requires("skoropis") or ():
        requirement = Requirement(line)
        marker = requirement.marker
        own = marker is None or marker.evaluate({"extra": ""})
        with_extra = marker is not None and marker.evaluate({"extra": extra or ""})
        if own if extra is None else with_extra and not own:
            names.append(requirement.name)
    return sorted(names)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _try_to_write(folder: Path) -> None:
    """Write and remove a file where ``folder`` is or would be made."""
    while not folder.exists() and folder.parent != folder:
        folder = folder.parent
    with tempfile.TemporaryFile(dir=folder):
        pass
