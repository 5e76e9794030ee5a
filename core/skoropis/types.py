"""The values that cross a module border: frozen, slotted, plain enough for one JSON line.

Units: offsets are in characters of the text they refer to, times in seconds (milliseconds where the
name says so), log-probabilities in nats (natural logarithm).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Purpose = Literal["text", "code", "terminal", "email", "url", "password", "number"]
SuggestionKind = Literal[
    "completion", "next_word", "continuation", "correction", "layout", "casing", "emoji", "snippet"
]

ChangeReason = Literal["accept", "correction", "layout", "undo", "dictation"]


@dataclass(frozen=True, slots=True)
class Context:
    """What surrounds the caret when something is asked."""

    before: str
    """Text left of the caret."""
    after: str = ""
    """Text right of the caret."""
    language: str | None = None
    """ISO 639-1 code when the user fixed it; None lets each word decide."""
    domain: str | None = None
    app: str | None = None
    purpose: Purpose = "text"
    revision: int = 0
    """Counts changes of the text; an answer to an old revision is dropped."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Replaces ``text[start:end]``; the only way text ever changes."""

    start: int
    end: int
    text: str

    def apply(self, text: str) -> str:
        """Return ``text`` with this edit carried out."""
        return text[: self.start] + self.text + text[self.end :]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One offer of a plugin: what to put where, and how likely it is to be wanted."""

    edit: Edit
    """The change to ``Context.before``."""
    text: str
    """The whole word or phrase that would stand there."""
    kind: SuggestionKind
    logprob: float
    """Natural log of the probability that the user wants exactly this (at most 0)."""
    source: str = ""
    """Id of the plugin; the host fills it in."""
    revision: int = 0
    """Revision of the context it answers; the host fills it in."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A text and what was mended in it."""

    text: str
    """The text with every edit carried out."""
    edits: tuple[Edit, ...]
    """Spans of the *input*, in order, not overlapping."""
    language: str | None
    """Language of most of its words; None when it has none."""
    suggestions: tuple[Suggestion, ...] = ()
    """One for each edit, in the same order: kind, log-probability and the plugin it came from."""


@dataclass(frozen=True, slots=True)
class LearnedWord:
    """A word that the profile holds, as the user writes it, and how often it was seen."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class AudioChunk:
    """Mono 16-bit little-endian PCM at 16 kHz."""

    pcm16: bytes
    start_ms: int = 0
    """Where it begins in its recording."""

    @property
    def seconds(self) -> float:
        """Length in seconds."""
        return len(self.pcm16) / 32000.0


@dataclass(frozen=True, slots=True)
class Word:
    """A spoken word with its times in the recording (seconds)."""

    text: str
    start: float
    end: float
    logprob: float = 0.0


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of an utterance."""

    text: str
    acoustic_logprob: float = 0.0
    """Sum over tokens, end of text included, of the transcriber's log-probabilities."""
    lm_logprob: float | None = None
    """Sum of a rescorer's language-model log-probabilities; None before rescoring."""
    tokens: int = 0
    """Number of tokens that ``acoustic_logprob`` sums over, end of text included; 0 if unknown."""
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment:
    """A phrase of a recording, times in seconds, its hypotheses best first."""

    start: float
    end: float
    text: str
    hypotheses: tuple[Hypothesis, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """What was said in a recording or in one phrase of it."""

    text: str
    hypotheses: tuple[Hypothesis, ...]
    """Best first. For several segments: of the whole text, the first alone."""
    language: str | None
    segments: tuple[Segment, ...] = ()
    final: bool = True


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in a session, and which earlier event caused it."""

    id: int
    body: EventBody
    cause: int | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """In: the user typed these characters at the caret."""

    text: str


@dataclass(frozen=True, slots=True)
class Erased:
    """In: the user deleted this many characters left of the caret."""

    count: int = 1


@dataclass(frozen=True, slots=True)
class Moved:
    """In: the caret or the field changed; this is the text around it now."""

    context: Context


@dataclass(frozen=True, slots=True)
class Accepted:
    """In: the user took a suggestion. A space is typed after it unless ``space`` is false."""

    suggestion: Suggestion
    space: bool = True
    words: int | None = None
    """Take only so many words more of it, and leave the rest; None takes it whole."""


@dataclass(frozen=True, slots=True)
class Undone:
    """In: the user took the last applied edit back."""


@dataclass(frozen=True, slots=True)
class Heard:
    """In: one phrase of speech."""

    audio: AudioChunk


@dataclass(frozen=True, slots=True)
class Suggested:
    """Out: what to show; best first, may be empty."""

    suggestions: tuple[Suggestion, ...]
    revision: int
    ghost: Suggestion | None = None
    """A continuation of one or several words, to be shown behind the caret; only where it is likely."""
    mends: tuple[Suggestion, ...] = ()
    """Doubtful words left of the caret with what they may be meant to be, in text order: to be marked, and
    accepted like any other suggestion."""


@dataclass(frozen=True, slots=True)
class Changed:
    """Out: apply this edit to the text left of the caret."""

    edit: Edit
    reason: ChangeReason
    revision: int


@dataclass(frozen=True, slots=True)
class Transcribed:
    """Out: one phrase as text."""

    segment: Segment
    language: str | None
    unrescored: str
    """The transcriber's own first choice."""


EventIn = Typed | Erased | Moved | Accepted | Undone | Heard
EventOut = Suggested | Changed | Transcribed
EventBody = EventIn | EventOut


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should be told once: a plugin was switched off, a model is missing."""

    source: str
    message: str
    details: dict[str, str] = field(default_factory=dict)
