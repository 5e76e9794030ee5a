"""Finding installed plugins through entry points, without importing any of them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from ..errors import ManifestError
from .manifest import MANIFEST_FILE, Manifest, read_manifest

log = logging.getLogger(__name__)

GROUP = "skoropis.plugins"
OWN_DISTRIBUTION = "skoropis"


@dataclass(frozen=True, slots=True)
class Found:
    """A plugin that is installed: its manifest, or what is wrong with it."""

    id: str
    distribution: str
    version: str
    manifest: Manifest | None
    problem: str = ""

    @property
    def own(self) -> bool:
        """Whether it came with Skoropis itself."""
        return self.distribution == OWN_DISTRIBUTION


def discover() -> tuple[Found, ...]:
    """All plugins that are installed, our own first; two with one id are one plugin and one problem."""
    found: dict[str, Found] = {}
    clashes: list[Found] = []
    for plugin in sorted(_scan(), key=lambda f: (not f.own, f.id, f.distribution)):
        first = found.get(plugin.id)
        if first is None:
            found[plugin.id] = plugin
        elif (first.distribution, first.manifest) != (plugin.distribution, plugin.manifest):
            clashes.append(
                Found(
                    f"{plugin.id}@{plugin.distribution}",
                    plugin.distribution,
                    plugin.version,
                    None,
                    f"its id {plugin.id} is taken by {first.distribution}; one of them must be uninstalled",
                )
            )
    return (*found.values(), *clashes)


def _scan() -> Iterator[Found]:
    for point in entry_points(group=GROUP):
        distribution = point.dist.name if point.dist is not None else "unknown"
        version = point.dist.version if point.dist is not None else ""
        try:
            manifest = read_manifest(_folder(point) / MANIFEST_FILE, point.name)
        except ManifestError as error:
            log.warning("plugin %s of %s passed over", point.name, distribution)
            yield Found(point.name, distribution, version, None, error.reason)
        else:
            yield Found(manifest.id, distribution, version, manifest)


def _folder(point: EntryPoint) -> Path:
    """The folder of the package that an entry point names. Only finders run, no code of the plugin."""
    first, *rest = point.value.split(":")[0].strip().split(".")
    try:
        spec = find_spec(first)  # a sub-package would make Python import its parent: joined by hand instead
    except (ImportError, ValueError, AttributeError) as error:
        raise ManifestError(point.name, f"cannot be found: {type(error).__name__}") from error
    if spec is None or not spec.submodule_search_locations:
        raise ManifestError(point.name, f"package {first!r} is not installed; reinstall the plugin")
    return Path(next(iter(spec.submodule_search_locations))).joinpath(*rest)
