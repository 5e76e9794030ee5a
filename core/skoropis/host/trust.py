"""Which plugins of others the user has said may run."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable

from ..errors import ConfigError
from ..files import write_atomic
from ..paths import config_dir

_FILE = "trusted-plugins.toml"


def trusted() -> frozenset[str]:
    """Ids the user trusts for good. Raises ConfigError for a file that cannot be read."""
    path = config_dir() / _FILE
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError) as error:
        raise ConfigError(f"cannot read {path}: {error}; mend or delete it") from error
    ids = content.get("trusted", [])
    if not isinstance(ids, list) or not all(isinstance(item, str) for item in ids):
        raise ConfigError(f"{path}: 'trusted' must be a list of plugin ids")
    return frozenset(ids)


def set_trusted(ids: Iterable[str]) -> None:
    """Remember exactly these ids as trusted."""
    lines = "".join(f'    "{item}",\n' for item in sorted(ids))
    head = "# Plugins that may run with your permissions. Changed by: skoropis plugins trust / untrust\n"
    write_atomic(config_dir() / _FILE, f"{head}trusted = [\n{lines}]\n".encode())
