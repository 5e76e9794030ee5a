"""What the host hands out for a model: stays valid while the model behind it is evicted, loaded, replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from inspect import ismethod
from typing import TYPE_CHECKING, Any, TypeAlias

from .loaded import CLOCK, Loaded, Part, Slot

if TYPE_CHECKING:
    from ..protocols import Lexicon

REACH = 128
"""Tokens that a state remembers, so that another instance can read them again. Predictors look at no more
(:data:`skoropis.lm.tokens.WINDOW`)."""

Trail: TypeAlias = "tuple[Trail | None, tuple[str, ...]]"
"""What was read, in the portions it was read in: the last one, and the trail before it."""


class HandleState:
    """A position in a text: the model's own state, and what was read to come there.

    A value to its user. ``at`` is written anew, as one piece, when the state meets another instance than the
    one that made it, so that it is read again once and not at every call.
    """

    __slots__ = ("at", "length", "trail")

    def __init__(self, at: tuple[int, Any], trail: Trail | None, length: int) -> None:
        """``at``: generation of an instance and its state. ``length``: tokens in ``trail``, roughly."""
        self.at = at
        self.trail = trail
        self.length = length


class Handle:
    """Implements :class:`skoropis.protocols.LanguageModel` by asking the instance that is loaded now.

    Every call counts as use, and holds the instance until it returns. It takes less than a microsecond more
    than one to the instance itself. ``lexicon`` is that of the instance: who keeps it keeps that snapshot
    (and its memory) whatever becomes of the model.

    Other public methods and attributes of the model can be asked too (2 microseconds more). They are given
    the model's own states, but states that they return are not those of the handle.
    """

    __slots__ = ("__weakref__", "_find", "_slot")

    def __init__(self, slot: Slot, find: Callable[[Slot], Loaded]) -> None:
        """``find`` has the slot's model loaded; it may raise ModelError, as may then every method."""
        self._slot = slot
        self._find = find

    def __repr__(self) -> str:
        return f"<model {self._slot.id}>"

    @property
    def language(self) -> str:
        """The model's language; known without loading it."""
        return self._slot.language

    @property
    def lexicon(self) -> Lexicon:
        """The words of the instance that is loaded now."""
        lexicon: Lexicon = self._use().model.lexicon
        return lexicon

    @property
    def fast(self) -> Handle:
        """A handle of the model's fast part, good for ever like this one. Its states are its own."""
        return FastHandle(self._slot, self._find)

    def start(self) -> HandleState:
        """The state at the beginning of a sentence."""
        loaded = self._use()
        return HandleState((loaded.generation, loaded.model.start()), None, 0)

    def read(self, tokens: Iterable[str], state: HandleState | None = None) -> HandleState:
        """The state after ``tokens``, from ``state`` or the beginning of a sentence."""
        loaded = self._use()
        tokens = tuple(tokens)
        if state is None:
            inner = loaded.model.read(tokens)
            return HandleState((loaded.generation, inner), (None, tokens[-REACH:]), min(len(tokens), REACH))
        inner = loaded.model.read(tokens, _inner(loaded, state))
        return _behind(state, tokens, loaded.generation, inner)

    def score(self, state: HandleState, token: str) -> tuple[float, HandleState]:
        """Log-probability (nats) of ``token`` after ``state``, and the state behind it."""
        loaded = self._use()
        logprob, inner = loaded.model.score(_inner(loaded, state), token)
        return logprob, _behind(state, (token,), loaded.generation, inner)

    def score_many(self, state: HandleState, tokens: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``tokens`` after ``state``."""
        loaded = self._use()
        scores: list[float] = loaded.model.score_many(_inner(loaded, state), tokens)
        return scores

    def next(self, state: HandleState, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``, with log-probabilities (nats), best first."""
        loaded = self._use()
        words: list[tuple[str, float]] = loaded.model.next(_inner(loaded, state), prefix, k)
        return words

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        value = getattr(self._use().model, name)
        # A bound method would hold its instance for as long as it is kept.
        return partial(self._call, name) if ismethod(value) else value

    def _call(self, name: str, *given: Any, **named: Any) -> Any:
        loaded = self._use()

        def own(value: Any) -> Any:
            return _inner(loaded, value) if isinstance(value, HandleState) else value

        return getattr(loaded.model, name)(*map(own, given), **{key: own(v) for key, v in named.items()})

    def _use(self) -> Loaded | Part:
        loaded = self._slot.current or self._find(self._slot)
        loaded.used = next(CLOCK)
        return loaded


class FastHandle(Handle):
    """The handle of the fast part of a model."""

    __slots__ = ()

    def _use(self) -> Part:
        loaded = super()._use()
        assert isinstance(loaded, Loaded)
        if loaded.part is None:
            loaded.part = Part(loaded.model.fast, loaded.generation)
        return loaded.part


def _inner(loaded: Loaded | Part, state: HandleState) -> Any:
    """The instance's own state for ``state``; what another instance read is read again."""
    generation, inner = state.at
    if generation == loaded.generation:
        return inner
    inner = loaded.model.start()
    for tokens in _portions(state.trail):
        inner = loaded.model.read(tokens, inner)
    state.at = (loaded.generation, inner)
    return inner


def _behind(state: HandleState, tokens: tuple[str, ...], generation: int, inner: Any) -> HandleState:
    """The state ``tokens`` further on. Its trail is cut from time to time, or it would grow for ever."""
    trail = (state.trail, tokens)
    length = state.length + (len(tokens) or 1)
    if length > 2 * REACH:
        kept = tuple(token for portion in _portions(trail) for token in portion)[-REACH:]
        trail, length = (None, kept), len(kept)
    return HandleState((generation, inner), trail, length)


def _portions(trail: Trail | None) -> list[tuple[str, ...]]:
    """The portions of a trail, oldest first."""
    found = []
    while trail is not None:
        trail, tokens = trail
        found.append(tokens)
    return found[::-1]
