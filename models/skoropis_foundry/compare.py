"""Models beside each other: size, how well they predict a text, in what time and how much memory."""

from __future__ import annotations

import json
import math
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from skoropis.errors import InputError, ModelError, SkoropisError
from skoropis.lm.tokens import MARKS, lm_tokens
from skoropis.metrics.latency import milliseconds

from .footprint import fresh, peak_rss_mb

if TYPE_CHECKING:
    from skoropis.protocols import LanguageModel

LINES = 150
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Compared:
    """One model on one text."""

    model: str
    bytes: int
    """Of all its files."""
    tokens: int
    """Words and marks that were predicted."""
    perplexity: float
    """A token, marks and unknown words included."""
    bits_per_character: float
    """Per character of the tokens and one space each: comparable between models of any vocabulary."""
    top1: float
    """Share of words that the model would have proposed first."""
    top3: float
    step_p50_ms: float
    """Processor time of a word: proposing three for its place, then reading it."""
    step_p99_ms: float
    rss_mb: float
    """Peak of a process that loaded this model and predicted the text."""


@dataclass(slots=True)
class Tally:
    """What was counted while a model predicted a text."""

    total: float = 0.0
    """Log-probability of all tokens (nats)."""
    tokens: int = 0
    characters: int = 0
    """Of the tokens, with a space each."""
    words: int = 0
    first: int = 0
    """Words that were proposed first; ``shown``: among the first three."""
    shown: int = 0
    seconds: list[float] = field(default_factory=list)
    """Processor time of each word."""


def compare(
    models: Sequence[str], text: Path, lines: int = LINES, done: Callable[[str], None] | None = None
) -> list[Compared]:
    """Measure each of ``models`` in a fresh process: ids, folders, or ``.onnx`` beside a ``pieces.model``.

    ``text``: a file of plain text, its first ``lines`` lines. Raises InputError when it cannot be read or
    holds no words, ModelError when a model is missing or damaged.
    """
    _read(text, lines)
    out = []
    for model in models:
        find(model)  # what is not there should not cost the time of those before it
    for model in models:
        told = fresh("skoropis_foundry.compare", model, str(text), str(lines))
        out.append(Compared(**json.loads(told)))
        if done is not None:
            done(model)
    return out


def find(model: str) -> tuple[int, Callable[[], LanguageModel]]:
    """The bytes of a model's files and what loads it. Raises ModelError when there is no such model."""
    from skoropis.models.card import read_card
    from skoropis.models.host import ModelHost
    from skoropis.models.sources import model_folders

    path = Path(model)
    if path.suffix == ".onnx" or (path.is_dir() and _alone(path)):
        graph = path / "neural.onnx" if path.is_dir() else path
        pieces = graph.with_name("pieces.model")
        if not graph.is_file() or not pieces.is_file():
            raise ModelError(f"{path}: there must be a graph (.onnx) and a pieces.model beside it")
        return graph.stat().st_size + pieces.stat().st_size, lambda: _bare(graph)
    if path.is_dir():
        card = read_card(path)
        host = ModelHost(folders=[path.resolve(), *model_folders()])  # it may stand on one that is installed
    else:
        host = ModelHost()
        card = read_card(host.folder(model))
    return card.bytes, lambda: host.load(card.id)


def _alone(folder: Path) -> bool:
    """Whether a folder holds a network and not a whole model."""
    from skoropis.models.card import CARD_FILE, read_card

    return not (folder / CARD_FILE).is_file() or read_card(folder).kind == "neural"


def _bare(graph: Path) -> LanguageModel:
    """A network without a lexicon: it proposes the words that are one piece."""
    from skoropis.lm.lexicon import Lexicon
    from skoropis.lm.neural import Neural, open_session
    from skoropis.lm.pieces import Pieces

    pieces = Pieces.load(graph.with_name("pieces.model"))
    words = sorted({word for piece in range(pieces.size) if (word := pieces.word(piece))})
    even = np.full(len(words), -math.log(max(len(words), 1)), dtype=np.float32)
    return Neural("", open_session(graph), pieces, Lexicon(words, even, {}))


def measure(name: str, text: Iterable[str]) -> Compared:
    """Measure one model in this process, which should have done nothing before. Raises ModelError."""
    size, load = find(name)
    tally = predict(load(), text)
    words, tokens = max(tally.words, 1), max(tally.tokens, 1)
    return Compared(
        model=name,
        bytes=size,
        tokens=tally.tokens,
        perplexity=math.exp(-tally.total / tokens),
        bits_per_character=-tally.total / math.log(2) / max(tally.characters, 1),
        top1=tally.first / words,
        top3=tally.shown / words,
        step_p50_ms=milliseconds(tally.seconds, 50),
        step_p99_ms=milliseconds(tally.seconds, 99),
        rss_mb=peak_rss_mb(),
    )


def predict(model: LanguageModel, text: Iterable[str]) -> Tally:
    """Let a model propose each word of some lines before it reads it, every line from its beginning."""
    tally = Tally()
    for line in text:
        state = model.start()
        for token in lm_tokens(line):
            begun = time.process_time_ns()
            proposed = [] if token in MARKS else [word for word, _ in model.next(state, "", _SHOWN)]
            logprob, state = model.score(state, token)
            elapsed = (time.process_time_ns() - begun) / 1e9
            tally.total += logprob
            tally.tokens += 1
            tally.characters += len(token) + 1
            if token not in MARKS:
                tally.seconds.append(elapsed)
                tally.words += 1
                tally.first += proposed[:1] == [token]
                tally.shown += token in proposed
    return tally


def _read(text: Path, lines: int) -> list[str]:
    try:
        with text.open(encoding="utf-8") as file:
            read = list(islice(file, lines))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{text} cannot be read as UTF-8 text; give a file of plain text") from error
    if not any(lm_tokens(line) for line in read):
        raise InputError(f"{text} holds no words in its first {lines} lines")
    return read


if __name__ == "__main__":
    try:
        print(json.dumps(asdict(measure(sys.argv[1], _read(Path(sys.argv[2]), int(sys.argv[3]))))))
    except SkoropisError as error:
        sys.exit(str(error))
