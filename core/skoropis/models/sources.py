"""Where model folders are looked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from ..paths import data_dir
from .card import CARD_FILE

Origin = Literal["package", "installed", "SKOROPIS_MODELS"]


def model_roots() -> tuple[Path, ...]:
    """Folders that hold model folders, the first to be preferred.

    ``SKOROPIS_MODELS`` (several, separated like PATH), then what the user installed, then what came with
    the package.
    """
    roots = [
        Path(part).expanduser() for part in os.environ.get("SKOROPIS_MODELS", "").split(os.pathsep) if part
    ]
    return (*roots, installed_root(), *packaged_roots())


def installed_root() -> Path:
    """Folder of the models that the user installed; it may not exist yet."""
    return data_dir() / "models"


def packaged_roots() -> tuple[Path, ...]:
    """Folders of the models that came with the package."""
    spec = find_spec("skoropis_models")
    if spec is None or not spec.submodule_search_locations:
        return ()
    return tuple(Path(location) for location in spec.submodule_search_locations)


def origin_of(folder: Path) -> Origin:
    """Where a model folder comes from, by the folder that holds it."""
    if folder.parent == installed_root():
        return "installed"
    return "package" if folder.parent in packaged_roots() else "SKOROPIS_MODELS"


def model_folders() -> Iterator[Path]:
    """Every folder with a card, in order of preference; hidden ones and unreadable roots are passed over."""
    for root in model_roots():
        try:
            entries = sorted(root.iterdir())
        except OSError:
            continue
        for entry in entries:
            # What begins with a dot is half installed or half removed.
            if not entry.name.startswith(".") and (entry / CARD_FILE).is_file():
                yield entry
