"""The model that others are measured against: ``python -m skoropis_foundry.fivegram en``.

A 5-gram with modified Kneser-Ney smoothing over all the text that the shipped model is made of, poured
together, no n-gram left out, with the very words of the shipped model. It takes hundreds of megabytes and is
never shipped.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path
from rich.console import Console

from skoropis.lm.lexicon import Lexicon
from skoropis.lm.store import load_index, load_lexicon, save_index, save_lexicon

from .build import Report
from .components import number, numbering
from .corpus import load_corpus
from .grams import BEGIN, END, SPECIAL, UNKNOWN, Rows
from .kenlm_tools import find_tools, pack, train
from .kneser_ney import count, smooth
from .package import INDEXED, index_levels
from .place import placed
from .recipe import RECIPES, Recipe

ORDER = 5
_OTHER = "<other>"
"""What the unknown word is called while lmplz runs, which keeps ``<unk>`` to itself."""
_BYTES, _TOKENS = 1 << 26, 1 << 20
"""Read and written at a time."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command."""
    options = _options().parse_args(arguments)
    recipe = RECIPES[options.language]
    train_text = options.shared / "data" / "text" / "train" / recipe.language
    if not train_text.is_dir():
        raise SystemExit(
            f"no training text in {train_text}; name its place with --shared or $SKOROPIS_SHARED"
        )
    like = options.like or _models() / f"{recipe.language}-general"
    options.cache.mkdir(parents=True, exist_ok=True)
    console = Console(stderr=True)
    target = options.out / f"{recipe.language}-fivegram"
    with placed(target) as folder:
        make(recipe, train_text, like, options.cache, find_tools(options.cache), folder, console.log)
    console.log(f"{target}: {sum(file.stat().st_size for file in target.iterdir()) / 1e6:.0f} MB")


def make(
    recipe: Recipe, train_text: Path, like: Path, cache: Path, tools: Path, folder: Path, report: Report
) -> None:
    """Write the three files of the model into an existing folder.

    ``like``: the model folder whose words and marks it takes over. ``tools``: KenLM's.
    """
    lexicon, known = load_lexicon(like / "lexicon.npz")
    _, marks, language = load_index(like / "index.npz")
    ids = np.flatnonzero(known)
    others = [mark for mark in marks if mark not in SPECIAL]
    words = [*SPECIAL, *others, *(lexicon.words[i] for i in ids.tolist())]
    place = np.array([*(len(lexicon) + marks.index(word) for word in (*SPECIAL, *others)), *ids])
    text = _pooled(recipe, train_text, words, cache)
    report(f"{len(text):,} tokens; estimating")
    _estimate(text, words, tools, folder)

    report("indexing")
    model = smooth(count(text, INDEXED, len(words)))
    levels = index_levels(model, place, len(lexicon) + len(marks))
    save_index(folder / "index.npz", language, marks, levels)
    logprobs = lexicon.logprobs.copy()
    logprobs[ids] = model.logprobs[0][len(words) - len(ids) :]
    surfaces = {i: shown for i, word in enumerate(lexicon.words) if (shown := lexicon.surface(word)) != word}
    save_lexicon(folder / "lexicon.npz", Lexicon(lexicon.words, logprobs, surfaces), known)


def _pooled(recipe: Recipe, train_text: Path, words: Sequence[str], cache: Path) -> Rows:
    """All sources one after another, as numbers of ``words``."""
    names = [source.name for group in recipe.components.values() for source in group]
    corpus = load_corpus(train_text, names, cache)
    joined: NDArray[np.int32] = np.concatenate([corpus.texts[name] for name in names])
    return number(joined, numbering(corpus.words, words))


def _estimate(text: Rows, words: Sequence[str], tools: Path, folder: Path) -> None:
    """Write ``ngram.klm``."""
    plain, arpa, named = (folder / name for name in ("text.txt", "raw.arpa", "named.arpa"))
    shown = [*words]
    shown[UNKNOWN], shown[END] = _OTHER, "\n"
    with plain.open("w", encoding="utf-8") as file:
        for begin in range(0, len(text), _TOKENS):
            part = text[begin : begin + _TOKENS]
            file.write(" ".join([shown[n] for n in part[part != BEGIN].tolist()]) + " ")
    train(tools, plain, arpa, ORDER, (0,) * ORDER, len(words))
    plain.unlink()
    name_unknown(arpa, named)
    arpa.unlink()
    pack(tools, named, folder / "ngram.klm")
    named.unlink()


def name_unknown(source: Path, target: Path) -> None:
    """Copy an ARPA file of lmplz with the unknown word under its name, in the place of lmplz's own."""
    with source.open("rb") as old, target.open("wb") as new:
        part = old.read(_BYTES) + old.readline()
        part = re.sub(
            rb"^ngram 1=(\d+)$", lambda m: b"ngram 1=%d" % (int(m[1]) - 1), part, count=1, flags=re.M
        )
        part = re.sub(rb"^[^\t\n]*\t<unk>(\t[^\n]*)?\n", b"", part, count=1, flags=re.M)
        while part:
            new.write(part.replace(_OTHER.encode(), b"<unk>"))
            part = old.read(_BYTES) + old.readline()


def _models() -> Path:
    return Path(__file__).resolve().parent.parent / "skoropis_models"


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m skoropis_foundry.fivegram", description=__doc__)
    parser.add_argument("language", choices=sorted(RECIPES))
    shared = Path(os.environ.get("SKOROPIS_SHARED", "../shared"))
    parser.add_argument("--shared", type=Path, default=shared, help="folder that holds data/text/train")
    parser.add_argument("--like", type=Path, help="model folder whose words it takes over (the shipped one)")
    parser.add_argument("--out", type=Path, required=True, help="where the model folder is put")
    parser.add_argument("--cache", type=Path, default=user_cache_path("skoropis") / "foundry")
    return parser


if __name__ == "__main__":
    main()
