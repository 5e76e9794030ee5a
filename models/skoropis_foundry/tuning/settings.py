"""What the user asked for, checked before anything is read."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from skoropis.errors import ConfigError, InputError
from skoropis.models.host import ModelHost
from skoropis.models.sources import installed_root, origin_of, packaged_roots
from skoropis.models.weighing import AUTO, GENERAL

from ..neural.shape import SIZES

NO_BASE = "none"
LANGUAGES = ("en", "ru")
_NEEDED = ("torch", "onnx", "matplotlib")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_DOMAIN = re.compile(r"[a-z0-9][a-z0-9 ._-]{0,63}")


@dataclass(frozen=True, slots=True)
class Settings:
    """One training."""

    folder: Path
    name: str
    budget: float
    """Seconds."""
    language: str | None = None
    """None: found in the text."""
    base: str | None = None
    """Id of the general model, :data:`NO_BASE` for none; None: the general one of the language."""
    size: str | None = None
    """One of :data:`SIZES`; None: the base's own."""
    domain: str | None = None
    """None: the name."""
    seed: int = 0
    threads: int | None = None
    """None: as many as are fastest, the processor cores at most."""
    keep_work: bool = False
    replace: bool = False

    @property
    def called(self) -> str:
        """The domain by which the model is asked for."""
        return self.domain or self.name


def require() -> None:
    """Raise ConfigError when a library is missing that training needs."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"training needs {' and '.join(missing)}, not installed here; "
            "install the extra: pip install 'skoropis[train]'"
        )


def check(settings: Settings) -> None:
    """Raise InputError for a setting that cannot be used, before any work is done."""
    name = settings.name
    if not _NAME.fullmatch(name):
        raise InputError(
            "--name is made of small letters, digits, '.', '_' and '-', begins with a letter or digit and "
            "has at most 64 of them"
        )
    if any((root / name).exists() for root in packaged_roots()):
        raise InputError(f"{name} is the name of a model that came with the package; choose another --name")
    if settings.language not in (None, *LANGUAGES):
        raise InputError(f"--language is one of {', '.join(LANGUAGES)}")
    if settings.size not in (None, *SIZES):
        raise InputError(f"--size is one of {', '.join(SIZES)}")
    if not _DOMAIN.fullmatch(settings.called):
        raise InputError("--domain is made of small letters, digits, spaces, '.', '_' and '-'")
    if settings.called in (GENERAL, AUTO):
        raise InputError(f"{settings.called} says something else than a domain; choose another --domain")
    if settings.threads is not None and settings.threads < 1:
        raise InputError("--threads is at least 1")
    if settings.base == name:
        raise InputError("a model cannot be its own base; choose another --name")
    _check_free(settings)


def _check_free(settings: Settings) -> None:
    host, name = ModelHost(), settings.name
    cards = {card.id: card for card in host.cards()}
    known = name in cards
    if known and origin_of(host.folder(name)) == "SKOROPIS_MODELS":
        raise InputError(f"{name} lies in {host.folder(name)}, which SKOROPIS_MODELS names; choose another")
    if not known and not os.path.lexists(installed_root() / name):
        return
    if not settings.replace:
        raise InputError(f"a model {name} is there already; give --replace to replace it, or another --name")
    needed_by = sorted(card.id for card in cards.values() if name in card.needs)
    if needed_by:
        raise InputError(f"{', '.join(needed_by)} cannot run without {name}; choose another --name")


def cores() -> int:
    """Processor cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
