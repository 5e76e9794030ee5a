"""Every test has its own folders: nothing a test does is seen by the user or by another test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_FOLDERS = ("STATE", "CONFIG", "DATA")


@pytest.fixture(autouse=True)
def own_folders(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """State, configuration and data in a temporary folder; the cache is shared, it holds no decisions."""
    base = tmp_path_factory.mktemp("home")
    for name in _FOLDERS:
        monkeypatch.setenv(f"SKOROPIS_{name}", str(base / name.lower()))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("SKOROPIS_PASSPHRASE", raising=False)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with shared test data; tests that need it are skipped where it is not."""
    candidates = [os.environ.get("SKOROPIS_SHARED"), Path(__file__).parents[2] / "shared"]
    for candidate in candidates:
        if candidate and (Path(candidate) / "data").is_dir():
            return Path(candidate)
    pytest.skip("no shared data: set SKOROPIS_SHARED to the folder that holds data/")
