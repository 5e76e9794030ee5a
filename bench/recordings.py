"""The recordings that dictation is measured on, and which of them count how."""

from __future__ import annotations

import os
import sys
from pathlib import Path

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


def speech_folder() -> Path:
    """The folder with the sets, or a message that says how to name it."""
    folder = Path(os.environ.get("SKOROPIS_SHARED", Path(__file__).parents[2] / "shared")) / "data" / "speech"
    if not folder.is_dir():
        sys.exit("set SKOROPIS_SHARED to the folder that holds data/speech/ (recordings to measure on)")
    return folder


def folders(language: str) -> list[Path]:
    """The sets of a language, the synthetic ones last."""
    root = speech_folder()
    found = [
        root / kind / name for kind in (language, f"{language}-synthetic") for name in SETS.get(kind, [])
    ]
    return [path for path in found if path.is_dir()]
