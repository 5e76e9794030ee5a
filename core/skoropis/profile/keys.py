"""The key of a profile: from the system keyring, a passphrase, or a file that only the user may read."""

from __future__ import annotations

import base64
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..errors import ConfigError, InputError, SkoropisError

Kind = Literal["keyring", "passphrase", "file"]
KEY_BYTES = 32
SALT_BYTES = 16
PASSPHRASE = "SKOROPIS_PASSPHRASE"
"""Environment variable that gives the passphrase where nobody can be asked."""
_SERVICE = "skoropis"
_COST = 2**15
"""Of scrypt, which then takes 32 MB and about a tenth of a second."""


@dataclass(frozen=True, slots=True)
class Key:
    """32 secret bytes, where they come from, and the salt if that is a passphrase."""

    secret: bytes
    kind: Kind
    salt: bytes = b""

    def __repr__(self) -> str:
        return f"Key(kind={self.kind!r})"


def passphrase_given() -> bool:
    """Whether the environment gives a passphrase."""
    return bool(os.environ.get(PASSPHRASE))


def from_passphrase(passphrase: str, salt: bytes = b"") -> Key:
    """Key of a passphrase; a new salt is made where none is given. Raises InputError for an empty one."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    if not passphrase:
        raise InputError("the passphrase is empty")
    salt = salt or secrets.token_bytes(SALT_BYTES)
    kdf = Scrypt(salt=salt, length=KEY_BYTES, n=_COST, r=8, p=1)
    return Key(kdf.derive(passphrase.encode("utf-8")), "passphrase", salt)


def new_key(path: Path) -> Key:
    """A new random key, put into the system keyring or, where there is none, into a file beside ``path``."""
    if _keyring_works():
        made = secrets.token_bytes(KEY_BYTES)
        try:
            import keyring

            keyring.set_password(_SERVICE, _account(path), base64.b64encode(made).decode())
            return Key(made, "keyring")
        except Exception:  # noqa: BLE001, S110 - any backend may fail in its own way; the file is left
            pass
    return _new_file(key_file(path))


def stored_key(path: Path, kind: Kind) -> Key:
    """The key that was made for the profile at ``path``. Raises SkoropisError when it is gone."""
    if kind == "keyring":
        try:
            import keyring

            found = keyring.get_password(_SERVICE, _account(path))
        except Exception as error:
            raise SkoropisError(
                f"the system keyring does not answer ({type(error).__name__}); unlock it and try again"
            ) from error
        if not found:
            raise SkoropisError(f"the system keyring has no key for {path}; the profile cannot be read")
        return Key(_decoded(found, "the system keyring"), "keyring")
    file = key_file(path)
    try:
        if os.name == "posix" and stat.S_IMODE(file.stat().st_mode) & 0o077:
            raise ConfigError(f"others may read the key {file}; make it yours alone: chmod 600 {file}")
        return Key(_decoded(file.read_text(encoding="ascii"), str(file)), "file")
    except (OSError, UnicodeDecodeError) as error:
        raise SkoropisError(f"cannot read the key {file}; without it the profile stays closed") from error


def drop_key(path: Path, kind: Kind) -> None:
    """Remove a key that is no longer needed."""
    if kind == "file":
        key_file(path).unlink(missing_ok=True)
    elif kind == "keyring":
        try:
            import keyring

            keyring.delete_password(_SERVICE, _account(path))
        except Exception as error:
            raise SkoropisError(f"the old key stays in the keyring ({type(error).__name__})") from error


def key_file(path: Path) -> Path:
    """Where the key of the profile at ``path`` lies if there is no keyring."""
    return path.with_suffix(".key")


def _keyring_works() -> bool:
    try:
        import keyring

        backend = keyring.get_keyring()
        return float(backend.priority) > 0 and "null" not in type(backend).__module__
    except Exception:  # noqa: BLE001 - a backend that cannot even be asked is none
        return False


def _account(path: Path) -> str:
    return f"profile {path}"


def _new_file(file: Path) -> Key:
    made = secrets.token_bytes(KEY_BYTES)
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(base64.b64encode(made) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError:
        return stored_key(file, "file")
    except OSError as error:
        raise SkoropisError(f"cannot write the key {file}: {error.strerror or error}") from error
    return Key(made, "file")


def _decoded(text: str, where: str) -> bytes:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except ValueError:
        secret = b""
    if len(secret) != KEY_BYTES:
        raise SkoropisError(f"what {where} holds is no key of a profile; nothing was changed")
    return secret
