"""Where model folders are looked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from ..paths import data_dir
from .card import CARD_FILE


def model_roots() -> tuple[Path, ...]:
    """Folders that hold model folders, the first to be preferred.

    ``SKOROPIS_MODELS`` (several, separated like PATH), then what the user installed, then what came with
    the package.
    """
    roots = [
        Path(part).expanduser() for part in os.environ.get("SKOROPIS_MODELS", "").split(os.pathsep) if part
    ]
    roots.append(data_dir() / "models")
    spec = find_spec("skoropis_models")
    if spec is not None and spec.submodule_search_locations:
        roots += [Path(location) for location in spec.submodule_search_locations]
    return tuple(roots)


def model_folders() -> Iterator[Path]:
    """Every folder with a card, in order of preference; unreadable roots are passed over."""
    for root in model_roots():
        try:
            entries = sorted(root.iterdir())
        except OSError:
            continue
        for entry in entries:
            if (entry / CARD_FILE).is_file():
                yield entry
