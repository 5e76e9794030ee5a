"""KenLM's ``lmplz`` and ``build_binary``: found, or built once from its source package into a cache."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess  # runs KenLM's own tools and cmake
import sys
import tarfile
import tempfile
from pathlib import Path

_VERSION = "0.3.0"
_SHA256 = "c4628bb9fb63c8a6f9240035b8b037385cfc404cb72e933cf48878291edac1e8"
_MEMORY = "2G"
_TOOLS = ("lmplz", "build_binary")
_PACKAGES = (
    "apt-get install build-essential cmake zlib1g-dev libboost-program-options-dev libboost-system-dev "
    "libboost-thread-dev libboost-test-dev"
)


def find_tools(cache: Path) -> Path:
    """Folder with both programs: one that :func:`built_tools` finds, or a fresh build.

    Raises SystemExit with the packages to install when the build fails.
    """
    return built_tools(cache) or _build(cache)


def built_tools(cache: Path) -> Path | None:
    """Folder with both programs, from ``$KENLM_BIN``, the search path or the cache; None if nowhere."""
    for folder in (
        os.environ.get("KENLM_BIN"),
        _folder_of(shutil.which("lmplz")),
        str(cache / f"kenlm-{_VERSION}-bin"),
    ):
        if folder and all((Path(folder) / tool).exists() for tool in _TOOLS):
            return Path(folder)
    return None


def train(tools: Path, text: Path, arpa: Path, order: int, prune: tuple[int, ...], vocabulary: int) -> None:
    """Estimate a modified Kneser-Ney model (Heafield et al. 2013) of a text of word numbers."""
    part = arpa.with_suffix(".part")
    command = [
        *(str(tools / "lmplz"), "--order", str(order), "--prune", *map(str, prune)),
        *(
            "--discount_fallback",
            "--vocab_pad",
            str(vocabulary + 1),
            "--memory",
            _MEMORY,
            "--temp_prefix",
            str(arpa.parent),
        ),
        *("--text", str(text), "--arpa", str(part)),
    ]
    _run(command)
    part.replace(arpa)


def quantize(tools: Path, arpa: Path, binary: Path, bits: int = 8) -> None:
    """Turn an ARPA file into KenLM's quantized trie, without the vocabulary's strings."""
    _run(
        [
            str(tools / "build_binary"),
            "-v",
            "-q",
            str(bits),
            "-b",
            str(bits),
            "-a",
            "22",
            "trie",
            str(arpa),
            str(binary),
        ]
    )


def pack(tools: Path, arpa: Path, binary: Path) -> None:
    """Turn an ARPA file into KenLM's trie with every number as it is: for models whose size is no matter."""
    sorting = ("-S", _MEMORY, "-T", str(binary.parent / "sorting"))
    _run([str(tools / "build_binary"), "-v", *sorting, "trie", str(arpa), str(binary)])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - a fixed program
    if done.returncode:
        raise SystemExit(f"{Path(command[0]).name} failed: {done.stderr.strip().splitlines()[-1:]}")


def _folder_of(program: str | None) -> str | None:
    return str(Path(program).parent) if program else None


def _build(cache: Path) -> Path:
    target = cache / f"kenlm-{_VERSION}-bin"
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache) as scratch:
        work = Path(scratch)
        fetch = [sys.executable, "-m", "pip", "download", "--no-deps", "--no-binary", "kenlm"]
        _step([*fetch, "--dest", str(work), f"kenlm=={_VERSION}"])
        source = next(work.glob("kenlm-*.tar.gz"))
        if hashlib.sha256(source.read_bytes()).hexdigest() != _SHA256:
            raise SystemExit(f"{source.name} is not the file it should be (sha256); nothing was built")
        with tarfile.open(source) as archive:
            archive.extractall(work, filter="data")
        build = work / "build"
        _step(
            ["cmake", "-S", str(work / f"kenlm-{_VERSION}"), "-B", str(build), "-DCMAKE_BUILD_TYPE=Release"]
        )
        _step(["cmake", "--build", str(build), "--parallel", "2", "--target", *_TOOLS])
        install(build / "bin", target)
    return target


def install(built: Path, target: Path) -> None:
    """Move the programs from ``built``, on the same disk, to ``target``; another build may do so as well.

    File by file, because a folder cannot take the place of one that holds something.
    """
    target.mkdir(parents=True, exist_ok=True)
    for tool in _TOOLS:
        (built / tool).replace(target / tool)


def _step(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - a fixed program
    except FileNotFoundError as error:
        raise SystemExit(f"{command[0]} is missing; to build KenLM's tools: {_PACKAGES}") from error
    if done.returncode:
        raise SystemExit(
            f"cannot build KenLM's tools ({command[0]} failed); on Debian or Ubuntu: {_PACKAGES}"
        )
