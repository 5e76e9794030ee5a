"""The folder that holds everything of the peers: nothing of theirs is installed elsewhere."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

SERVE = Path(__file__).parent / "serve"
"""What runs in the peers' own interpreters."""
DEBIAN_PYTHON = Path("/usr/bin/python3")
"""Compiled modules from Debian's packages need Debian's interpreter."""


class Missing(Exception):
    """A peer cannot be had here; the message says why and what would help."""


@dataclass(frozen=True, slots=True)
class Place:
    """One folder: a virtual environment, unpacked Debian packages, Node modules, text, trained models."""

    home: Path

    @property
    def python(self) -> Path:
        """The interpreter of the virtual environment."""
        return self.home / "venv" / "bin" / "python"

    @property
    def debs(self) -> Path:
        """Debian packages as fetched."""
        return self.home / "debs"

    @property
    def unpacked(self) -> Path:
        """Debian packages as they would lie under ``/``."""
        return self.home / "root"

    @property
    def npm(self) -> Path:
        """Where Node's packages are."""
        return self.home / "npm"

    @property
    def aspell(self) -> Path:
        """Aspell's data with the dictionaries built."""
        return self.home / "aspell"

    @property
    def locale(self) -> Path:
        """A locale that JamSpell asks for, where one was made."""
        return self.home / "locale"

    @property
    def text(self) -> Path:
        """The text that peers are trained on."""
        return self.home / "text"

    @property
    def trained(self) -> Path:
        """What came of it."""
        return self.home / "trained"

    def library(self, name: str) -> Path:
        """A shared library from the unpacked packages. Raises Missing."""
        found = sorted(self.unpacked.glob(f"usr/lib/*/{name}"))
        if not found:
            raise Missing(f"{name} is not among the unpacked packages")
        return found[0]

    def environment(self) -> dict[str, str]:
        """Variables that make the unpacked packages find one another; the peers' home is here too."""
        libraries = [str(path) for path in sorted(self.unpacked.glob("usr/lib/*-linux-gnu*"))]
        return {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "HOME": str(self.home),
            "LD_LIBRARY_PATH": os.pathsep.join(libraries),
            "DICPATH": str(self.unpacked / "usr/share/hunspell"),
            **({"LOCPATH": str(self.locale)} if self.locale.is_dir() else {}),
        }
