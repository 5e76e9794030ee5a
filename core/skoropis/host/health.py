"""What went wrong with plugins, kept between runs so that ``skoropis plugins`` can say why one is off."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from ..errors import SkoropisError
from ..files import write_atomic
from ..paths import state_dir
from .breaker import Health

log = logging.getLogger(__name__)

_FILE = "plugin-health.json"


def _path() -> Path:
    return state_dir() / _FILE


def load() -> dict[str, Health]:
    """Health by plugin id; empty when nothing is known or the file is damaged (it only holds hints)."""
    try:
        return msgspec.json.decode(_path().read_bytes(), type=dict[str, Health])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        log.warning("plugin health could not be read and is begun anew")
        return {}


def record(plugin: str, health: Health) -> None:
    """Remember one plugin's health; a disk that does not allow it is not worth stopping for."""
    known = load()
    if health.reason:
        known[plugin] = health
    elif known.pop(plugin, None) is None:
        return
    try:
        write_atomic(_path(), msgspec.json.encode(known))
    except SkoropisError:
        log.warning("plugin health could not be written")


def forget(plugin: str) -> bool:
    """Drop what is remembered of a plugin, so that it is tried at once; whether there was anything."""
    known = plugin in load()
    record(plugin, Health())
    return known
