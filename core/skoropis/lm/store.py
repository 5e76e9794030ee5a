"""The files of an n-gram model beside KenLM's own: the lexicon and the successor index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from ..errors import ModelError
from .lexicon import Lexicon
from .successors import Level, Successors

FORMAT = 1
_STEP = 1 / 16
"""Resolution of stored unigram log-probabilities (nats)."""


def save_lexicon(path: Path, lexicon: Lexicon, vocabulary: np.ndarray[Any, np.dtype[np.bool_]]) -> None:
    """Write words, quantised log-probabilities, spellings, and which words the n-grams know."""
    surfaces = sorted(lexicon._surfaces.items())
    np.savez_compressed(
        path,
        format=np.array([FORMAT]),
        words=_pack(lexicon.words),
        codes=np.clip(np.round(-lexicon.logprobs / _STEP), 0, 65535).astype(np.uint16),
        vocabulary=np.packbits(vocabulary),
        spelled=np.array([i for i, _ in surfaces], dtype=np.int32),
        spellings=_pack([s for _, s in surfaces]),
    )


def load_lexicon(path: Path) -> tuple[Lexicon, np.ndarray[Any, np.dtype[np.bool_]]]:
    """Read what :func:`save_lexicon` wrote. Raises ModelError."""
    data = _read(path)
    try:
        words = _unpack(data["words"])
        spelled, spellings = data["spelled"], _unpack(data["spellings"])
        logprobs = -data["codes"].astype(np.float32) * _STEP
        vocabulary = np.unpackbits(data["vocabulary"], count=len(words)).astype(bool)
        if len(logprobs) != len(words) or len(spelled) != len(spellings):
            raise ValueError("lengths differ")
        return Lexicon(words, logprobs, dict(zip(spelled.tolist(), spellings, strict=True))), vocabulary
    except (KeyError, ValueError) as error:
        raise ModelError(f"{path} is damaged; install the model again") from error


def save_index(path: Path, language: str, marks: list[str], levels: list[Level]) -> None:
    """Write the successor index."""
    arrays: dict[str, Any] = {
        "format": np.array([FORMAT]),
        "marks": _pack(marks),
        "language": _pack([language]),
    }
    for order, level in enumerate(levels, start=2):
        arrays[f"counts{order}"] = np.diff(level.starts)
        gaps = np.diff(level.words, prepend=np.int32(0))
        first = level.starts[:-1][np.diff(level.starts) > 0]
        gaps[first] = level.words[first]  # each row begins anew: small gaps are what compresses
        arrays[f"gaps{order}"] = gaps.view(np.uint8).reshape(-1, 4).T.copy()
        arrays[f"codes{order}"] = level.codes
    np.savez_compressed(path, **arrays)


def load_index(path: Path) -> tuple[Successors, list[str], str]:
    """Read what :func:`save_index` wrote: the index, the marks, the language. Raises ModelError."""
    data = _read(path)
    try:
        levels = []
        order = 2
        while f"counts{order}" in data:
            counts = data.pop(f"counts{order}").astype(np.int32)
            starts = np.zeros(len(counts) + 1, dtype=np.int32)
            np.cumsum(counts, out=starts[1:])
            gaps = np.ascontiguousarray(data.pop(f"gaps{order}").T).view(np.int32).reshape(-1)
            codes = data.pop(f"codes{order}")
            if counts.min(initial=0) < 0 or len(gaps) != starts[-1] or len(codes) != starts[-1]:
                raise ValueError("lengths differ")
            words = np.cumsum(gaps, dtype=np.int32)  # may wrap around; the difference below is exact again
            rows = counts > 0
            first = starts[:-1][rows]
            words -= np.repeat(words[first] - gaps[first], counts[rows])
            levels.append(Level(starts, words, codes))
            order += 1
        if not levels:
            raise ValueError("no n-grams")
        return Successors(levels), _unpack(data["marks"]), _unpack(data["language"])[0]
    except (KeyError, ValueError, IndexError) as error:
        raise ModelError(f"{path} is damaged; install the model again") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            data = {name: archive[name] for name in archive.files}
    except Exception as error:
        raise ModelError(f"cannot load {path}: the file is missing or damaged") from error
    if "format" not in data or int(data["format"][0]) != FORMAT:
        raise ModelError(f"{path} is of another version; install the model again")
    return data


def _pack(words: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _unpack(data: np.ndarray[Any, np.dtype[np.uint8]]) -> list[str]:
    return data.tobytes().decode().split("\n") if data.size else []
