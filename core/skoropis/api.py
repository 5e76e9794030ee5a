"""The one module a plugin imports: the contract's types, protocols, errors and text helpers.

``API_VERSION`` is the contract's version, apart from the package's. A host of contract 0.x accepts
plugins of the same minor version; from 1.0 on, of the same major version.
"""

from .errors import (
    AudioError,
    ChecksumError,
    ConfigError,
    InputError,
    ManifestError,
    ModelError,
    PluginError,
    SkoropisError,
)
from .lm.paths import score_paths
from .lm.tokens import lm_tokens, split_prefix
from .lm.unseen import unseen_logprob
from .protocols import (
    Corrector,
    Frontend,
    LanguageModel,
    Lexicon,
    Models,
    Predictor,
    Profile,
    Rescorer,
    SessionLike,
    Sightings,
    State,
    Transcriber,
    Transformer,
)
from .text.casing import is_title, match_case
from .text.edits import apply_edits, overlapping
from .text.scripts import language_of, script_of
from .text.words import Token, normalize_word, tokenize
from .types import (
    Accepted,
    AudioChunk,
    Changed,
    Context,
    Correction,
    Edit,
    Erased,
    Event,
    Heard,
    Hypothesis,
    LearnedWord,
    Moved,
    Notice,
    Segment,
    Suggested,
    Suggestion,
    SuggestionKind,
    Transcribed,
    Transcript,
    Typed,
    Undone,
    Word,
)

API_VERSION = "0.1"

__all__ = [
    "API_VERSION", "Accepted", "AudioChunk", "AudioError", "Changed", "ChecksumError", "ConfigError",
    "Context", "Correction", "Corrector", "Edit", "Erased", "Event", "Frontend", "Heard", "Hypothesis",
    "InputError", "LanguageModel", "LearnedWord", "Lexicon", "ManifestError", "ModelError", "Models",
    "Moved", "Notice", "PluginError", "Predictor", "Profile", "Rescorer", "Segment", "SessionLike",
    "Sightings", "SkoropisError", "State", "Suggested", "Suggestion", "SuggestionKind", "Token",
    "Transcribed", "Transcriber", "Transcript", "Transformer", "Typed", "Undone", "Word", "apply_edits",
    "is_title", "language_of", "lm_tokens", "match_case", "normalize_word", "overlapping", "score_paths",
    "script_of", "split_prefix", "tokenize", "unseen_logprob",
]  # fmt: skip
