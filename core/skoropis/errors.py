"""The error tree. Every message says what to do next, and none quotes the user's text."""

from __future__ import annotations


class SkoropisError(Exception):
    """Base of everything Skoropis raises on purpose; the CLI prints it as one line."""


class InputError(SkoropisError):
    """What was given cannot be used: a missing file, a PDF as audio, undecodable text."""


class AudioError(InputError):
    """A file or stream that holds no audio that can be read."""


class ModelError(SkoropisError):
    """A model is missing, damaged or not what its card says."""


class ChecksumError(ModelError):
    """A file does not have the sha256 that was promised."""


class PluginError(SkoropisError):
    """A plugin broke its contract."""

    def __init__(self, plugin: str, message: str) -> None:
        super().__init__(f"plugin {plugin}: {message}")
        self.plugin = plugin
        self.reason = message


class ManifestError(PluginError):
    """A plugin.toml that cannot be read or promises what the contract does not know."""


class ConfigError(SkoropisError):
    """A setting that cannot be used."""
