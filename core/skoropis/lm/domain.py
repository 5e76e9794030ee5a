"""A domain: a small model of what is written there, over the general model of the language."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ..errors import ModelError
from .blend import Blend, BlendState
from .joined import JoinedLexicon
from .lexicon import Lexicon
from .neural import Neural, NeuralState
from .ngram import NGram, NGramState
from .voices import Voice, add_logs, next_words, score_words

WEIGHTS_FILE = "domain.json"
NEURAL_FILE = "neural.onnx"
_HISTORIES = 3
"""How many of the last words an n-gram model knows together: 0, 1 or 2 (:meth:`NGram.history`)."""

_LEAST = 1e-3


class DomainWeights(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``domain.json``: the general model that a domain stands on, and what each voice counts when.

    Every row sums to 1. ``h`` is the history that the domain's own n-grams know (0 to 2), ``g`` the one that
    the general n-grams know, ``s`` the situation of the general blend (:meth:`Blend.situation`).
    """

    base: str
    """Id of the general model; the card's ``base`` is the same."""
    fast: tuple[tuple[float, float], ...]
    """Row ``3 * g + h`` of 9: the general n-grams, the domain's. How the n-grams are mixed when they alone
    are asked."""
    full: tuple[tuple[float, float, float, float], ...] = ()
    """Row ``3 * s + h`` of 36: general n-grams, general network, the domain's n-grams, its network (0 when it
    has none). Empty when the general model has no network."""
    pieces: str = ""
    """:attr:`Pieces.digest` of the general model that the domain's network was tuned from."""


class DomainState:
    """Where all parts stand. Immutable, but for the situation, which is worked out at first use."""

    __slots__ = ("base", "neural", "ngram", "situation")

    def __init__(self, base: Any, ngram: NGramState, neural: NeuralState | None) -> None:
        self.base = base
        """A state of the general model."""
        self.ngram = ngram
        self.neural = neural
        self.situation = -1


class Domain:
    """Implements :class:`skoropis.protocols.LanguageModel` by linear interpolation (Jelinek, Mercer 1980).

    Up to four voices: the n-grams and the network of the general model, which several domains share, the
    domain's own n-grams, and a network tuned on its text. Each gives every word a chance, so their weighted
    sum is one too. The weights depend on how long a history both n-gram models know and on how sure the
    general network is.
    """

    FAST_SITUATIONS = _HISTORIES * _HISTORIES
    SITUATIONS = Blend.SITUATIONS * _HISTORIES

    def __init__(
        self,
        base: Blend | NGram,
        ngram: NGram,
        neural: Neural | None,
        weights: DomainWeights,
        lexicon: Lexicon | None = None,
    ) -> None:
        """``neural`` has no say when the base has no network. ``lexicon``: the joined one, if there is one.

        Raises ModelError when the parts do not belong together.
        """
        if ngram.language != base.language:
            raise ModelError(f"a domain of language {ngram.language!r} cannot stand on {base.language!r}")
        self.base = base
        """The general model: one object, however many domains stand on it."""
        self._blend = base if isinstance(base, Blend) else None
        self.general = base.fast
        """The n-grams of the general model."""
        self.ngram = ngram
        self.neural = neural if self._blend is not None else None
        self.weights = weights
        rows = _rows(weights.fast, self.FAST_SITUATIONS, (True, True))
        self.share = max(sum(math.exp(row[1]) for row in rows) / len(rows), _LEAST)
        """Of the domain's own n-grams among both, on the whole."""
        self.lexicon = lexicon or JoinedLexicon(base.lexicon, [(ngram.lexicon, self.share)])
        """The general words and the domain's."""
        self._rows, self._fast = rows, None
        if self._blend is not None:
            if neural is not None and weights.pieces != self._blend.neural.pieces.digest:
                raise ModelError("the domain was made for another general model; train it again")
            full = weights.full or _lifted(weights.fast, self._blend)
            self._rows = _rows(full, self.SITUATIONS, (True, True, True, neural is not None))
            self._fast = Domain(self.general, ngram, None, weights, self.lexicon)

    @classmethod
    def load_with(cls, folder: Path, resolve: Callable[[str], Any]) -> Domain:
        """Load a model folder; ``resolve(model_id)`` gives the general model that it stands on.

        Raises ModelError when a file is missing or damaged or the general model is another one.
        """
        weights = load_domain_weights(folder / WEIGHTS_FILE)
        base = resolve(weights.base)
        ngram = NGram.load(folder)
        neural = None
        if isinstance(base, Blend) and (folder / NEURAL_FILE).exists():
            # The general lexicon: pieces that are whole words are words of it.
            neural = Neural.load(folder, base.language, base.lexicon, base.neural.pieces)
        return cls(base, ngram, neural, weights)

    @property
    def language(self) -> str:
        """Code of the language."""
        return self.base.language

    @property
    def fast(self) -> Domain:
        """Both n-gram models without the networks: they score in microseconds."""
        return self if self._fast is None else self._fast

    def start(self) -> DomainState:
        """The state at the beginning of a sentence."""
        neural = None if self.neural is None else self.neural.start()
        return DomainState(self.base.start(), self.ngram.start(), neural)

    def read(self, tokens: Iterable[str], state: DomainState | None = None) -> DomainState:
        """The state after ``tokens``, from ``state`` or the beginning of a text."""
        tokens = list(tokens)
        base, ngram, neural = (None, None, None) if state is None else (state.base, state.ngram, state.neural)
        after = None if self.neural is None else self.neural.read(tokens, neural)
        return DomainState(self.base.read(tokens, base), self.ngram.read(tokens, ngram), after)

    def score(self, state: DomainState, token: str) -> tuple[float, DomainState]:
        """Log-probability (nats) of ``token`` after ``state``, and the state behind it."""
        row = self._rows[self.situation(state)]
        told, after = self.opinions(state, token)
        return add_logs([share + logprob for share, logprob in zip(row, told, strict=False)]), after

    def opinions(self, state: DomainState, token: str) -> tuple[list[float], DomainState]:
        """Log-probability (nats) of ``token`` by each of :meth:`parts`, and the state behind it."""
        told = [model.score(at, token) for model, at in self.parts(state)]
        return [logprob for logprob, _ in told], self._state([after for _, after in told])

    def score_many(self, state: DomainState, tokens: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``tokens`` after ``state``."""
        return score_words(self.voices(state), tokens)

    def next(self, state: DomainState, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``, best first."""
        return next_words(self.voices(state), prefix, k)

    def situation(self, state: DomainState) -> int:
        """Which row of the weights applies, by what is known before the word is."""
        if state.situation < 0:
            told: int = (self._blend.situation if self._blend else self.general.history)(state.base)
            state.situation = _HISTORIES * told + self.ngram.history(state.ngram)
        return state.situation

    def row(self, told: int, ngram: NGramState) -> tuple[float, ...]:
        """Logs of the weights, given the general situation (or history) and where the own n-grams stand."""
        return self._rows[_HISTORIES * told + self.ngram.history(ngram)]

    def voices(self, state: DomainState) -> list[Voice]:
        """Who has a say after ``state``, with the logs of their weights."""
        row = self._rows[self.situation(state)]
        return [
            Voice(share, model, at)
            for share, (model, at) in zip(row, self.parts(state), strict=False)
            if share > -math.inf
        ]

    def parts(self, state: DomainState) -> list[tuple[NGram | Neural, Any]]:
        """The models in the order of the weights, each with where it stands."""
        if self._blend is None:
            return [(self.general, state.base), (self.ngram, state.ngram)]
        parts: list[tuple[NGram | Neural, Any]] = [
            (self.general, state.base.ngram),
            (self._blend.neural, state.base.neural),
            (self.ngram, state.ngram),
        ]
        return parts if self.neural is None else [*parts, (self.neural, state.neural)]

    def _state(self, parts: Sequence[Any]) -> DomainState:
        """Where the models of :meth:`parts` stand, as one."""
        if self._blend is None:
            return DomainState(parts[0], parts[1], None)
        return DomainState(BlendState(parts[0], parts[1]), parts[2], None if len(parts) < 4 else parts[3])

    def knows(self, token: str) -> bool:
        """Whether the n-grams of either model hold ``token`` itself."""
        return self.base.knows(token) or self.ngram.knows(token)


def load_domain_weights(path: Path) -> DomainWeights:
    """Read ``domain.json``. Raises ModelError when it is missing or damaged."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=DomainWeights)
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot load {path}: the file is missing or damaged") from error


def _rows(
    weights: Sequence[Sequence[float]], count: int, present: Sequence[bool]
) -> tuple[tuple[float, ...], ...]:
    """Logs of the weights, those of absent voices left out of the sum. Raises ModelError."""
    rows = []
    for row in weights:
        if not (row[0] > 0 and min(row) >= 0 and abs(sum(row) - 1) < 0.01):
            break
        kept = [weight if there else 0.0 for weight, there in zip(row, present, strict=True)]
        total = sum(kept)
        rows.append(tuple(math.log(weight / total) if weight else -math.inf for weight in kept))
    if len(rows) != count or len(weights) != count:
        raise ModelError(f"the weights of a domain must be {count} rows that each sum to 1; train it again")
    return tuple(rows)


def _lifted(fast: Sequence[tuple[float, float]], blend: Blend) -> list[tuple[float, float, float, float]]:
    """Weights for a domain that was tuned beside n-grams alone: the blend takes the place of those."""
    rows = []
    for situation, neural in enumerate(blend.weights.neural):
        for history in range(_HISTORIES):
            general, own = fast[_HISTORIES * (situation // Blend.LEVELS) + history]
            rows.append((general * (1 - neural), general * neural, own, 0.0))
    return rows
