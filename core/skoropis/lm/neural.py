"""A recurrent subword language model, run a piece at a time by ONNX Runtime."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from ..errors import ModelError
from .lexicon import Lexicon
from .pieces import Pieces
from .tokens import ends_sentence

Floats = NDArray[np.float32]
_REMEMBERED = 64
"""Texts whose state is kept: the text of the next keystroke begins with one of them."""
_BEFORE = 30
"""Tokens of the sentence before that are read too; a longer one is left out."""
_LONGEST = 56
_SHORTEST = 24
"""A sentence of more tokens than the first is read from a place between these two from its end."""
_TOGETHER = 16
"""Beginnings of words that go through the network side by side: bounds the memory of one call."""


class NeuralState:
    """What the network remembers of a text. Immutable, but for what is worked out at first use and kept."""

    __slots__ = ("before", "chances", "last", "piece", "vector", "words")

    def __init__(self, before: Floats, piece: int, vector: Floats, last: str | None) -> None:
        self.before = before
        """Before the last piece, shape (1, state)."""
        self.piece = piece
        self.vector = vector
        """After the last piece, shape (1, state)."""
        self.last = last
        """The token before; None at the beginning of a sentence."""
        self.chances: Floats | None = None
        self.words: dict[str, float] = {}
        """Log-probabilities (nats) of the tokens that were asked for."""


class Neural:
    """Implements :class:`skoropis.protocols.LanguageModel` for every string that its pieces can spell.

    It sees the sentence at the caret and a short one before that. Safe to use from several threads: at worst
    two of them work the same thing out.
    """

    def __init__(self, language: str, session: Any, pieces: Pieces, lexicon: Lexicon) -> None:
        self.language = language
        self.lexicon = lexicon
        self.pieces = pieces
        self._session = session
        self._width = int({entry.name: entry.shape for entry in session.get_inputs()}["state"][1])
        if session.get_outputs()[1].shape[1] != pieces.size:
            raise ModelError(
                "the neural model and its pieces do not belong together; install the model again"
            )
        self._ids, self._pieces = _whole_words(pieces, lexicon)
        zero = np.zeros((1, self._width), dtype=np.float32)
        self._start = NeuralState(zero, pieces.end, self._step([pieces.end], zero), None)
        self._known: OrderedDict[tuple[str, ...], NeuralState] = OrderedDict()

    @classmethod
    def load(cls, folder: Path, language: str, lexicon: Lexicon, pieces: Pieces | None = None) -> Neural:
        """Load ``neural.onnx`` and, unless ``pieces`` are given, ``pieces.model`` of a folder.

        Raises ModelError when a file is missing or damaged.
        """
        pieces = Pieces.load(folder / "pieces.model") if pieces is None else pieces
        return cls(language, open_session(folder / "neural.onnx"), pieces, lexicon)

    def start(self) -> NeuralState:
        """The state at the beginning of a text."""
        return self._start

    def read(self, tokens: Iterable[str], state: NeuralState | None = None) -> NeuralState:
        """The state after ``tokens``, from ``state`` or the beginning of a text."""
        tokens = list(tokens)
        if state is not None:
            for token in tokens:
                state = self._after(state, token)
            return state
        context = tuple(tokens[beginning(tokens) :])
        known = self._known
        found, length = self._start, 0
        for length in range(len(context), 0, -1):
            state = known.get(context[:length])
            if state is not None:
                found = state
                break
        else:
            length = 0
        for token in context[length:]:
            found = self._after(found, token)
        known[context] = found
        while len(known) > _REMEMBERED:
            try:
                known.popitem(last=False)
            except KeyError:  # another thread was faster
                break
        return found

    def score(self, state: NeuralState, token: str) -> tuple[float, NeuralState]:
        """Log-probability (nats) of ``token`` after ``state``, and the state behind it."""
        return self.score_many(state, [token])[0], self._after(state, token)

    def score_many(self, state: NeuralState, tokens: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``tokens`` after ``state``."""
        words = state.words
        missing = [token for token in tokens if token not in words]
        if missing:
            chances, spell = self.chances(state), self.pieces.ids
            longer = []
            for token in missing:
                ids = spell(token)
                if len(ids) == 1:
                    words[token] = float(chances[ids[0]])
                else:
                    longer.append((token, ids))
            if longer:
                self._spell(state, longer)
        return [words[token] for token in tokens]

    def next(self, state: NeuralState, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``, of those that are one piece or frequent."""
        low, high = self.lexicon.range(prefix)
        if low == high or k < 1:
            return []
        part = self.lexicon.logprobs[low:high]
        count = min(len(part), 4 * k)
        ids = set((low + np.argpartition(part, len(part) - count)[len(part) - count :]).tolist())
        ids.update(self.whole_words(state, low, high, 4 * k))
        words = [self.lexicon.words[i] for i in sorted(ids)]
        return sorted(zip(words, self.score_many(state, words), strict=True), key=lambda c: -c[1])[:k]

    def whole_words(self, state: NeuralState, low: int, high: int, k: int) -> list[int]:
        """Lexicon ids in ``[low, high)`` of the ``k`` likeliest words that are a single piece."""
        first, last = np.searchsorted(self._ids, (low, high))
        ids, pieces = self._ids[first:last], self._pieces[first:last]
        if len(ids) > k:
            ids = ids[np.argpartition(self.chances(state)[pieces], len(ids) - k)[len(ids) - k :]]
        out: list[int] = ids.tolist()
        return out

    def chances(self, state: NeuralState) -> Floats:
        """Log-probability (nats) of every piece after ``state``, shape (pieces,)."""
        if state.chances is None:
            state.chances = self.predict([state.piece], state.before)[1][0]
        return state.chances

    def _after(self, state: NeuralState, token: str) -> NeuralState:
        before, vector, piece = state.before, state.vector, state.piece
        ids = self.pieces.ids(token)
        ended = ends_sentence(state.last, token)
        for piece in (*ids, self.pieces.end) if ended else ids:
            before, vector = vector, self._step([piece], vector)
        return NeuralState(before, piece, vector, None if ended else token)

    def _spell(self, state: NeuralState, tokens: Sequence[tuple[str, tuple[int, ...]]]) -> None:
        """Score tokens of several pieces: beginnings that words share go through the network once."""
        chances = self.chances(state)
        totals = {token: float(chances[ids[0]]) if ids else 0.0 for token, ids in tokens}
        vectors: dict[tuple[int, ...], Floats] = {(): state.vector}
        waiting, length = [(token, ids) for token, ids in tokens if len(ids) > 1], 1
        while waiting:
            heads = list(dict.fromkeys(ids[:length] for _, ids in waiting))
            rows: dict[tuple[int, ...], Floats] = {}
            after: dict[tuple[int, ...], Floats] = {}
            for place in range(0, len(heads), _TOGETHER):
                group = heads[place : place + _TOGETHER]
                stacked = np.concatenate([vectors[head[:-1]] for head in group])
                moved, told = self.predict([head[-1] for head in group], stacked)
                for row, head in enumerate(group):
                    rows[head], after[head] = told[row], moved[row : row + 1]
            for token, ids in waiting:
                totals[token] += float(rows[ids[:length]][ids[length]])
            length += 1
            vectors, waiting = after, [(token, ids) for token, ids in waiting if len(ids) > length]
        state.words.update(totals)

    def _step(self, pieces: Sequence[int], vectors: Floats) -> Floats:
        fed = {"pieces": np.array(pieces, dtype=np.int64), "state": vectors, "predict": _NO}
        moved: Floats = self._session.run(_AFTER, fed)[0]
        return moved

    def predict(self, pieces: Sequence[int], vectors: Floats) -> tuple[Floats, Floats]:
        """One step for each row: the states behind ``pieces``, (n, state), and log-probabilities (nats) of
        what follows, (n, pieces). ``vectors``: the states before, (n, state).
        """
        fed = {"pieces": np.array(pieces, dtype=np.int64), "state": vectors, "predict": _YES}
        moved, told = self._session.run(_BOTH, fed)
        return moved, told


_AFTER, _BOTH = ["after"], ["after", "logprobs"]
_NO, _YES = np.array(False), np.array(True)


def open_session(path: Path) -> Any:
    """A step graph, ready to run on one core. Raises ModelError when it is missing or damaged."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        inputs = {entry.name: entry.shape for entry in session.get_inputs()}
        outputs = [entry.name for entry in session.get_outputs()]
        if set(inputs) != {"pieces", "state", "predict"} or outputs != _BOTH:
            raise ValueError("another graph")
    except Exception as error:  # the runtime's own exceptions share no base but this
        raise ModelError(f"cannot load {path}: the file is missing, damaged or of another version") from error
    return session


def beginning(tokens: Sequence[str]) -> int:
    """Where a network begins to read: at the last sentence, or the one before if that is short.

    It must stay put while the text grows and its far end falls out of sight, or all would be read again at
    every word. So a very long sentence is entered at the token whose checksum is smallest of a stretch.
    """
    starts = [0]
    previous: str | None = None
    for place, token in enumerate(tokens):
        if ends_sentence(previous, token):
            starts.append(place + 1)
            previous = None
        else:
            previous = token
    last = starts[-1]
    if len(tokens) - last > _LONGEST:
        stretch = range(len(tokens) - _LONGEST, len(tokens) - _SHORTEST)
        return min(stretch, key=lambda place: (crc32(tokens[place].encode()), -place))
    if len(starts) > 1 and last - starts[-2] <= _BEFORE:
        return starts[-2]
    return last


def _whole_words(pieces: Pieces, lexicon: Lexicon) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lexicon ids, ascending, and pieces of the words that are a single piece."""
    pairs = []
    for piece in range(pieces.size):
        word = pieces.word(piece)
        at = lexicon.id(word) if word else -1
        if at >= 0:
            pairs.append((at, piece))
    table = np.array(sorted(pairs), dtype=np.int64).reshape(-1, 2)
    return table[:, 0].copy(), table[:, 1].copy()
