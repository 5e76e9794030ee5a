"""Which domain an application suggests: built-in rules, and the user's own in ``domains.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path

from ..errors import ConfigError
from ..paths import config_dir

RULES_FILE = "domains.toml"
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    "it": (
        "*code*", "*codium*", "*jetbrains*", "*pycharm*", "*intellij*", "*webstorm*", "*android-studio*",
        "*vim*", "*emacs*", "*sublime*", "*zed*editor*", "*eclipse*", "*github*", "*gitlab*", "*jira*",
        "*stackoverflow*", "*jupyter*", "*rstudio*",
    ),
    "medical": ("*medical*", "*medesk*", "*openemr*", "*openmrs*", "*clinic*", "*медиалог*", "*медицин*"),
    "legal": ("*legal*", "*lawyer*", "*consultantplus*", "*консультантплюс*", "*garant*", "*гарант*"),
    "literary": ("*scrivener*", "*novelwriter*", "*manuskript*", "*bibisco*", "*ywriter*", "*focuswriter*"),
}  # fmt: skip
"""Domains and the applications that they belong to."""


class DomainRules:
    """Patterns for the name of an application, and the domain of each.

    Case does not matter; ``*`` stands for anything, ``?`` for one character. The user's rules come first,
    in their order, then the built-in ones; the first that fits decides.
    """

    def __init__(self, apps: Mapping[str, str] | None = None) -> None:
        """``apps``: the user's rules, pattern to domain."""
        own = [(pattern.casefold(), domain) for pattern, domain in (apps or {}).items()]
        built_in = [(pattern, domain) for domain, patterns in BUILT_IN.items() for pattern in patterns]
        rules = tuple(own + built_in)

        @lru_cache(maxsize=256)
        def found(app: str) -> str | None:
            return next((domain for pattern, domain in rules if fnmatchcase(app, pattern)), None)

        self._found = found

    @classmethod
    def load(cls, path: Path | None = None) -> DomainRules:
        """The rules with those in ``path``, by default ``domains.toml`` in the folder for configuration.

        Raises ConfigError, in one line, for a file that cannot be read or understood; a missing one is none.
        """
        path = config_dir() / RULES_FILE if path is None else path
        try:
            content = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, RecursionError) as error:
            raise ConfigError(f"cannot read {path}: {error}; mend or delete it") from error
        for key in content:
            if key != "apps":
                raise ConfigError(f"{path}: {key!r} is unknown; rules stand in the table [apps]")
        apps = content.get("apps", {})
        if not isinstance(apps, dict):
            raise ConfigError(f"{path}: 'apps' must be a table of patterns and domains, not {apps!r}")
        for pattern, domain in apps.items():
            if not isinstance(domain, str) or not domain:
                raise ConfigError(f"{path}: {pattern!r} must name a domain in quotes, not {domain!r}")
        return cls(apps)

    def domain(self, app: str | None) -> str | None:
        """The domain of an application; None when no rule fits."""
        return self._found(app.casefold()) if app else None
