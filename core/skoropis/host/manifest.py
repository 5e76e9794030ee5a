"""Plugin manifests: what a plugin offers and asks for, known without importing it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Literal

import msgspec

from ..api import API_VERSION
from ..errors import ManifestError

MANIFEST_FILE = "plugin.toml"
_MANIFEST_LIMIT = 1 << 16

Kind = Literal[
    "predictor",
    "corrector",
    "rescorer",
    "transcriber",
    "transformer",
    "command",
    "formatter",
    "frontend",
    "model",
]
Permission = Literal["text.read", "microphone", "models", "profile", "clipboard", "files", "network"]

_ID = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)+")
_OBJECT = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*")


class Provided(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that a plugin offers."""

    kind: Kind
    object: str
    """``package.module:Name``, imported at first use."""
    budget_ms: float = 20.0
    """What one call should cost at most; shown to the user; not a licence to be late."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``plugin.toml`` as it stands."""

    id: str
    name: str
    contract: str
    provides: tuple[Provided, ...]
    permissions: tuple[Permission, ...] = ()
    description: str = ""


def read_manifest(path: Path, plugin: str) -> Manifest:
    """Read and check a manifest. ``plugin`` names the culprit in a ManifestError."""
    try:
        with path.open("rb") as file:
            raw = file.read(_MANIFEST_LIMIT + 1)
    except OSError as error:
        raise ManifestError(plugin, f"cannot read {path}: {error.strerror or error}") from error
    if len(raw) > _MANIFEST_LIMIT:
        raise ManifestError(plugin, f"{path} is longer than {_MANIFEST_LIMIT} bytes")
    try:
        manifest = msgspec.convert(tomllib.loads(raw.decode()), Manifest)
    except (ValueError, RecursionError) as error:  # undecodable, not TOML, or not a manifest
        raise ManifestError(plugin, f"{path}: {error}") from error
    if not _ID.fullmatch(manifest.id):
        raise ManifestError(plugin, f"id {manifest.id!r} must look like 'owner.name', lower case")
    if not _compatible(manifest.contract):
        raise ManifestError(plugin, f"written for contract {manifest.contract!r}; this is {API_VERSION}")
    if not manifest.provides:
        raise ManifestError(plugin, "provides nothing; add a [[provides]] table")
    for provided in manifest.provides:
        if not _OBJECT.fullmatch(provided.object):
            raise ManifestError(plugin, f"object {provided.object!r} must look like 'package.module:Name'")
        if not 0 < provided.budget_ms < float("inf"):
            raise ManifestError(plugin, "budget_ms must be above 0")
    return manifest


def _compatible(contract: str) -> bool:
    """Below 1.0 a minor version may break; from then on only a major one does."""
    depth = 2 if API_VERSION.startswith("0.") else 1
    return contract.split(".")[:depth] == API_VERSION.split(".")[:depth]
