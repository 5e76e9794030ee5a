"""Skoropis: small language models that finish words, mend typos and sharpen dictation.

``import skoropis`` loads nothing heavy; names are resolved when first used.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .suite import Suite, open
    from .types import Correction, Hypothesis, LearnedWord, Segment, Suggestion, Transcript

__version__ = "0.2.0"
__all__ = [
    "Correction", "Hypothesis", "LearnedWord", "Segment", "Suggestion", "Suite", "Transcript", "open",
]  # fmt: skip

# A library is silent unless its user wants the log; the command line sets up its own.
logging.getLogger(__name__).addHandler(logging.NullHandler())

_HOME = {"Suite": "suite", "open": "suite"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'skoropis' has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f".{_HOME.get(name, 'types')}", __name__), name)
    globals()[name] = value
    return value
