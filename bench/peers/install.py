"""Fetches peers from PyPI, npm and Debian into their folder. No rights of an administrator are needed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from .place import DEBIAN_PYTHON, Missing, Place


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> None:
    """Run a command quietly. Raises Missing with the end of what it printed when it fails."""
    arguments = [str(part) for part in command]
    done = subprocess.run(  # noqa: S603 - our own commands
        arguments,
        env=env,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        said = " / ".join(done.stdout.strip().splitlines()[-3:])
        raise Missing(f"{' '.join(arguments[:4])} ... failed: {said}")


def debian(place: Place, packages: Sequence[str]) -> None:
    """Fetch and unpack Debian packages, without installing them. Raises Missing."""
    wanted = [name for name in packages if not (place.unpacked / ".have" / name).exists()]
    if not wanted:
        return
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb") or not DEBIAN_PYTHON.exists():
        raise Missing("needs packages of Debian (or Ubuntu), and this is neither")
    place.debs.mkdir(parents=True, exist_ok=True)
    try:
        run(["apt-get", "download", "-qq", *wanted], cwd=place.debs)
    except Missing as failure:
        if os.geteuid() != 0:
            raise Missing(
                f"{failure}; if apt knows no packages, run `apt-get update` as root first"
            ) from None
        print("apt knows too little: apt-get update", file=sys.stderr)
        run(["apt-get", "update", "-qq"])
        run(["apt-get", "download", "-qq", *wanted], cwd=place.debs)
    for name in wanted:
        run(["dpkg-deb", "-x", deb(place, name), place.unpacked])
        (place.unpacked / ".have").mkdir(exist_ok=True)
        (place.unpacked / ".have" / name).touch()


def deb(place: Place, package: str) -> Path:
    """The file of a Debian package that was fetched. Raises Missing."""
    found = sorted(place.debs.glob(f"{package}_*.deb"))
    if not found:
        raise Missing(f"the Debian package {package} was not fetched")
    return found[-1]


def pypi(place: Place, packages: Sequence[str], env: Mapping[str, str] | None = None) -> None:
    """Install pinned packages into the virtual environment, made when there is none. Raises Missing."""
    if not place.python.exists():
        run([sys.executable, "-m", "venv", place.home / "venv"])
        run([place.python, "-m", "pip", "install", "-q", "setuptools==65.5.0", "wheel"])
    for package in packages:
        mark = place.home / "venv" / f".{package}"
        if not mark.exists():
            run([place.python, "-m", "pip", "install", "-q", "--no-build-isolation", package], env=env)
            mark.touch()


def npm(place: Place, package: str) -> None:
    """Install a pinned package of npm, without running its scripts. Raises Missing."""
    name, _, version = package.rpartition("@")
    if (place.npm / f".{name}-{version}").exists():
        return
    if not shutil.which("npm"):
        raise Missing("needs Node.js and npm")
    place.npm.mkdir(parents=True, exist_ok=True)
    run(["npm", "install", "--prefix", place.npm, "--no-fund", "--no-audit", "--ignore-scripts", package])
    (place.npm / f".{name}-{version}").touch()


ASPELL_LISTS = {"en": ("en-common", "en_US-wo_accents-only"), "ru": ("ru",)}


def aspell_dictionaries(place: Place) -> None:
    """Build Aspell's dictionaries, as its Debian packages do while they are installed. Raises Missing."""
    if (place.aspell / ".built").exists():
        return
    shutil.copytree(
        place.unpacked / "usr/lib/aspell",
        place.aspell,
        dirs_exist_ok=True,
        ignore=shutil.ignore_patterns("*.rws"),
    )
    programs, lists = place.unpacked / "usr/bin", place.unpacked / "usr/share/aspell"
    folders = [f"--{kind}={place.aspell}" for kind in ("data-dir", "local-data-dir", "dict-dir")]
    for language, names in ASPELL_LISTS.items():
        for name in names:
            make = [programs / "aspell", f"--lang={language}", *folders, "create", "master"]
            script = 'zcat "$1" | "$2" -d | { shift 2; exec "$@"; }'
            words, target = lists / f"{name}.cwl.gz", place.aspell / f"{name}.rws"
            run(
                ["sh", "-c", script, "sh", words, programs / "prezip-bin", *make, target],
                env=place.environment(),
            )
    (place.aspell / ".built").touch()


_LOCALE = "en_US.utf8"  # as the C library writes it: found under any spelling


def jamspell(place: Place, package: str) -> None:
    """Build JamSpell with SWIG 4, which its setup refuses for no reason but its number. Raises Missing."""
    if not shutil.which("g++"):
        raise Missing("needs a C++ compiler (g++)")
    folder = place.home / "shim"
    folder.mkdir(parents=True, exist_ok=True)
    shim = folder / "swig3.0"
    swig = place.unpacked / "usr/bin/swig4.0"
    shim.write_text(
        f'#!/bin/sh\n[ "$1" = -version ] && {{ echo "SWIG Version 3"; exit; }}\nexec "{swig}" "$@"\n',
        encoding="utf-8",
    )
    shim.chmod(0o755)
    if not (place.locale / _LOCALE).exists():
        # JamSpell ends at once on a system without it.
        place.locale.mkdir(parents=True, exist_ok=True)
        sources = {"I18NPATH": str(place.unpacked / "usr/share/i18n")}
        make = ["localedef", "-i", "en_US", "-f", "UTF-8", place.locale / _LOCALE]
        run(make, env=place.environment() | sources)
    env = place.environment()
    env |= {
        "PATH": f"{folder}{os.pathsep}{env.get('PATH', '')}",
        "SWIG_LIB": str(place.unpacked / "usr/share/swig4.0"),
    }
    pypi(place, [package], env)
