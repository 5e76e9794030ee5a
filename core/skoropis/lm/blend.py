"""An n-gram and a neural model as one: two opinions of every word, weighted by what stands before it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from ..errors import ModelError
from .lexicon import Lexicon
from .neural import Neural, NeuralState
from .neural_paths import neural_paths
from .ngram import NGram, NGramState
from .voices import Voice, add_logs, next_words, score_words

WEIGHTS_FILE = "blend.json"
_CONFIDENCE = (0.15, 0.35, 0.6)
"""Chances of the neural model's likeliest piece that part its four levels of confidence."""


class Weights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How much the neural model counts in each situation, see :meth:`Blend.situation`: between 0 and 1."""

    neural: tuple[float, ...]


class BlendState:
    """Where both models stand. Immutable, but for the situation, which is worked out at first use."""

    __slots__ = ("neural", "ngram", "situation")

    def __init__(self, ngram: NGramState, neural: NeuralState) -> None:
        self.ngram = ngram
        self.neural = neural
        self.situation = -1


class Blend:
    """Implements :class:`skoropis.protocols.LanguageModel` by linear interpolation (Jelinek, Mercer 1980).

    Both models give every word a chance of their own, so their weighted sum is one too, and bits per
    character may be compared with either's. The weight depends on how long a history the n-gram model knows
    and how sure the neural one is of what comes next; both are known before the word is.
    """

    LEVELS = len(_CONFIDENCE) + 1
    """Levels of confidence; a situation is this times the history that the n-grams know, plus the level."""
    SITUATIONS = 3 * LEVELS

    def __init__(self, ngram: NGram, neural: Neural, weights: Weights) -> None:
        if len(weights.neural) != self.SITUATIONS or not all(0 < w < 1 for w in weights.neural):
            raise ModelError("the weights of a blend must lie between 0 and 1; install the model again")
        self.ngram = ngram
        self.neural = neural
        self.weights = weights
        self._logs = [(math.log(1 - w), math.log(w)) for w in weights.neural]

    @classmethod
    def load(cls, folder: Path) -> Blend:
        """Load a model folder. Raises ModelError when a file is missing or damaged."""
        ngram = NGram.load(folder)
        neural = Neural.load(folder, ngram.language, ngram.lexicon)
        return cls(ngram, neural, load_weights(folder / WEIGHTS_FILE))

    @property
    def language(self) -> str:
        """Code of the language."""
        return self.ngram.language

    @property
    def lexicon(self) -> Lexicon:
        """The words that are offered."""
        return self.ngram.lexicon

    @property
    def fast(self) -> NGram:
        """The n-gram model alone: it scores in microseconds, for who asks thousands of times."""
        return self.ngram

    def start(self) -> BlendState:
        """The state at the beginning of a sentence."""
        return BlendState(self.ngram.start(), self.neural.start())

    def read(self, tokens: Iterable[str], state: BlendState | None = None) -> BlendState:
        """The state after ``tokens``, from ``state`` or the beginning of a text."""
        tokens = list(tokens)
        if state is None:
            return BlendState(self.ngram.read(tokens), self.neural.read(tokens))
        return BlendState(self.ngram.read(tokens, state.ngram), self.neural.read(tokens, state.neural))

    def score(self, state: BlendState, token: str) -> tuple[float, BlendState]:
        """Log-probability (nats) of ``token`` after ``state``, and the state behind it."""
        one, ngram = self.ngram.score(state.ngram, token)
        other, neural = self.neural.score(state.neural, token)
        rest, share = self._logs[self.situation(state)]
        return add_logs((rest + one, share + other)), BlendState(ngram, neural)

    def score_many(self, state: BlendState, tokens: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``tokens`` after ``state``."""
        return score_words(self.voices(state), tokens)

    def score_paths(self, state: BlendState, paths: Sequence[Sequence[str]]) -> list[list[float]]:
        """Log-probability (nats) of each token of each path, see :func:`.paths.score_paths`."""
        out = []
        for path, told in zip(paths, neural_paths(self.neural, state.neural, paths), strict=True):
            at, row = state.ngram, []
            for token, (other, surest) in zip(path, told, strict=True):
                rest, share = self._logs[self._situation(at, surest)]
                one, at = self.ngram.score(at, token)
                row.append(add_logs((rest + one, share + other)))
            out.append(row)
        return out

    def next(self, state: BlendState, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``, best first."""
        return next_words(self.voices(state), prefix, k)

    def voices(self, state: BlendState) -> list[Voice]:
        """Both models, with the logs of their weights."""
        rest, share = self._logs[self.situation(state)]
        return [Voice(rest, self.ngram, state.ngram), Voice(share, self.neural, state.neural)]

    def situation(self, state: BlendState) -> int:
        """Which weight applies: 0 up to :data:`SITUATIONS`, by what is known before the word is."""
        if state.situation < 0:
            surest = float(self.neural.chances(state.neural).max())
            state.situation = self._situation(state.ngram, surest)
        return state.situation

    def _situation(self, ngram: NGramState, surest: float) -> int:
        sure = math.exp(surest)
        level = sum(sure >= bound for bound in _CONFIDENCE)
        return self.ngram.history(ngram) * self.LEVELS + level

    def knows(self, token: str) -> bool:
        """Whether the n-grams hold ``token`` itself."""
        return self.ngram.knows(token)


def load_weights(path: Path) -> Weights:
    """Read a weights file. Raises ModelError when it is missing or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Weights)
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot load {path}: the file is missing or damaged") from error
