"""Where Skoropis keeps things. Each folder can be moved by an environment variable."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP = "skoropis"


def _folder(variable: str, default: Path) -> Path:
    value = os.environ.get(variable)
    return Path(value).expanduser() if value else default


def cache_dir() -> Path:
    """What can be made again at any time (``SKOROPIS_CACHE``)."""
    return _folder("SKOROPIS_CACHE", platformdirs.user_cache_path(_APP))


def state_dir() -> Path:
    """What the program remembers about itself, such as a plugin that failed (``SKOROPIS_STATE``)."""
    return _folder("SKOROPIS_STATE", platformdirs.user_state_path(_APP))


def config_dir() -> Path:
    """What the user decided, such as which plugins are trusted (``SKOROPIS_CONFIG``)."""
    return _folder("SKOROPIS_CONFIG", platformdirs.user_config_path(_APP))


def data_dir() -> Path:
    """What the user installed, such as models (``SKOROPIS_DATA``)."""
    return _folder("SKOROPIS_DATA", platformdirs.user_data_path(_APP))
