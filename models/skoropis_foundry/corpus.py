"""The training text as word numbers: read, tokenised once, and kept in a cache.

A corpus is one source after another. Word numbers are given in order of first appearance over all the
sources of a language; 0 ends a sentence.
"""

from __future__ import annotations

import hashlib
import json
import lzma
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from skoropis.lm import tokens as token_module
from skoropis.lm.tokens import ends_sentence, lm_token, lm_tokens
from skoropis.text.words import tokenize

END = 0
_FORMAT = "1"
# Text that shows when tokens are made in another way: the cache is then of no use.
_PROBE = """Mr. A. О'Нил, don't! «Ёж» (он) — по-моему; 1,5 % a/b x_1 @me http://a.b/c … e.g. 'x'
well-known?! 5-й № & *"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Tokenised sources. ``texts[name]`` is a vector of word numbers (int32) with :data:`END` between
    sentences; ``words[number]`` names a word (``words[0]`` is the sentence end).
    """

    words: list[str]
    texts: dict[str, NDArray[np.int32]]
    spellings: dict[str, Counter[str]]
    """For words seen with a capital or ё inside a sentence: how often each spelling was seen there."""
    inside: Counter[str]
    """How often each such word was seen inside a sentence, however written."""


def read_lines(path: Path) -> Iterator[str]:
    """Lines of a text file, plain or ``.xz``."""
    with (
        lzma.open(path, "rt", encoding="utf-8")
        if path.suffix == ".xz"
        else path.open(encoding="utf-8") as file
    ):
        yield from file


def sentences_of(line: str) -> Iterator[list[str]]:
    """The sentences of a line as model tokens."""
    return token_module.sentences(lm_tokens(line))


def load_corpus(folder: Path, names: Sequence[str], cache: Path) -> Corpus:
    """Tokenise ``folder/<name>.txt.xz`` for each name, or take the result of an earlier run."""
    names = sorted(names)
    key = _key([folder / f"{name}.txt.xz" for name in names])
    store = cache / f"corpus-{key}"
    if not (store / "words.json").exists():
        _tokenise(folder, names, store)
    meta = json.loads((store / "words.json").read_text(encoding="utf-8"))
    texts = {name: np.load(store / f"{name}.npy", mmap_mode="r") for name in names}
    spellings = {word: Counter(counts) for word, counts in meta["spellings"].items()}
    return Corpus(meta["words"], texts, spellings, Counter(meta["inside"]))


def corpus_of(lines: Iterable[str], name: str = "text") -> Corpus:
    """Tokenise one source that is in memory."""
    reader = _Reader()
    return reader.corpus({name: reader.read(lines)})


class _Reader:
    """Reads sources one after another and keeps what their words have in common."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {"</s>": END}
        self._spellings: dict[str, Counter[str]] = {}
        self._inside: Counter[str] = Counter()

    def read(self, lines: Iterable[str]) -> NDArray[np.int32]:
        """The word numbers of a source."""
        out: list[int] = []
        for line in lines:
            previous: str | None = None
            shouted = line.isupper()
            clear = False
            for token in tokenize(line):
                word = lm_token(token)
                if word is None:
                    clear = False  # a quotation mark: a capital may only mean that speech begins
                    continue
                if previous is None and word in token_module.SENTENCE_ENDS:
                    continue
                out.append(self._numbers.setdefault(word, len(self._numbers)))
                if token.kind == "word" and clear and not shouted:
                    self._inside[word] += 1
                    if token.text != word:
                        self._spellings.setdefault(word, Counter())[token.text] += 1
                if ends_sentence(previous, word):
                    out.append(END)
                    previous, clear = None, False
                else:
                    previous, clear = word, token.kind in ("word", "number") or word == ","
            if previous is not None:
                out.append(END)
        return np.array(out, dtype=np.int32)

    def corpus(self, texts: dict[str, NDArray[np.int32]]) -> Corpus:
        """The corpus of all that was read."""
        inside = {word: count for word, count in self._inside.items() if word in self._spellings}
        return Corpus(list(self._numbers), texts, self._spellings, Counter(inside))


def _tokenise(folder: Path, names: Sequence[str], store: Path) -> None:
    from tqdm import tqdm

    store.mkdir(parents=True, exist_ok=True)
    reader = _Reader()
    for name in names:
        lines = tqdm(read_lines(folder / f"{name}.txt.xz"), desc=f"tokenise {name}", unit=" lines")
        np.save(store / f"{name}.npy", reader.read(lines))
    corpus = reader.corpus({})
    meta = {"words": corpus.words, "spellings": corpus.spellings, "inside": corpus.inside}
    part = store / "words.json.part"
    part.write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
    part.replace(store / "words.json")  # last, so that its presence means all of it is there


def _key(paths: Sequence[Path]) -> str:
    """Changes when a source changes or when text is tokenised in another way."""
    digest = hashlib.sha256(_FORMAT.encode())
    digest.update(" ".join(lm_tokens(_PROBE)).encode())
    for path in paths:
        digest.update(f"{path.name} {path.stat().st_size}".encode())
    return digest.hexdigest()[:16]
