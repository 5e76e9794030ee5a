"""What a plugin implements and what it is given. Structural types: no base class to inherit.

A plugin's object is constructed with only the arguments it names, out of those its permissions grant:
``models`` (:class:`Models`, permission ``models``), ``profile`` (:class:`Profile`, permission ``profile``),
``config_folder`` (``Path`` of the folder with what the user decided, permission ``files``) and ``settings``
(a read-only mapping, always granted).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .types import AudioChunk, Context, Event, EventIn, Hypothesis, Suggestion, Transcript

State: TypeAlias = Any
"""A language model's position in a text. Opaque and immutable: keep it, compare it with nothing."""


class Lexicon(Protocol):
    """The words a language model knows, lower-cased and normalized (``ё`` as ``е``), sorted."""

    @property
    def words(self) -> Sequence[str]:
        """All words in code point order."""

    @property
    def logprobs(self) -> NDArray[np.float32]:
        """Unigram log-probability (nats) of each of ``words``."""

    def __contains__(self, word: object) -> bool: ...

    def __len__(self) -> int: ...

    def logprob(self, word: str) -> float:
        """Unigram log-probability (nats); ``-inf`` for an unknown word."""

    def range(self, prefix: str) -> tuple[int, int]:
        """Places in ``words`` of those that begin with ``prefix``, as a half-open range."""

    def surface(self, word: str) -> str:
        """The word as it is usually written in mid-sentence: ``i'm`` -> ``I'm``, ``moscow`` -> ``Moscow``."""


class LanguageModel(Protocol):
    """Scores and predicts the tokens that :func:`skoropis.api.lm_tokens` makes of a text.

    Thread-safe: states are values, the model itself does not change.
    """

    @property
    def language(self) -> str: ...

    @property
    def lexicon(self) -> Lexicon: ...

    @property
    def fast(self) -> LanguageModel:
        """A model of the same words that scores in microseconds, itself when it is one; for who asks
        thousands of times. Its states are its own.
        """

    def start(self) -> State:
        """The state at the beginning of a sentence."""

    def read(self, tokens: Iterable[str], state: State | None = None) -> State:
        """The state after ``tokens``, from ``state`` or the beginning of a sentence."""

    def score(self, state: State, token: str) -> tuple[float, State]:
        """Log-probability (nats) of ``token`` after ``state``, and the state behind it."""

    def score_many(self, state: State, tokens: Sequence[str]) -> list[float]:
        """Log-probability (nats) of each of ``tokens`` after ``state``."""

    def next(self, state: State, prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """The ``k`` likeliest words that begin with ``prefix``, with log-probabilities (nats), best first.

        ``prefix`` is normalized like the lexicon. Punctuation and sentence ends are never among them.
        """


class Models(Protocol):
    """The language models that are installed: loaded at first use, one shared instance each."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages that this suite was opened with, most important first."""

    def language_model(self, language: str, domain: str | None = None) -> LanguageModel:
        """The model for a language; ``domain`` falls back to the general one. Raises ModelError.

        ``auto`` is the domain that follows the text. The model may be kept for ever: if another version is
        installed, it becomes that one, and its states stay good. What was taken from it (``lexicon``) stays
        as it was.
        """


class Sightings(NamedTuple):
    """How often a word was met in what the user wrote."""

    met: int
    total: int
    """Words met in all."""
    behind: tuple[tuple[int, int], ...]
    """For the last one, two, three tokens, as far as they were met: how often the word followed them, and
    how often anything did."""


class Profile(Protocol):
    """What was learned about this user."""

    def count(self, word: str) -> int:
        """How often the user wrote ``word``; 0 if it was never learned."""

    def kept(self, word: str) -> bool:
        """Whether the user insists on ``word``: wrote it twice or more, added it, or took its mend back."""

    def next(self, tokens: Sequence[str], prefix: str = "", k: int = 3) -> list[tuple[str, float]]:
        """Learned words that may follow ``tokens``: (as written, log-probability in nats), best first."""

    def sightings(self, tokens: Sequence[str], words: Sequence[str]) -> list[Sightings]:
        """How often each of ``words`` (normalized) was met, on the whole and behind ``tokens``."""


@runtime_checkable
class Predictor(Protocol):
    """Completes the word at the caret or proposes the next."""

    def predict(self, context: Context, limit: int) -> Sequence[Suggestion]: ...


@runtime_checkable
class Corrector(Protocol):
    """Finds what is mistyped in ``context.before``: one suggestion for each mend, spans may not overlap."""

    def correct(self, context: Context) -> Sequence[Suggestion]: ...


@runtime_checkable
class Rescorer(Protocol):
    """Orders an n-best list, best first. It may set ``lm_logprob`` but neither adds nor drops texts."""

    def rescore(self, hypotheses: Sequence[Hypothesis], context: Context) -> Sequence[Hypothesis]: ...


@runtime_checkable
class Transcriber(Protocol):
    """Turns one phrase of speech into an n-best list."""

    def transcribe(self, audio: AudioChunk, context: Context) -> Transcript: ...


@runtime_checkable
class Transformer(Protocol):
    """Rewrites a text: translation, reformatting."""

    def transform(self, text: str, context: Context) -> Sequence[Suggestion]: ...


class SessionLike(Protocol):
    """What a front end drives: events in, events out."""

    def handle(self, body: EventIn) -> tuple[Event, ...]: ...


@runtime_checkable
class Frontend(Protocol):
    """Feeds a session from a source (a file, a microphone, a window) until the source ends."""

    def run(self, session: SessionLike, source: str) -> None: ...
