"""The recordings that dictation is measured on, and which of them count how."""

from __future__ import annotations

from pathlib import Path

from shared import data

SETS = {
    "en": [
        "librispeech-test-other",
        "asterisk-prompts",
        "librivox-austen",
        "ljspeech",
        "sonnets-long",
        "spontaneous-misc",
        "tech-speech-azure",
    ],
    "ru": ["msu-nsh-aelita", "asterisk-prompts"],
    "en-synthetic": ["medical-legal-it"],
}
APART = {"medical-legal-it": "synthetic voice", "tech-speech-azure": "the voice may be synthetic"}
"""Sets that are reported but not pooled with real speech."""
UNSURE = {"jfk"}
"""Recordings whose text is from memory: left out."""


def folders(language: str) -> list[Path]:
    """The sets of a language, the synthetic ones last."""
    root = data("speech")
    found = [
        root / kind / name for kind in (language, f"{language}-synthetic") for name in SETS.get(kind, [])
    ]
    return [path for path in found if path.is_dir()]
