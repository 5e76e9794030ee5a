"""The file format of a profile: a short plain header, then everything else encrypted with AES-256-GCM."""

from __future__ import annotations

import hashlib
import secrets
import zlib
from pathlib import Path

import msgspec

from ..errors import SkoropisError
from ..files import write_atomic
from .keys import Key, Kind
from .memory import Known, MemoryProfile

MAGIC = b"SKOROPIS-PROFILE\n"
VERSION = 1
MAX_BYTES = 64_000_000
"""Largest file that is read; a full profile has about a tenth of that."""
_NONCE = 12


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the open: how to get the key, and nothing that was learned."""

    version: int
    kind: Kind
    salt: bytes
    key_id: bytes
    generation: bytes
    """Random, new with every write: tells whether another program wrote."""


class Contents(msgspec.Struct, forbid_unknown_fields=True):
    """What was learned, as it is written."""

    words: dict[str, Known]
    ngrams: list[tuple[tuple[str, ...], dict[str, int]]]


def read_header(path: Path) -> Header | None:
    """The header of a profile; None where there is no file. Raises SkoropisError for any other file."""
    data = _read(path)
    return None if data is None else _parted(path, data)[0]


def unseal(path: Path, key: Key) -> tuple[Header, Contents]:
    """Read a profile. Raises SkoropisError for a wrong key and for a damaged file; it is left untouched."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    data = _read(path)
    if data is None:
        raise SkoropisError(f"there is no profile at {path}")
    header, plain, sealed = _parted(path, data)
    if header.key_id != key_id(key):
        what = "passphrase" if header.kind == "passphrase" else "key"
        raise SkoropisError(f"this is not the {what} of the profile {path}; nothing was changed")
    try:
        packed = AESGCM(key.secret).decrypt(sealed[:_NONCE], sealed[_NONCE:], plain)
        contents = msgspec.msgpack.decode(zlib.decompress(packed), type=Contents)
    except (InvalidTag, ValueError, zlib.error, msgspec.MsgspecError) as error:
        raise _damaged(path) from error
    return header, contents


def seal(path: Path, key: Key, contents: bytes) -> bytes:
    """Write a profile, :func:`packed` before, atomically; its new generation. Raises SkoropisError."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    generation = secrets.token_bytes(8)
    header = Header(VERSION, key.kind, key.salt, key_id(key), generation)
    encoded = msgspec.msgpack.encode(header)
    plain = MAGIC + len(encoded).to_bytes(2, "big") + encoded
    nonce = secrets.token_bytes(_NONCE)
    sealed = AESGCM(key.secret).encrypt(nonce, zlib.compress(contents, 3), plain)
    write_atomic(path, plain + nonce + sealed)
    return generation


def packed(profile: MemoryProfile) -> bytes:
    """Everything that ``profile`` knows, not yet encrypted; taken in one step."""
    return profile.snapshot(lambda words, ngrams: msgspec.msgpack.encode(Contents(words, list(ngrams))))


def key_id(key: Key) -> bytes:
    """Eight bytes by which a key is told from others and which say nothing else of it."""
    return hashlib.sha256(b"skoropis profile key" + key.secret).digest()[:8]


def _read(path: Path) -> bytes | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise SkoropisError(f"{path} is too large for a profile; nothing was changed")
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SkoropisError(f"cannot read {path}: {error.strerror or error}") from error


def _parted(path: Path, data: bytes) -> tuple[Header, bytes, bytes]:
    """Header, the bytes it stands in, and what is encrypted."""
    if not data.startswith(MAGIC):
        raise SkoropisError(f"{path} is no profile of Skoropis, or damaged; nothing was changed")
    begin = len(MAGIC) + 2
    end = begin + int.from_bytes(data[len(MAGIC) : begin], "big")
    try:
        version = msgspec.msgpack.decode(data[begin:end])["version"]
        if isinstance(version, int) and version > VERSION:
            raise SkoropisError(f"{path} was written by a newer Skoropis; update this one to read it")
        header = msgspec.msgpack.decode(data[begin:end], type=Header)
    except (msgspec.MsgspecError, TypeError, KeyError) as error:
        raise _damaged(path) from error
    return header, data[:end], data[end:]


def _damaged(path: Path) -> SkoropisError:
    return SkoropisError(f"the profile {path} is damaged; nothing was changed. Move it away to begin anew")
