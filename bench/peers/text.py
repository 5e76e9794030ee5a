"""The text that every trainable peer gets: the same lines of the sources that our own models are made of."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Mapping, Sequence
from pathlib import Path

from skoropis.files import write_atomic
from skoropis_foundry.corpus import read_lines
from skoropis_foundry.recipe import RECIPES


def shares(sizes: Mapping[str, int], words: int) -> dict[str, int]:
    """How many of ``words`` each source gives: equally many, and a source that has fewer gives all it has."""
    taken: dict[str, int] = {}
    left = words
    for number, name in enumerate(sorted(sizes, key=lambda name: (sizes[name], name))):
        taken[name] = min(sizes[name], left // (len(sizes) - number))
        left -= taken[name]
    return taken


def sample(sources: Mapping[str, Sequence[str]], words: int, seed: int = 7) -> list[str]:
    """Whole lines of all sources, shuffled; the first so many hold a fair mixture too."""
    sizes = {name: sum(len(line.split()) for line in lines) for name, lines in sources.items()}
    chosen: list[str] = []
    for name, most in sorted(shares(sizes, words).items()):
        lines = list(sources[name])
        random.Random(f"{seed} {name}").shuffle(lines)
        for line in lines:
            most -= len(line.split())
            if most < 0:
                break
            chosen.append(line)
    random.Random(seed).shuffle(chosen)
    return chosen


def train_text(folder: Path, train: Path, language: str, words: int) -> Path:
    """``folder/<language>-<words>.txt`` from the train files under ``train/<language>``, made once."""
    path = folder / f"{language}-{words}.txt"
    if not path.exists():
        names = sorted({s.name for group in RECIPES[language].components.values() for s in group})
        files = {name: train / language / f"{name}.txt.xz" for name in names}
        lines = {name: [line.strip() for line in read_lines(file)] for name, file in files.items()}
        folder.mkdir(parents=True, exist_ok=True)
        write_atomic(path, ("\n".join(sample(lines, words)) + "\n").encode())
    return path


def digest(path: Path) -> str:
    """Eight hexadecimal digits that tell a text from another."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:8]
